"""What the bell hangs on: a channel layer over Redis, one channel per process in one group. Used by doorbell.py alone.

The layer heals its connections by itself but tells nobody (its hooks for that are never called), waits as long as Redis takes, and logs a trace
a second while it is away. So every step here has a time limit, and after any trouble all of it is thrown away and joined anew.
"""

import asyncio
import hashlib
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from widget.lib.peers import Told
from widget.realtime.signs import Sign

STEP_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class BellMessage:
    """One message of the bell. `rings` holds (conversation, seq or 0, whether its handler changed), `told` what lib/peers.py shares,
    `signs` what signs.py shows."""

    sender: str
    number: int
    rings: Sequence[tuple[str, int, bool]] = ()
    told: Mapping[str, Told] = field(default_factory=dict)
    bye: bool = False
    signs: Sequence[Sign] = ()

    def on_the_wire(self) -> dict[str, Any]:
        told = {name: [list(item) for item in items] for name, items in self.told.items()}
        said = {"from": self.sender, "number": self.number, "rings": [list(ring) for ring in self.rings], "told": told, "bye": self.bye}
        return said | ({"signs": [list(sign) for sign in self.signs]} if self.signs else {})

    @classmethod
    def off_the_wire(cls, message: Any) -> "BellMessage | None":
        """None for what no process of ours would say, or one of a version to come."""
        try:
            rings = [(str(conversation), int(seq), bool(changed)) for conversation, seq, changed in message["rings"]]
            told = {str(name): [(str(key), int(count)) for key, count in items] for name, items in message["told"].items()}
            signs = [(str(conversation), str(kind), str(author), int(number)) for conversation, kind, author, number in message.get("signs", ())]
            return cls(str(message["from"]), int(message["number"]), rings, told, bool(message.get("bye")), signs)
        except (KeyError, TypeError, ValueError, AttributeError):
            return None


class BellChannel:
    """`secret` keeps installations apart that share one Redis: publishing there knows no databases."""

    def __init__(self, url: str, secret: str) -> None:
        try:
            self._make = import_module("channels_redis.pubsub").RedisPubSubChannelLayer
            self._broken = (import_module("redis.exceptions").RedisError, OSError, RuntimeError)
        except ImportError:
            raise ImproperlyConfigured('REDIS_URL is set, but what speaks with Redis is not installed. Install it: pip install "kanal[scaled]"') from None
        logging.getLogger("channels_redis.pubsub").disabled = True
        self._host = {"address": url, "socket_connect_timeout": STEP_SECONDS, "socket_timeout": STEP_SECONDS}
        self._group = "kanal." + hashlib.sha256(f"doorbell {secret}".encode()).hexdigest()[:20]
        self._layer: Any = None
        self._channel = ""

    async def join(self) -> None:
        """Raises what the client raises when Redis is not there."""
        async with asyncio.timeout(3 * STEP_SECONDS):
            if self._layer is None:
                self._layer = self._make(hosts=[self._host], prefix=self._group)
            self._channel = await self._layer.new_channel()
            await self._layer.group_add("all", self._channel)

    async def send(self, message: BellMessage) -> None:
        """To every process that listens, this one among them."""
        async with asyncio.timeout(STEP_SECONDS):
            await self._layer.group_send("all", message.on_the_wire())

    async def receive(self) -> BellMessage | None:
        return BellMessage.off_the_wire(await self._layer.receive(self._channel))

    async def leave(self) -> None:
        """Closes the connections, or forgets them where even that does not work."""
        layer, self._layer = self._layer, None
        if layer is not None:
            with suppress(*self._broken):
                async with asyncio.timeout(STEP_SECONDS):
                    await layer.flush()
                self._layer = layer
