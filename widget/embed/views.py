"""What another website loads from us: the loader with its site's look, and the built files of the widget. Addressed in urls.py."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from widget.embed.addresses import own_origin
from widget.embed.built import built_file
from widget.embed.loader import loader_text
from widget.embed.shared_files import shared_response
from widget.sites.registry import site_by_key

_FIVE_MINUTES = "public, max-age=300, stale-while-revalidate=604800"
_A_YEAR = "public, max-age=31536000, immutable"
# Another build's name: processes are updated one after the other, so the next one asked may have the very file.
_NOT_LONG = "public, max-age=60"


@require_safe
async def widget_js(request: HttpRequest) -> HttpResponse:
    """/widget.js?site=KEY. An unknown or withdrawn key gets the script without a look, so that the page around it is not disturbed."""
    site = await site_by_key(request.GET.get("site", ""))
    return shared_response(request, loader_text(site, own_origin(request)), "text/javascript; charset=utf-8", _FIVE_MINUTES)


@require_safe
async def built(request: HttpRequest, name: str) -> HttpResponse:
    """/panel-<language>-<hash>.js, /module-... and the stylesheet for browsers without constructed ones."""
    file = built_file(name)
    if file is None:
        raise Http404
    return shared_response(request, file.text, file.content_type, _A_YEAR if file.name == name else _NOT_LONG)
