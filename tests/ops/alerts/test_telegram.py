"""Alerts by Telegram, against a fake Bot API on a real socket: sending, its refusals, and finding the owner's chat."""

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django.fixtures import Settings

from tests.fakes.telegram import FakeTelegram, Refusal
from widget.conversations.models import Conversation
from widget.jobs.desk import run_ready
from widget.jobs.tasks import enqueue
from widget.ops.alerts import connect, telegram
from widget.ops.alerts.errors import AlertError, NotSetUpError, RefusedError, TryLaterError
from widget.ops.alerts.models import AlertTarget
from widget.ops.alerts.wording import Alert

pytestmark = pytest.mark.django_db
ALERT = Alert("visitor_waits", "Toko: a visitor waits", "They wrote: *halo* <b>", "https://chat.example.com/admin/")


@pytest.fixture
def bot(telegram: FakeTelegram, add_target: Callable[..., AlertTarget]) -> AlertTarget:
    return add_target("telegram", "", secret=telegram.add_bot("toko_bot"))


@pytest.fixture
def connected(telegram: FakeTelegram, bot: AlertTarget) -> AlertTarget:
    telegram.write(bot.secret, 77, "/start")
    bot.address = "77"
    bot.save()
    return bot


def test_the_alert_arrives_as_plain_text_without_a_link_preview(telegram: FakeTelegram, connected: AlertTarget) -> None:
    from_us = telegram.sent[connected.secret]
    _send(connected)
    [sent] = from_us
    assert sent.chat_id == "77"
    assert sent.text == "Toko: a visitor waits\n\nThey wrote: *halo* <b>\n\nhttps://chat.example.com/admin/"
    assert "parse_mode" not in sent.arguments
    assert sent.arguments["link_preview_options"] == {"is_disabled": True}


@pytest.mark.parametrize(
    ("refusal", "error", "said"),
    [
        (Refusal(401, "Unauthorized"), RefusedError, "BotFather"),
        (Refusal(403, "Forbidden: bot was blocked by the user"), RefusedError, "blocked"),
        (Refusal(409, "Conflict: can't use getUpdates method while webhook is active"), RefusedError, "another program"),
        (Refusal(400, "Bad Request: chat not found"), RefusedError, "chat not found"),
        (Refusal(502, "Bad Gateway"), TryLaterError, "502"),
        (Refusal(429, "Too Many Requests: retry after 31", {"retry_after": 31}), TryLaterError, "wait"),
    ],
)
def test_each_refusal_is_said_in_plain_words(telegram: FakeTelegram, connected: AlertTarget, refusal: Refusal, error: type[Exception], said: str) -> None:
    telegram.refuse = refusal
    with pytest.raises(error, match=said):
        _send(connected)


def test_telegrams_own_pause_is_honoured(telegram: FakeTelegram, connected: AlertTarget) -> None:
    telegram.refuse = Refusal(429, "Too Many Requests: retry after 31", {"retry_after": 31})
    with pytest.raises(TryLaterError) as caught:
        _send(connected)
    assert caught.value.retry_after == 31


def test_the_token_is_in_no_log_no_error_and_no_row(
    telegram: FakeTelegram, connected: AlertTarget, waiting: Conversation, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    settings.TELEGRAM_API = "http://127.0.0.1:9"
    enqueue("alert.visitor_waits", waiting.pk)
    run_ready()
    row = DBTaskResult.objects.get(status="READY")
    connected.refresh_from_db()
    assert "could not be reached" in connected.last_error
    for text in (caplog.text, row.traceback, connected.last_error, str(row.args_kwargs)):
        assert connected.secret not in text


def test_pressing_start_on_the_link_makes_the_chat_known(telegram: FakeTelegram, bot: AlertTarget) -> None:
    link = connect.offer_link(bot)
    assert link == f"https://t.me/toko_bot?start={bot.connect_code}"
    telegram.write(bot.secret, 55, "hello")
    telegram.write(bot.secret, 66, f"/start {bot.connect_code}", name="Sari")
    assert connect.find_chat(bot) == connect.Chat(66, "Sari")
    bot.refresh_from_db()
    assert (bot.address, bot.connect_code) == ("66", "")


def test_a_group_can_be_told_too(telegram: FakeTelegram, bot: AlertTarget) -> None:
    connect.offer_link(bot)
    telegram.write(bot.secret, -100123, f"/start@toko_bot {bot.connect_code}", name="Team", kind="supergroup")
    assert connect.find_chat(bot) == connect.Chat(-100123, "Team")


def test_a_stranger_who_presses_start_gets_nothing(telegram: FakeTelegram, bot: AlertTarget) -> None:
    connect.offer_link(bot)
    telegram.write(bot.secret, 13, "/start")
    telegram.write(bot.secret, 13, "/start guess")
    with pytest.raises(NotSetUpError, match="press Start"):
        connect.find_chat(bot)
    bot.refresh_from_db()
    assert bot.address == ""


def test_a_code_serves_once_and_for_an_hour(telegram: FakeTelegram, bot: AlertTarget) -> None:
    connect.offer_link(bot)
    telegram.write(bot.secret, 66, f"/start {bot.connect_code}")
    bot.connect_code_at = timezone.now() - timedelta(minutes=connect.CODE_MINUTES)
    with pytest.raises(NotSetUpError, match="too old"):
        connect.find_chat(bot)
    connect.offer_link(bot)
    telegram.write(bot.secret, 66, f"/start {bot.connect_code}")
    connect.find_chat(bot)
    with pytest.raises(NotSetUpError, match="too old"):
        connect.find_chat(bot)


def test_the_code_is_found_behind_many_other_messages(telegram: FakeTelegram, bot: AlertTarget) -> None:
    connect.offer_link(bot)
    for _ in range(250):
        telegram.write(bot.secret, 55, "hello")
    telegram.write(bot.secret, 66, f"/start {bot.connect_code}")
    assert connect.find_chat(bot).id == 66
    assert telegram.calls.count("getUpdates") == 3


def test_a_wrong_token_is_said_before_a_link_is_made(telegram: FakeTelegram, add_target: Callable[..., AlertTarget]) -> None:
    stranger = add_target("telegram", "", secret="99999:" + "y" * 35)
    with pytest.raises(RefusedError, match="BotFather"):
        connect.offer_link(stranger)
    assert connect.link(stranger) == ""


def test_without_a_chat_the_alert_says_what_to_do(telegram: FakeTelegram, bot: AlertTarget) -> None:
    with pytest.raises(AlertError, match="Find my chat"):
        _send(bot)


def _send(target: AlertTarget) -> None:
    telegram.send(target, ALERT, "id")
