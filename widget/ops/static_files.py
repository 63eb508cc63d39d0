"""Serves Django's static files below the application, without `collectstatic` and under every ASGI server. Used by chatsite/asgi.py."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder, FileSystemFinder, get_finders
from servestatic.asgi import ServeStaticASGI

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


def with_static_files(application: Application) -> Application:
    """Files are found once; with DEBUG they are looked for at every request, so that an edit shows."""
    prefix = f"/{settings.STATIC_URL.strip('/')}/"
    served = ServeStaticASGI(application, autorefresh=settings.DEBUG, max_age=300, add_headers_function=_add_headers)
    folders = [storage for finder in cast(list[FileSystemFinder | AppDirectoriesFinder], get_finders()) for storage in finder.storages.values()]
    # What is added later wins here; what is found first wins in Django.
    for storage in reversed(folders):
        served.add_files(storage.location, prefix=prefix + (getattr(storage, "prefix", None) or ""))
    return served


def _add_headers(headers: Any, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    # A drawing opened by itself is a page; ours run no scripts.
    headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
