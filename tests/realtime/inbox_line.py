"""An operator's end of the line inside the test's own event loop: the ASGI callable, a session cookie and a ticket, as a browser brings them."""

from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from tests.realtime.line import Line
from widget.lib import database

OWN = "http://testserver"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def session_of(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def ticket_of(client: Client) -> str:
    answer = client.post("/admin/inbox/ticket/")
    assert answer.status_code == 200, answer.status_code
    return str(answer.json()["ticket"])


class DeskLine(Line):
    """One operator's socket. `ticket` None: a fresh one of the own session; other values are sent as they are."""

    def __init__(self, user: User | None = None, client: Client | None = None, origin: str | None = OWN, cookie: str | None = None, **options: Any) -> None:
        self.user, self.client, self._cookie = user, client, cookie
        super().__init__(origin=origin, **options)
        self._scope["path"] = "/ws/inbox"

    async def __aenter__(self) -> "DeskLine":
        if self.client is None and self.user is not None:
            self.client = await database.write(signed_in, self.user)
        key = self._cookie if self._cookie is not None else session_of(self.client) if self.client is not None else ""
        if key:
            self._scope["headers"].append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={key}".encode()))  # type: ignore[attr-defined]
        await super().__aenter__()
        return self

    async def ticket(self) -> str:
        assert self.client is not None
        return await sync_to_async(ticket_of)(self.client)

    async def greet(self) -> dict[str, Any]:
        await self.send("hello", protocol=1, ticket=await self.ticket(), locale="en")
        return await self.expect("ready")

    async def show(self, conversation: str, **fields: Any) -> dict[str, Any]:
        await self.send("talk.open", conversation=conversation, **fields)
        return await self.until("talk.shown")
