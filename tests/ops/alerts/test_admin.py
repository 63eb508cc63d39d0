"""The owner's page of alerts: kinds in their own words, secrets that go in and not out, and the buttons."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tests.fakes.telegram import FakeTelegram
from tests.fakes.web_sink import Page, WebSink
from tests.ops.alerts.conftest import SECRET
from tests.people import make_member, signed_in
from widget.ops.alerts.models import AlertTarget
from widget.sites.models import Site

pytestmark = pytest.mark.django_db
ADD = reverse("admin:widget_alerttarget_add")
LIST = reverse("admin:widget_alerttarget_changelist")
SWITCHES = {"on_waiting": "on", "on_provider_failed": "on", "active": "on"}


def _page(target: AlertTarget) -> str:
    return reverse("admin:widget_alerttarget_change", args=[target.pk])


def _post(client: Client, target: AlertTarget, **fields: str) -> str:
    data = {"site": str(target.site_id), "address": target.address, **SWITCHES, **fields}
    return client.post(_page(target), data, follow=True).content.decode()


def test_adding_begins_with_the_choice_of_a_kind(admin_client: Client, site: Site) -> None:
    page = admin_client.get(ADD).content.decode()
    assert re.findall(r'class="button" href="\?kind=(\w+)"', page) == ["telegram", "email", "webhook"]


def test_an_email_address_is_saved_and_leads_to_its_test(admin_client: Client, site: Site) -> None:
    page = admin_client.get(f"{ADD}?kind=email").content.decode()
    assert "id_secret" not in page
    assert "related-widget-wrapper-link" not in page
    answer = admin_client.post(f"{ADD}?kind=email", {"site": site.pk, "address": "owner@example.com", **SWITCHES})
    target = AlertTarget.objects.get()
    assert (target.kind, target.address) == ("email", "owner@example.com")
    assert answer.headers["Location"] == _page(target)
    assert "delivered" in _post(admin_client, target, _send_test="1")
    assert mail.outbox[0].to == ["owner@example.com"]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("email", {"address": "not an address"}),
        ("telegram", {"secret": "not a token"}),
        ("telegram", {"secret": "12345:" + "x" * 35, "address": "my phone"}),
        ("webhook", {"address": "ftp://example.com", "secret": SECRET}),
        ("webhook", {"address": "https://example.com/hook", "secret": "short"}),
        ("webhook", {"address": "https://example.com/hook", "secret": ""}),
    ],
)
def test_what_cannot_work_is_not_saved(admin_client: Client, site: Site, kind: str, fields: dict[str, str]) -> None:
    answer = admin_client.post(f"{ADD}?kind={kind}", {"site": site.pk, **SWITCHES, **fields})
    assert "errorlist" in answer.content.decode()
    assert not AlertTarget.objects.exists()


def test_a_secret_goes_in_and_never_comes_out(admin_client: Client, site: Site) -> None:
    admin_client.post(f"{ADD}?kind=webhook", {"site": site.pk, "address": "https://example.com/hook", "secret": SECRET, **SWITCHES})
    target = AlertTarget.objects.get()
    assert target.secret == SECRET
    for url in (_page(target), LIST, reverse("admin:widget_alerttarget_history", args=[target.pk])):
        assert SECRET not in admin_client.get(url).content.decode()
    assert SECRET[-4:] in admin_client.get(_page(target)).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM widget_alerttarget")
        assert SECRET not in cursor.fetchone()[0]


def test_saving_with_an_empty_secret_keeps_it(admin_client: Client, add_target: Callable[..., AlertTarget]) -> None:
    target = add_target("webhook", "https://example.com/hook", secret=SECRET)
    _post(admin_client, target, address="https://example.com/other", secret="")
    target.refresh_from_db()
    assert (target.address, target.secret) == ("https://example.com/other", SECRET)


def test_a_telegram_chat_is_found_step_by_step(admin_client: Client, telegram: FakeTelegram, site: Site) -> None:
    token = telegram.add_bot("toko_bot")
    admin_client.post(f"{ADD}?kind=telegram", {"site": site.pk, "secret": token, "address": "", **SWITCHES})
    target = AlertTarget.objects.get()
    assert "_get_link" in admin_client.get(_page(target)).content.decode()
    link = re.search(r"https://t\.me/toko_bot\?start=([\w-]+)", _post(admin_client, target, _get_link="1"))
    assert link is not None
    assert "has not heard from you" in _post(admin_client, target, _find_chat="1")
    telegram.write(token, 42, f"/start {link.group(1)}", name="Sari")
    assert "Found: Sari" in _post(admin_client, target, _find_chat="1")
    target.refresh_from_db()
    assert target.address == "42"
    assert telegram.sent[token][0].chat_id == "42"
    assert token not in admin_client.get(_page(target)).content.decode()


def test_another_token_makes_the_open_link_invalid(admin_client: Client, telegram: FakeTelegram, add_target: Callable[..., AlertTarget]) -> None:
    target = add_target("telegram", "", secret=telegram.add_bot("old_bot"))
    _post(admin_client, target, _get_link="1")
    page = _post(admin_client, target, secret=telegram.add_bot("new_bot"))
    assert "t.me" not in page


def test_a_failed_test_says_why_and_is_remembered(admin_client: Client, receiver: WebSink, hook: AlertTarget) -> None:
    receiver.pages["/hook"] = Page(500)
    assert "status 500" in _post(admin_client, hook, _send_test="1")
    assert "status 500" in admin_client.get(LIST).content.decode()


def test_the_page_says_when_alerts_carry_no_link(admin_client: Client, email: AlertTarget, settings: Settings) -> None:
    settings.PUBLIC_URL = ""
    assert "PUBLIC_URL" in admin_client.get(_page(email)).content.decode()
    settings.PUBLIC_URL = "https://chat.example.com"
    assert "PUBLIC_URL" not in admin_client.get(_page(email)).content.decode()


def test_the_page_says_when_mail_cannot_arrive(admin_client: Client, email: AlertTarget, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "kanal@localhost"
    assert "DEFAULT_FROM_EMAIL" in admin_client.get(_page(email)).content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "EMAIL_HOST" in admin_client.get(_page(email)).content.decode()


def test_who_answers_visitors_only_cannot_send(email: AlertTarget) -> None:
    client = signed_in(make_member("clerk", "agent", email.site))
    assert client.get(_page(email)).status_code == 403
    client.post(_page(email), {"_send_test": "1"})
    assert mail.outbox == []


def test_the_pages_carry_no_inline_script_or_style(admin_client: Client, telegram: FakeTelegram, add_target: Callable[..., AlertTarget]) -> None:
    target = add_target("telegram", "", secret=telegram.add_bot("toko_bot"))
    _post(admin_client, target, _get_link="1")
    for url in (ADD, f"{ADD}?kind=telegram", _page(target), LIST):
        page = admin_client.get(url).content.decode()
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page), url


def test_the_first_page_asks_for_an_alert_until_one_has_arrived(admin_client: Client, email: AlertTarget) -> None:
    page = admin_client.get(LIST).content.decode()
    assert "Not tried yet" in page
    _post(admin_client, email, _send_test="1")
    assert "Delivered" in admin_client.get(LIST).content.decode()


def test_a_secret_that_cannot_be_encrypted_is_an_error_of_the_form_and_the_rest_stays_typed(admin_client: Client, site: Site, settings: Settings) -> None:
    settings.FIELD_KEY = ""
    fields = {"site": site.pk, "address": "https://owner.example/hook", "secret": "sixteen-characters-at-least", **SWITCHES}
    page = admin_client.post(f"{ADD}?kind=webhook", fields).content.decode()
    assert not AlertTarget.objects.exists()
    assert page.count("This secret was not saved") == 1 and 'value="https://owner.example/hook"' in page and fields["secret"] not in page
    assert admin_client.post(f"{ADD}?kind=email", {"site": site.pk, "address": "owner@example.com", **SWITCHES}).status_code == 302
