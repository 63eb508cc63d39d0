"""Where WebSockets go, and the wrapper that starts background work under any ASGI server. Used by chatsite/asgi.py."""

from collections.abc import Awaitable, Callable
from typing import Any

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]
websocket_urlpatterns: list[Any] = []


def with_lifecycle(application: Application) -> Application:
    return application
