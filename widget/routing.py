"""Where WebSockets go, what stands in for them, and the wrapper that starts background work under any ASGI server. Used by chatsite/asgi.py."""

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import markcoroutinefunction
from django.urls import path

from widget.lib import lifecycle
from widget.realtime import events, ways
from widget.realtime.consumer import chat
from widget.realtime.operator_socket import inbox

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]
websocket_urlpatterns = [path("ws/chat/<slug:key>", chat), path("ws/inbox", inbox)]  # type: ignore[arg-type]
# The same sockets for networks that refuse them, over plain requests.
fallback_urlpatterns = [
    path("chat/<slug:key>/events", events.serve_events(ways.visitors)),
    path("chat/<slug:key>/frames", events.serve_frames(ways.visitors)),
    path("admin/inbox/events", events.serve_events(ways.operators)),
    path("admin/inbox/frames", events.serve_frames(ways.operators)),
]


def with_fallback(application: Application) -> Application:
    """Answers the addresses above; every other request goes on to `application`."""

    def answered(scope: dict[str, Any], receive: Any, send: Any) -> Awaitable[None]:
        for pattern in fallback_urlpatterns:
            found = pattern.resolve(scope["path"].removeprefix("/"))
            if found is not None:
                # `route` is how the access log names it.
                scope["route"], scope["url_route"] = found.route, {"args": (), "kwargs": found.kwargs}
                return found.func(scope, receive, send)
        return application(scope, receive, send)

    return markcoroutinefunction(answered)


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
