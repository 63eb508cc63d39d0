"""What makes the admin an app on a phone: its manifest, and the worker that shows notices. Both are served from the admin's own folder, which is their scope.

Browsers fetch them without signing in, so nothing of anybody stands in them. The worker keeps no page: it only shows notices and opens what they name.
"""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from widget.inbox.push.wording import inbox_path

COLOUR = "#0f766e"


@require_safe
def manifest_view(request: HttpRequest) -> HttpResponse:
    home = reverse("admin:index")
    manifest = {
        "id": home,
        "name": "Kanal",
        "short_name": "Kanal",
        "description": _("Answer the visitors of your website."),
        "lang": get_language(),
        "start_url": inbox_path(),
        "scope": home,
        "display": "standalone",
        "theme_color": COLOUR,
        "background_color": "#ffffff",
        "icons": [
            {"src": static("push/icon-192.png"), "sizes": "192x192", "type": "image/png"},
            {"src": static("push/icon-512.png"), "sizes": "512x512", "type": "image/png"},
            {"src": static("push/icon-maskable-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
        ],
    }
    response = JsonResponse(manifest, content_type="application/manifest+json")
    response["Cache-Control"] = "public, max-age=3600"
    response["Vary"] = "Accept-Language, Cookie"
    return response


@require_safe
def worker_view(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    # A worker lives by the policy it came with.
    response["Content-Security-Policy"] = "default-src 'self'"
    response["Cache-Control"] = "no-cache"
    return response


@lru_cache(maxsize=1)
def _worker() -> str:
    return (settings.BASE_DIR / "static" / "push" / "worker.js").read_text("utf-8")
