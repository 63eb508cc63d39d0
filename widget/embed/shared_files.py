"""Files that any website may load, in the form its browser prefers. Used by the views of this package for what they keep in memory."""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse

from widget.lib.compression import Body, accepted_encoding, compress

# Every JavaScript file the widget asks for is asked for by another website.
_SHARED = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "Timing-Allow-Origin": "*"}


@lru_cache(maxsize=256)
def forms_of(text: str) -> Body:
    return compress(text.encode())


def shared_response(request: HttpRequest, text: str, content_type: str, cache_control: str) -> HttpResponse:
    encoding = accepted_encoding(request.headers.get("Accept-Encoding", ""))
    headers = {"Cache-Control": cache_control, "Vary": "Accept-Encoding", **_SHARED}
    response = HttpResponse(forms_of(text).form(encoding), content_type=content_type, headers=headers)
    if encoding:
        response["Content-Encoding"] = encoding
    return response
