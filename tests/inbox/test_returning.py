"""A visitor who went hears of a person's answer: one mail, or a WhatsApp message ready to be sent."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from tests.fakes.smtp import MailServer
from tests.inbox.conftest import MakeConversation
from widget.conversations.models import Conversation
from widget.conversations.return_links import read_return
from widget.inbox import returning
from widget.inbox.returning import send_mail, whatsapp_link


@pytest.fixture
def mail_server(settings: Any) -> Iterator[MailServer]:
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "127.0.0.1", server.port, False, False
        settings.PUBLIC_URL = "https://chat.toko.test"
        yield server


def token_in(text: str) -> str:
    return next(word for word in text.split() if "/return#" in word).split("#", 1)[1]


def test_an_unread_answer_is_told_in_one_mail_that_holds_a_link_and_no_word_of_the_talk(mail_server: MailServer, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: ada ukuran XL?", "o: Ada, Kak.", contact="dewi@contoh.id", locale="en")
    for _time in range(2):
        returning.answered(talk.pk, 2)
    assert DBTaskResult.objects.filter(args_kwargs__args__0="return.mail").count() == 1
    send_mail(talk.pk, 2)
    (letter,) = mail_server.received
    body = letter.content.get_payload(decode=True).decode()
    assert letter.recipients == ("dewi@contoh.id",) and "Toko Saya" in str(letter.content["Subject"]) and "XL" not in body
    assert read_return(token_in(body), "tokosaya") == talk.public_id


@pytest.mark.parametrize("change", [{"visitor_read_seq": 2}, {"contact": "0812-3456-7890"}, {"contact": ""}, {"contact": "a@b.id\nBcc: x@y.id"}])
def test_nothing_is_mailed_to_who_has_read_it_or_gave_no_plain_address(
    mail_server: MailServer, make_conversation: MakeConversation, change: dict[str, Any]
) -> None:
    talk = make_conversation("v: ada?", "o: Ada, Kak.", contact="dewi@contoh.id")
    Conversation.objects.update(**change)
    send_mail(talk.pk, 2)
    send_mail(4711, 2)
    assert not mail_server.received


def test_who_wrote_again_needs_no_mail_about_the_answer_before(mail_server: MailServer, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: ada?", "o: Ada, Kak.", "v: makasih", contact="dewi@contoh.id")
    send_mail(talk.pk, 2)
    assert not mail_server.received


def test_a_reply_in_the_admin_begins_it(admin_client: Client, make_conversation: MakeConversation, settings: Any) -> None:
    settings.PUBLIC_URL = "https://chat.toko.test"
    talk = make_conversation("v: ada?", contact="dewi@contoh.id")
    admin_client.post(reverse("admin:widget_conversation_reply", args=[talk.pk]), {"text": "Ada"})
    assert DBTaskResult.objects.filter(args_kwargs__args__0="return.mail").count() == 1


def test_the_whatsapp_message_is_ready_with_the_link_behind_a_hash(admin_client: Client, make_conversation: MakeConversation, settings: Any) -> None:
    settings.PUBLIC_URL = "https://chat.toko.test"
    talk = make_conversation("v: ada?", "o: Ada", contact="0812-3456-7890", locale="en")
    link = urlsplit(whatsapp_link(talk))
    text = parse_qs(link.query)["text"][0]
    assert (link.netloc, link.path) == ("wa.me", "/6281234567890") and "https://chat.toko.test/c/tokosaya/return#" in text
    assert read_return(token_in(text), "tokosaya") == talk.public_id
    assert "Tell them by WhatsApp" in admin_client.get(reverse("admin:widget_conversation_change", args=[talk.pk])).content.decode()
    Conversation.objects.update(visitor_read_seq=2)
    talk.refresh_from_db()
    assert whatsapp_link(talk) == ""


def test_without_our_own_address_there_is_no_link(make_conversation: MakeConversation, settings: Any) -> None:
    settings.PUBLIC_URL = ""
    assert whatsapp_link(make_conversation("v: ada?", "o: Ada", contact="0812-3456-7890")) == ""
