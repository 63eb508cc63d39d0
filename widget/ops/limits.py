"""The bytes, seconds and counts that the server bounds by itself, before any of our application code runs. Made by ops/serve.py from the settings."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Limits:
    """Each field is a setting or follows from one; README.md says what they are for."""

    request_bytes: int
    head_seconds: float
    body_seconds: float
    idle_seconds: float
    connections_per_address: int
    frame_bytes: int
    unsent_bytes: int
    ping_seconds: float
    pong_seconds: float
    socket_seconds: float
    notice_seconds: float
    drain_seconds: float

    @classmethod
    def from_settings(cls) -> "Limits":
        return cls(
            request_bytes=settings.REQUEST_BYTES,
            head_seconds=settings.REQUEST_HEAD_SECONDS,
            body_seconds=settings.REQUEST_BODY_SECONDS,
            idle_seconds=settings.KEEP_ALIVE_SECONDS,
            # Behind a proxy of ours all connections come from it; it has to bound them.
            connections_per_address=0 if settings.TRUSTED_PROXIES else settings.CONNECTIONS_PER_ADDRESS,
            # Twice the limit of the line, so that the line itself can answer `too_large` to what is only a little over.
            frame_bytes=2 * settings.FRAME_BYTES,
            unsent_bytes=settings.UNSENT_BYTES,
            ping_seconds=settings.PING_SECONDS,
            pong_seconds=settings.PONG_SECONDS,
            socket_seconds=settings.SOCKET_HOURS * 3600,
            notice_seconds=settings.DRAIN_NOTICE_SECONDS,
            drain_seconds=settings.DRAIN_SECONDS,
        )
