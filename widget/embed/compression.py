"""Answers with the smallest form of a text that the browser accepts. Used by the views of this package for what they keep in memory."""

import gzip
from dataclasses import dataclass
from functools import lru_cache

import brotli
from django.http import HttpRequest, HttpResponse

# Every JavaScript file the widget asks for is asked for by another website.
_SHARED = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "Timing-Allow-Origin": "*"}


@dataclass(frozen=True, slots=True)
class Body:
    """One text in its three forms. The compressed ones take the longest and best way, since each is made once and sent often."""

    plain: bytes
    gzip: bytes
    brotli: bytes


@lru_cache(maxsize=256)
def compress(text: str) -> Body:
    plain = text.encode()
    return Body(plain, gzip.compress(plain, 9, mtime=0), brotli.compress(plain, mode=brotli.MODE_TEXT, quality=11))


def shared_response(request: HttpRequest, text: str, content_type: str, cache_control: str) -> HttpResponse:
    """A file any website may load, in the form the browser prefers."""
    body = compress(text)
    encoding = accepted_encoding(request.headers.get("Accept-Encoding", ""))
    content = {"br": body.brotli, "gzip": body.gzip, "": body.plain}[encoding]
    response = HttpResponse(content, content_type=content_type, headers={"Cache-Control": cache_control, "Vary": "Accept-Encoding", **_SHARED})
    if encoding:
        response["Content-Encoding"] = encoding
    return response


def accepted_encoding(header: str) -> str:
    """ "br", "gzip" or "", by an Accept-Encoding header (RFC 9110, section 12.5.3)."""
    accepted: dict[str, float] = {}
    for part in header.lower().split(","):
        name, _, parameters = part.partition(";")
        accepted[name.strip()] = _quality(parameters)
    for name in ("br", "gzip"):
        if accepted.get(name, accepted.get("*", 0.0)) > 0:
            return name
    return ""


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
