"""A site with somebody waiting, places to be told at, and the fakes that receive."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.fakes.smtp import MailServer
from tests.fakes.telegram import FakeTelegram
from tests.fakes.web_sink import Page, WebSink
from widget.conversations.models import Conversation, Message
from widget.ops.alerts.models import AlertTarget
from widget.sites.models import Site

SECRET = "a secret of both sides"


@pytest.fixture
def site(db: None) -> Site:
    """Without quiet hours, whatever time it is while the tests run."""
    return Site.objects.create(key="demo", name="Toko Sari", language="en", quiet_from=None, quiet_until=None)


@pytest.fixture
def waiting(site: Site) -> Conversation:
    conversation = Conversation.objects.create(
        site=site, public_id="c-1", seq=1, handler="waiting", waiting_since=datetime(2026, 11, 20, 8, 0, tzinfo=UTC), name="Rina", contact="0812"
    )
    Message.objects.create(conversation=conversation, seq=1, client_id="m-1", author="visitor", text="Is the blue one\nstill there?")
    return conversation


@pytest.fixture
def add_target(site: Site) -> Callable[..., AlertTarget]:
    def add(kind: str, address: str, **fields: Any) -> AlertTarget:
        return AlertTarget.objects.create(**{"site": site, "kind": kind, "address": address, **fields})

    return add


@pytest.fixture
def email(add_target: Callable[..., AlertTarget]) -> AlertTarget:
    return add_target("email", "owner@example.com")


@pytest.fixture
def telegram(settings: Settings) -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        settings.TELEGRAM_API = fake.url
        yield fake


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", server.port, False
        yield server


@pytest.fixture
def receiver(settings: Settings) -> Iterator[WebSink]:
    with WebSink() as sink:
        sink.pages["/hook"] = Page(204)
        settings.OUTBOUND_ALLOW_PRIVATE = [f"127.0.0.1:{sink.port}"]
        yield sink


@pytest.fixture
def hook(receiver: WebSink, add_target: Callable[..., AlertTarget]) -> AlertTarget:
    return add_target("webhook", f"{receiver.url}/hook", secret=SECRET)
