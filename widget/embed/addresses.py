"""How the browser in front of us reached this installation, and which language it wishes. Asked by the views of this package."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

_LANGUAGES = {"id": "id", "in": "id", "ms": "id", "en": "en"}


def own_origin(request: HttpRequest) -> str:
    """Scheme and host, such as https://chat.tokosaya.com. Behind a proxy nobody told us about, PUBLIC_URL knows better whether it was https."""
    host = request.get_host()
    return settings.PUBLIC_URL if urlsplit(settings.PUBLIC_URL).netloc == host else f"{request.scheme}://{host}"


def visitor_language(request: HttpRequest, otherwise: str) -> str:
    """`?lang=` of a link, else the first wish of the browser that we speak (Malay readers get Indonesian), else the site's own."""
    asked = request.GET.get("lang", "")
    if asked in _LANGUAGES:
        return _LANGUAGES[asked]
    for wish, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        if language := _LANGUAGES.get(wish.split("-")[0]):
            return language
    return otherwise
