"""One conversation's page: what it shows and what a person can do there."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from tests.inbox.conftest import MakeConversation
from widget.conversations.models import Conversation, Message, Turn
from widget.inbox import thread
from widget.inbox.talk_page import talk_url

Staff = Callable[..., Client]


def act(name: str, talk: Conversation) -> str:
    return reverse(f"admin:widget_conversation_{name}", args=[talk.pk])


def test_the_whole_log_is_shown_with_who_when_and_what_it_took(admin_client: Client, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: ongkir ke Makassar?", "a: Mulai Rp 38.000.")
    Message.objects.filter(seq=2).update(answered_by="model", sources=[{"title": "Ongkos kirim", "url": "https://tokosaya.com/ongkir"}])
    Turn.objects.create(
        **{
            "conversation": talk,
            "question_seq": 1,
            "answer_seq": 2,
            "state": "done",
            "provider": "Utama",
            "model": "kecil-1",
            "failures": ["Cadangan: rate_limited"],
        },
        **{"tokens_in": 812, "tokens_out": 64, "cost": "0.000412", "first_token_ms": 640},
    )
    page = admin_client.get(talk_url(talk.pk)).content.decode()
    for text in [
        "ongkir ke Makassar?",
        "Mulai Rp 38.000.",
        "Ongkos kirim",
        "https://tokosaya.com/ongkir",
        "Utama",
        "kecil-1",
        "Cadangan: The provider is receiving too many requests",
        "812",
        "64",
        "000412",
        "640 ms",
    ]:
        assert text in page, text


def test_a_reply_is_stored_and_takes_the_conversation_over(staff_client: Staff, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: halo", handler="waiting")
    answer = staff_client("view", "change").post(act("reply", talk), {"text": "Halo, saya Rina.\r\nAda yang bisa dibantu?", "row_id": str(uuid4())})
    talk.refresh_from_db()
    assert answer.headers["Location"] == f"{talk_url(talk.pk)}#end"
    assert (talk.handler, talk.operator.username, talk.waiting_since) == ("human", "rina", None)
    row = Message.objects.get(author="operator")
    assert (row.seq, row.text, row.name, row.answered_by) == (2, "Halo, saya Rina.\nAda yang bisa dibantu?", "Rina", "person")


def test_a_double_tap_sends_one_reply(admin_client: Client, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: halo")
    for _ in range(2):
        admin_client.post(act("reply", talk), {"text": "Halo!", "row_id": "9f0c1a52-0000-4000-8000-000000000001"})
    assert Message.objects.filter(author="operator").count() == 1


def test_a_form_used_twice_with_other_text_keeps_the_second_text_in_the_box(admin_client: Client, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: halo")
    form = {"row_id": "9f0c1a52-0000-4000-8000-000000000001"}
    admin_client.post(act("reply", talk), {**form, "text": "Halo!"})
    page = admin_client.post(act("reply", talk), {**form, "text": "Lain lagi"})
    assert page.context["draft"] == "Lain lagi" and "Lain lagi</textarea>" in page.content.decode()
    assert Message.objects.filter(author="operator").count() == 1


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4001])
def test_an_empty_or_endless_reply_is_not_sent_and_said_so(admin_client: Client, make_conversation: MakeConversation, text: str) -> None:
    talk = make_conversation("v: halo")
    page = admin_client.post(act("reply", talk), {"text": text, "row_id": str(uuid4())})
    assert "messagelist" in page.content.decode()
    assert not Message.objects.filter(author="operator").exists()


def test_handing_back_gives_the_visitor_to_the_assistant(admin_client: Client, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: halo", handler="human")
    admin_client.post(act("hand_back", talk))
    talk.refresh_from_db()
    assert talk.handler == "bot"


def test_closing_ends_the_wait(admin_client: Client, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: halo", handler="waiting")
    admin_client.post(act("close", talk))
    talk.refresh_from_db()
    assert talk.closed_at and talk.waiting_since is None


def test_nothing_changes_by_a_mere_link(admin_client: Client, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: halo", handler="waiting")
    assert [admin_client.get(act(name, talk)).status_code for name in ("reply", "hand_back", "close")] == [405] * 3
    assert admin_client.post(talk_url(talk.pk), {"handler": "bot"}).status_code == 405


def test_a_form_without_its_token_is_refused(make_conversation: MakeConversation, admin_user: object) -> None:
    talk = make_conversation("v: halo")
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user)  # type: ignore[arg-type]
    assert client.post(act("reply", talk), {"text": "Halo"}).status_code == 403


def test_who_may_only_read_sees_no_reply_box_and_cannot_reply(staff_client: Staff, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: halo")
    client = staff_client("view")
    assert "<textarea" not in client.get(talk_url(talk.pk)).content.decode()
    assert [client.post(act(name, talk), {"text": "x"}).status_code for name in ("reply", "hand_back", "close")] == [403] * 3


def test_staff_without_permission_sees_nothing(staff_client: Staff, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: halo rahasia")
    client = staff_client()
    assert [client.get(url).status_code for url in (talk_url(talk.pk), act("stamp", talk), reverse("admin:stamp"))] == [403] * 3
    assert "halo rahasia" not in client.get(reverse("admin:index")).content.decode()


def test_strangers_are_sent_to_sign_in(client: Client, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: halo")
    assert client.get(act("stamp", talk)).status_code == 302
    assert client.post(act("reply", talk), {"text": "x"}).status_code == 302
    assert not Message.objects.filter(author="operator").exists()


def test_a_conversation_that_is_gone_is_not_found(admin_client: Client, db: None) -> None:
    assert admin_client.get(talk_url(4711)).status_code == 404


def test_a_whole_conversation_is_deleted_with_permission_only(staff_client: Staff, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: halo", "a: hai")
    delete = reverse("admin:widget_conversation_delete", args=[talk.pk])
    client = staff_client("view", "change", "delete")
    assert "halo" not in client.get(delete).content.decode()
    client.post(delete, {"post": "yes"})
    assert not Conversation.objects.exists() and not Message.objects.exists()


def test_nobody_deletes_without_the_permission(staff_client: Staff, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: halo")
    assert staff_client("view", "change").post(reverse("admin:widget_conversation_delete", args=[talk.pk]), {"post": "yes"}).status_code == 403
    assert Conversation.objects.exists()


def test_the_stamp_changes_with_a_row_a_state_and_an_answer_under_way(admin_client: Client, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: halo")

    def stamp() -> str:
        return str(admin_client.get(act("stamp", talk)).json()["stamp"])

    seen = [stamp()]
    Turn.objects.create(conversation=talk, question_seq=1, state="running", partial="Ongkir")
    seen.append(stamp())
    Turn.objects.update(beat=1)
    seen.append(stamp())
    admin_client.post(act("reply", talk), {"text": "Halo", "row_id": str(uuid4())})
    seen.append(stamp())
    admin_client.post(act("hand_back", talk))
    seen.append(stamp())
    assert len(set(seen)) == 5


def test_an_answer_under_way_is_shown_as_far_as_it_came(admin_client: Client, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: halo")
    Turn.objects.create(conversation=talk, question_seq=1, state="running", partial="Ongkir ke Maka")
    assert "Ongkir ke Maka" in admin_client.get(talk_url(talk.pk)).content.decode()


def test_a_long_log_begins_with_its_last_rows(admin_client: Client, make_conversation: MakeConversation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thread, "ROWS_SHOWN", 3)
    talk = make_conversation(*[f"v: pesan nomor {number:03}" for number in range(1, 6)])
    page = admin_client.get(talk_url(talk.pk)).content.decode()
    assert "pesan nomor 003" in page and "pesan nomor 002" not in page
    assert "pesan nomor 001" in admin_client.get(talk_url(talk.pk) + "?all=1").content.decode()


def test_an_indonesian_time_has_two_digits_and_a_dot_on_every_page(admin_client: Client, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: halo")
    Conversation.objects.update(created_at=datetime(2026, 3, 1, 0, 5, tzinfo=ZoneInfo("Asia/Jakarta")), last_at=timezone.now())
    talk.messages.update(at=datetime(2026, 3, 1, 0, 5, tzinfo=ZoneInfo("Asia/Jakarta")))
    with translation.override("id"):
        page = admin_client.get(reverse("admin:widget_conversation_change", args=[talk.pk]), headers={"accept-language": "id"}).content.decode()
    assert "01-03-2026 00.05" in page and ">00.05</time>" in page and "00:05<" not in page
