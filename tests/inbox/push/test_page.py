"""The page of one's devices: turning on, testing, removing, and everything a browser (or somebody who is none) may hand in."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from tests.fakes.web_push import Browser, PushService
from tests.fakes.web_sink import Page
from tests.inbox.push.conftest import AddDevice
from widget.inbox.push import subscribing, vapid
from widget.inbox.push.models import PushDevice, PushWish, wish_of

pytestmark = pytest.mark.django_db
PAGE, SUBSCRIBE = "/admin/devices/", "/admin/devices/subscribe/"
PHONE = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
Hand = Callable[..., HttpResponse]


@pytest.fixture
def client(rina: User) -> Client:
    browser = Client(headers={"user-agent": PHONE})
    browser.force_login(rina)
    return browser


def handed(client: Client, browser: Browser, **changed: Any) -> HttpResponse:
    said = {"subscription": browser.subscription, "key": vapid.current_key().public, "zone": "Asia/Makassar", **changed}
    return client.post(SUBSCRIBE, json.dumps(said), content_type="application/json")  # type: ignore[return-value]


def test_a_device_that_turns_notices_on_gets_the_first_one_and_is_listed(client: Client, service: PushService) -> None:
    browser = service.browser()
    PushWish.objects.all().delete()
    assert handed(client, browser).status_code == 200
    [shown] = service.shown(browser)
    assert shown["title"] == "This device now hears of waiting visitors"
    page = client.get(PAGE).content.decode()
    assert "Chrome, Android" in page
    assert browser.endpoint not in page
    device = PushDevice.objects.get()
    assert (device.auth, device.p256dh) == (browser.auth, browser.p256dh)
    stored = PushDevice.objects.raw("SELECT id, auth AS sealed FROM widget_pushdevice")[0].sealed
    assert browser.auth not in stored
    wish = wish_of(device.user_id)
    assert (wish.time_zone, wish.preview, str(wish.quiet_from)) == ("Asia/Makassar", False, "22:00:00")


def test_the_same_browser_again_stays_one_device_and_goes_over_to_who_is_signed_in(client: Client, service: PushService, admin_user: User) -> None:
    browser = service.browser()
    handed(client, browser)
    handed(client, browser)
    client.force_login(admin_user)
    handed(client, browser)
    assert [device.user for device in PushDevice.objects.all()] == [admin_user]


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "http://push.example/1",
        "ftp://x/1",
        "https://",
        "https://exa mple/1",
        "https://x/" + "a" * 1000,
        "https://[::1",
        "javascript:alert(1)",
        "https://é.example/",
        7,
        None,
        ["x"],
    ],
)
def test_a_bad_address_is_refused_with_a_sentence(endpoint: object, client: Client) -> None:
    said = {"endpoint": endpoint, "keys": {"p256dh": Browser().p256dh, "auth": Browser().auth}}
    answer = handed(client, Browser(), subscription=said)
    assert answer.status_code == 400
    assert answer.json()["message"].endswith(".")  # type: ignore[attr-defined]
    assert not PushDevice.objects.exists()


@pytest.mark.parametrize(
    "endpoint", ["https://127.0.0.1:1/x", "https://localhost:1/x", "https://10.1.2.3/x", "https://[::ffff:127.0.0.1]/x", "https://0x7f000001/x"]
)
def test_an_address_inside_is_refused_and_nothing_is_kept(endpoint: str, client: Client) -> None:
    said = {"endpoint": endpoint, "keys": {"p256dh": Browser().p256dh, "auth": Browser().auth}}
    answer = handed(client, Browser(), subscription=said)
    assert (answer.status_code, PushDevice.objects.count()) == (400, 0)
    assert "private network" in answer.json()["message"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("keys", [{}, {"p256dh": "x", "auth": "y"}, {"p256dh": 1, "auth": None}, [], "x", {"p256dh": "A" * 87, "auth": "A" * 22}])
def test_garbage_keys_are_refused(keys: object, client: Client) -> None:
    answer = handed(client, Browser(), subscription={"endpoint": "https://push.example/1", "keys": keys})
    assert (answer.status_code, PushDevice.objects.count()) == (400, 0)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"7", b"null", b"[" * 5000, b'{"subscription":' + b"1" * 9000 + b"}", "\ud800".encode("utf-8", "surrogatepass")]
)
def test_what_is_no_subscription_is_refused(body: bytes, client: Client) -> None:
    assert client.post(SUBSCRIBE, body, content_type="application/json").status_code == 400


def test_a_key_that_is_not_ours_is_refused(client: Client, service: PushService) -> None:
    assert handed(client, service.browser(), key="BA1H").status_code == 400
    assert service.connections == 0


def test_a_push_service_that_refuses_the_first_notice_is_not_kept_but_one_that_is_busy_is(client: Client, service: PushService) -> None:
    refusing, busy = service.browser("refusing"), service.browser("busy")
    service.answer(refusing, Page(403))
    service.answer(busy, Page(503))
    assert handed(client, refusing).status_code == 400
    assert handed(client, busy).status_code == 200
    assert [device.last_error for device in PushDevice.objects.all()] == ["busy"]
    assert "asks us to wait" in client.get(PAGE).content.decode()


def test_a_person_has_so_many_devices_and_no_more(client: Client, service: PushService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscribing, "MOST_DEVICES", 2)
    answers = [handed(client, service.browser(name)).status_code for name in ("one", "two", "three", "one")]
    assert answers == [200, 200, 400, 200]


def test_a_test_goes_to_that_device_and_says_how_it_went(client: Client, service: PushService, add_device: AddDevice) -> None:
    browser = service.browser()
    device = add_device(browser)
    assert "should show within seconds" in client.post(f"{PAGE}{device.pk}/test/", follow=True).content.decode()
    assert service.shown(browser)[0]["title"] == "Test of your chat"
    service.answer(browser, Page(410))
    assert "no longer takes notices" in client.post(f"{PAGE}{device.pk}/test/", follow=True).content.decode()
    assert not PushDevice.objects.exists()


def test_one_removes_ones_own_devices_and_cannot_tell_others_from_none(client: Client, add_device: AddDevice, admin_user: User) -> None:
    own, foreign = add_device(Browser("own")), add_device(Browser("foreign"), user=admin_user)
    for action in ("test", "remove"):
        answers = [client.post(f"{PAGE}{pk}/{action}/") for pk in (foreign.pk, foreign.pk + 1000)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert client.get(f"{PAGE}{own.pk}/{action}/").status_code == 405
    client.post(f"{PAGE}{own.pk}/remove/")
    assert list(PushDevice.objects.all()) == [foreign]
    assert str(foreign.pk) not in client.get(PAGE).content.decode().partition('id="devices"')[2].partition("</ul>")[0]


def test_how_one_wants_to_be_told_is_saved(client: Client, rina: User) -> None:
    form = {"preview": "on", "quiet_from": "21:30", "quiet_until": "05:00", "time_zone": "Asia/Jayapura"}
    assert client.post(PAGE, form).status_code == 302
    wish = wish_of(rina.pk)
    assert (wish.preview, str(wish.quiet_from), wish.time_zone) == (True, "21:30:00", "Asia/Jayapura")
    client.post(PAGE, {**form, "quiet_from": "", "quiet_until": ""})
    assert wish_of(rina.pk).quiet_from is None


@pytest.mark.parametrize(
    "wrong", [{"quiet_from": ""}, {"quiet_from": "25:00"}, {"quiet_from": "05:00"}, {"time_zone": "Mars/Base"}, {"time_zone": ""}, {"quiet_until": "x" * 999}]
)
def test_nonsense_is_said_and_changes_nothing(wrong: dict[str, str], client: Client, rina: User) -> None:
    form = {"preview": "on", "quiet_from": "21:30", "quiet_until": "05:00", "time_zone": "Asia/Jayapura", **wrong}
    answer = client.post(PAGE, form)
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert wish_of(rina.pk).preview is False


def test_who_may_not_answer_has_no_devices(service: PushService, settings: Settings) -> None:
    settings.AUTHENTICATION_BACKENDS = ["widget.sites.members.RolesBackend"]
    client = Client()
    client.force_login(User.objects.create_user("tamu", is_staff=True))
    assert [client.get(PAGE).status_code, handed(client, service.browser()).status_code] == [403, 403]
    assert service.connections == 0


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (PHONE, "Chrome, Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        (
            "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36",
            "Samsung Internet, Android",
        ),
        ("<script>alert(1)</script>", "Browser"),
        ("", "Browser"),
    ],
)
def test_a_device_is_named_by_its_browser_and_system(agent: str, name: str) -> None:
    assert subscribing.device_name(agent) == name
