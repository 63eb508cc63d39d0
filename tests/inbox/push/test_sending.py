"""One notice to one device, over a real socket: what goes out, and what becomes of everything a push service may answer."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests.fakes.web_push import Browser, PushService
from tests.fakes.web_sink import Page
from tests.inbox.push.conftest import AddDevice
from tests.inbox.push.test_encryption import claims_of
from widget.inbox.push import sending
from widget.inbox.push.errors import PushError
from widget.inbox.push.models import PushDevice, PushKey
from widget.inbox.push.sending import Notice

pytestmark = pytest.mark.django_db
NOTICE = Notice("Somebody waits", "Tap to answer.", "/admin/inbox/4b2c/", "talk-4b2c", 3600)


def failed(device: PushDevice) -> PushError:
    with pytest.raises(PushError) as caught:
        sending.send(device, NOTICE)
    return caught.value


def test_a_notice_reaches_the_browser_encrypted_and_signed(service: PushService, add_device: AddDevice) -> None:
    browser = service.browser()
    device = add_device(browser)
    sending.send(device, NOTICE)
    [request] = service.requests_for(browser)
    assert service.shown(browser) == [{"title": "Somebody waits", "body": "Tap to answer.", "path": "/admin/inbox/4b2c/", "tag": "talk-4b2c", "lang": "en"}]
    assert b"waits" not in request.body
    sent = request.headers
    assert (request.method, sent["content-encoding"], sent["ttl"], sent["urgency"]) == ("POST", "aes128gcm", "3600", "high")
    token, public = sent["authorization"].removeprefix("vapid t=").split(", k=")
    assert claims_of(token, public)["aud"] == service.url
    device.refresh_from_db()
    assert (device.failures, device.last_error) == (0, "")
    assert device.last_ok_at is not None


def test_the_topic_is_one_per_conversation_and_tells_the_push_service_nothing(service: PushService, add_device: AddDevice) -> None:
    browser = service.browser()
    device = add_device(browser)
    for topic in ("talk-4b2c", "talk-4b2c", "talk-9999"):
        sending.send(device, Notice("", "", "/", topic, 60))
    topics = [seen.headers["topic"] for seen in service.requests_for(browser)]
    assert topics[0] == topics[1] != topics[2]
    assert all(len(topic) == 32 and "4b2c" not in topic for topic in topics)


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_ended_is_removed(status: int, service: PushService, add_device: AddDevice) -> None:
    browser = service.browser()
    device = add_device(browser)
    service.answer(browser, Page(status))
    assert (failed(device).code, failed(device).retryable) == ("gone", False)
    assert not PushDevice.objects.exists()


@pytest.mark.parametrize(
    ("page", "code", "retryable", "pause"),
    [
        (Page(429, {"retry-after": "120"}), "busy", True, 120.0),
        (Page(429, {"retry-after": "soon"}), "busy", True, None),
        (Page(429), "busy", True, None),
        (Page(503, {"retry-after": "-5"}), "busy", True, None),
        (Page(500), "busy", True, None),
        (Page(413), "too_large", False, None),
        (Page(401), "refused_key", False, None),
        (Page(403, {}, b'{"reason":"BadJwtToken"}'), "refused_key", False, None),
        (Page(400), "refused", False, None),
        (Page(301, {"location": "http://127.0.0.1:9/"}), "refused", False, None),
        (Page(200, {}, b"x" * 70_000), "refused", False, None),
    ],
)
def test_every_refusal_is_noted_and_says_whether_to_try_again(
    page: Page, code: str, retryable: bool, pause: float | None, service: PushService, add_device: AddDevice
) -> None:
    browser = service.browser()
    device = add_device(browser)
    service.answer(browser, page)
    error = failed(device)
    assert (error.code if code != "refused" else "refused", error.retryable, error.retry_after) == (code, retryable, pause)
    assert error.sentence.endswith(".")
    device.refresh_from_db()
    assert (device.failures, device.last_ok_at) == (1, None)
    assert device.paused_until is not None
    assert not PushDevice.objects.reachable().exists()


def test_a_retry_after_given_as_a_date_is_read(service: PushService, add_device: AddDevice) -> None:
    browser = service.browser()
    device = add_device(browser)
    service.answer(browser, Page(429, {"retry-after": format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)}))
    asked = failed(device).retry_after
    assert asked is not None
    assert 80 < asked <= 90


def test_a_device_that_keeps_failing_is_left_alone_for_longer_each_time_and_forgiven_by_one_success(service: PushService, add_device: AddDevice) -> None:
    browser = service.browser()
    device = add_device(browser)
    service.answer(browser, Page(500))
    pauses = []
    for _ in range(12):
        failed(device)
        device.refresh_from_db()
        assert device.paused_until is not None
        pauses.append(round((device.paused_until - timezone.now()).total_seconds() / 60))
    assert pauses[:4] == [1, 2, 4, 8]
    assert pauses[-1] == 360
    service.answer(browser, Page(201))
    sending.send(device, NOTICE)
    device.refresh_from_db()
    assert (device.failures, device.paused_until, device.last_error) == (0, None, "")


def test_a_push_service_that_hangs_costs_the_seconds_we_give_it(service: PushService, add_device: AddDevice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "SECONDS", 0.5)
    browser = service.browser()
    device = add_device(browser)
    service.answer(browser, Page(201, {}, b"", (b"a",) * 100, 0.2))
    began = time.monotonic()
    assert (failed(device).code, time.monotonic() - began < 5) == ("away", True)


def test_an_endpoint_that_leads_inside_is_never_called(service: PushService, add_device: AddDevice, settings: Settings) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE = []
    for number, address in enumerate((f"https://127.0.0.1:{service.port}/", "https://10.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest/")):
        device = add_device(Browser(str(number)), endpoint=f"{address}{number}")
        error = failed(device)
        assert (error.code, error.retryable) == ("private_target", False)
        assert "private network" in error.sentence
    assert service.connections == 0


def test_plain_http_is_refused_but_to_a_push_service_the_owner_listed(service: PushService, add_device: AddDevice, settings: Settings) -> None:
    device = add_device(service.browser())
    settings.OUTBOUND_ALLOW_PRIVATE = []
    assert failed(device).code == "bad_subscription"
    assert failed(add_device(Browser("public"), endpoint="http://push.example.com/send/1")).code == "bad_subscription"
    assert service.connections == 0


def test_a_device_whose_key_is_lost_says_so(service: PushService, add_device: AddDevice, settings: Settings) -> None:
    device = add_device(service.browser())
    settings.FIELD_KEY = "another key altogether"
    stored = PushDevice.objects.select_related("key").get(pk=device.pk)
    assert failed(stored).code == "key_lost"
    assert PushKey.objects.count() == 1
