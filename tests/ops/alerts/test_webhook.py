"""Signed webhooks, over a real socket: what the receiver can rely on, and what its answers mean."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable

import pytest
from pytest_django.fixtures import Settings

from tests.fakes.web_sink import Page, WebSink
from tests.ops.alerts.conftest import SECRET
from widget.conversations.models import Conversation
from widget.jobs.desk import run_ready
from widget.jobs.tasks import enqueue
from widget.ops.alerts import delivery, webhook
from widget.ops.alerts.errors import AlertError, NotSetUpError, RefusedError, TryLaterError
from widget.ops.alerts.models import AlertTarget
from widget.ops.alerts.wording import Alert

pytestmark = pytest.mark.django_db
ALERT = Alert("visitor_waits", "Toko: a visitor waits", "Kak 😀", "https://chat.example.com/admin/", "Kak 😀", 7)


def test_the_signature_covers_the_time_and_the_raw_body(receiver: WebSink, hook: AlertTarget) -> None:
    webhook.send(hook, ALERT, "delivery-1")
    [seen] = receiver.requests
    timestamp = seen.headers["x-kanal-timestamp"]
    wanted = hmac.new(SECRET.encode(), timestamp.encode() + b"." + seen.body, hashlib.sha256).hexdigest()
    assert seen.headers["x-kanal-signature"] == f"v1={wanted}"
    assert abs(int(timestamp) - time.time()) < 60
    assert seen.headers["x-kanal-delivery"] == "delivery-1"


def test_the_body_says_what_happened_where(receiver: WebSink, hook: AlertTarget) -> None:
    webhook.send(hook, ALERT, "delivery-1")
    content = json.loads(receiver.requests[0].body)
    content.pop("at")
    assert content == {
        "id": "delivery-1",
        "event": "visitor_waits",
        "site": {"key": "demo", "name": "Toko Sari"},
        "title": "Toko: a visitor waits",
        "text": "Kak 😀",
        "url": "https://chat.example.com/admin/",
        "conversation": 7,
        "preview": "Kak 😀",
    }


def test_every_try_of_one_alert_has_the_same_id(receiver: WebSink, hook: AlertTarget, waiting: Conversation) -> None:
    receiver.pages["/hook"] = Page(503)
    enqueue("alert.visitor_waits", waiting.pk)
    run_ready()
    with pytest.raises(AlertError):
        delivery.deliver(hook.pk, "visitor_waits", waiting.pk, "", waiting.waiting_since.isoformat() if waiting.waiting_since else "")
    first, second = (seen.headers["x-kanal-delivery"] for seen in receiver.requests)
    assert first == second


@pytest.mark.parametrize(("status", "error"), [(500, TryLaterError), (503, TryLaterError), (429, TryLaterError), (404, RefusedError), (410, RefusedError)])
def test_the_status_decides_whether_to_try_again(receiver: WebSink, hook: AlertTarget, status: int, error: type[Exception]) -> None:
    receiver.pages["/hook"] = Page(status)
    with pytest.raises(error, match=str(status)):
        webhook.send(hook, ALERT, "id")


def test_the_receivers_own_pause_is_honoured(receiver: WebSink, hook: AlertTarget) -> None:
    receiver.pages["/hook"] = Page(429, {"Retry-After": "77"})
    with pytest.raises(TryLaterError) as caught:
        webhook.send(hook, ALERT, "id")
    assert caught.value.retry_after == 77


def test_a_redirect_is_not_a_delivery(receiver: WebSink, hook: AlertTarget) -> None:
    receiver.pages["/hook"] = Page(302, {"Location": "/elsewhere"})
    receiver.pages["/elsewhere"] = Page(200)
    with pytest.raises(RefusedError, match="302"):
        webhook.send(hook, ALERT, "id")
    assert len(receiver.requests) == 1


def test_a_private_address_is_refused_unless_it_was_allowed(receiver: WebSink, hook: AlertTarget, settings: Settings) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE = []
    with pytest.raises(RefusedError, match="private network"):
        webhook.send(hook, ALERT, "id")
    assert receiver.connections == 0


def test_without_a_secret_nothing_is_sent_unsigned(receiver: WebSink, add_target: Callable[..., AlertTarget]) -> None:
    with pytest.raises(NotSetUpError):
        webhook.send(add_target("webhook", f"{receiver.url}/hook"), ALERT, "id")
    assert receiver.connections == 0
