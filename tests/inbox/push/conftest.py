"""A push service on loopback, people with devices at it, and a visitor who waits."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests.fakes.web_push import Browser, PushService
from widget.conversations.models import Conversation, Message
from widget.inbox.push import vapid
from widget.inbox.push.models import PushDevice, PushWish
from widget.sites.models import Member, Role, Site

AddDevice = Callable[..., PushDevice]


@pytest.fixture
def service(settings: Settings) -> Iterator[PushService]:
    with PushService() as fake:
        settings.OUTBOUND_ALLOW_PRIVATE = [f"127.0.0.1:{fake.port}"]
        yield fake


@pytest.fixture
def site(db: None) -> Site:
    return Site.objects.create(key="rinjing", name="Toko Rinjing", language="en", quiet_from=None, quiet_until=None)


@pytest.fixture
def rina(site: Site) -> User:
    """Answers at the site, and wants to hear at any hour."""
    person = User.objects.create_user("rina", is_staff=True, first_name="Rina")
    Member.objects.create(site=site, user=person, role=Role.AGENT)
    PushWish.objects.create(user=person, quiet_from=None, quiet_until=None, time_zone="Asia/Jakarta")
    return person


@pytest.fixture
def waiting(site: Site) -> Conversation:
    talk = Conversation.objects.create(
        site=site, public_id="4b2c-talk", seq=1, handler="waiting", waiting_since=timezone.now(), name="Dewi", contact="0812-3456-7890"
    )
    Message.objects.create(conversation=talk, seq=1, client_id="1", author="visitor", text="Is the blue one\nstill there?")
    return talk


@pytest.fixture
def add_device(rina: User) -> AddDevice:
    def add(browser: Browser, user: User | None = None, **fields: Any) -> PushDevice:
        keys = {"endpoint": browser.endpoint, "p256dh": browser.p256dh, "auth": browser.auth, "key": vapid.current_key()}
        return PushDevice.objects.create(**{"user": user or rina, "name": "Chrome, Android", "language": "en", **keys, **fields})

    return add
