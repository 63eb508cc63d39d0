"""The page a return link leads to, and the exchange of the link's token for the visitor's own. Addressed in urls.py.

The token stands behind # and comes here once, in the body of a POST, so no log of ours or of a proxy holds it.
"""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from widget.conversations.errors import BadTokenError
from widget.conversations.return_links import LONGEST, read_return
from widget.conversations.tokens import issue_token
from widget.embed.addresses import own_origin, visitor_language
from widget.lib import database
from widget.sites.registry import site_by_key

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@require_safe
async def return_page(request: HttpRequest, key: str) -> HttpResponse:
    """/c/<key>/return: the same for everybody; what is behind # is read by its script."""
    site = await site_by_key(key)
    if site is None:
        raise Http404
    language = visitor_language(request, site.language)
    with translation.override(language):
        response = render(request, "embed/return.html", {"site": site, "you": site.address, "language": language})
    response["Content-Security-Policy"] = _POLICY
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response


# There is no cookie to forge with: only who holds the token gets something for it, and only our own page asks.
@csrf_exempt
@require_POST
async def exchange(request: HttpRequest, key: str) -> HttpResponse:
    """The body is the link's token; the answer {"token"} makes this browser the visitor's. 410 for every token that is not good."""
    if request.headers.get("Origin", own_origin(request)) != own_origin(request):
        raise PermissionDenied
    site = await site_by_key(key)
    if site is None:
        raise Http404
    try:
        if int(request.headers.get("Content-Length") or 0) > LONGEST:
            raise BadTokenError
        conversation = await database.read(read_return, request.body.decode("ascii", "replace"), key)
    except (BadTokenError, ValueError):
        return JsonResponse({}, status=410)
    response = JsonResponse({"token": issue_token(conversation, key)})
    response["Cache-Control"] = "no-store"
    return response
