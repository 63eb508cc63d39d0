"""Where WebSockets go, and the wrapper that starts background work under any ASGI server. Used by chatsite/asgi.py."""

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import markcoroutinefunction
from django.urls import path

from widget.lib import lifecycle
from widget.realtime.consumer import chat

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]
websocket_urlpatterns = [path("ws/chat/<slug:key>", chat)]  # type: ignore[arg-type]


def with_lifecycle(application: Application) -> Application:
    """`serve` has started everything before it listens; under other servers the first connection does."""

    # Not a coroutine of its own once all is started: one less frame in memory for every visitor who has a page open.
    def started(scope: dict[str, Any], receive: Any, send: Any) -> Awaitable[None]:
        return application(scope, receive, send) if lifecycle.is_started() or lifecycle.is_draining() else start_first(scope, receive, send)

    async def start_first(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await lifecycle.start()
        await application(scope, receive, send)

    # Servers tell today's ASGI from that of old by whether the application is a coroutine function.
    return markcoroutinefunction(started)
