"""Our own small pages of a site: the hosted chat, for links in a bio, and the privacy policy the chat links. Addressed in urls.py."""

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from widget.embed.addresses import own_origin, visitor_language
from widget.providers.registry import providers_for
from widget.sites.registry import SiteSettings, site_by_key

_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# Older Safari does not take 'self' for sockets, so they are named.
_CHAT_POLICY = "; script-src 'self'; connect-src 'self' ws{tls}://{host}; require-trusted-types-for 'script'"


@require_safe
async def hosted_chat(request: HttpRequest, key: str) -> HttpResponse:
    """/c/<key>: the same tag as on any website, told to fill the page."""
    site = await _site(key)
    response = _render(request, "embed/hosted.html", site, {})
    scheme, host = own_origin(request).split("://")
    response["Content-Security-Policy"] = _POLICY + _CHAT_POLICY.format(tls="s" if scheme == "https" else "", host=host)
    return response


@require_safe
async def privacy(request: HttpRequest, key: str) -> HttpResponse:
    """/privacy/<key>: who keeps what, how long, who else reads it, and whom to ask."""
    site = await _site(key)
    hosts = dict.fromkeys(urlsplit(provider.base_url).hostname or "" for provider in await providers_for(site.id))
    response = _render(request, "embed/privacy.html", site, {"model_hosts": list(hosts)})
    response["Content-Security-Policy"] = _POLICY
    return response


async def _site(key: str) -> SiteSettings:
    site = await site_by_key(key)
    if site is None:
        raise Http404
    return site


def _render(request: HttpRequest, template: str, site: SiteSettings, context: dict[str, object]) -> HttpResponse:
    language = visitor_language(request, site.language)
    with translation.override(language):
        response = render(request, template, {"site": site, "you": site.address, "language": language, **context})
    response["Content-Language"] = language
    response["Cache-Control"] = "public, max-age=300"
    return response
