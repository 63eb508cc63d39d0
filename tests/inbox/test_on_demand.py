"""What the live inbox fetches when a person wants it: why an answer was given, and the message that brings a visitor back; with the rights of the record."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from tests.inbox.conftest import MakeConversation
from tests.people import make_member, signed_in
from widget.conversations.models import Conversation, Turn
from widget.conversations.return_links import read_return
from widget.conversations.trace import Seen, Trace, pack
from widget.inbox import talks
from widget.sites.members import access_of
from widget.sites.models import Role, Site

pytestmark = pytest.mark.django_db
StaffClient = Callable[..., Client]


@pytest.fixture
def answered(make_conversation: MakeConversation) -> Conversation:
    talk = make_conversation("v: jam buka?", "a: Jam 8 sampai 5")
    trace = json.loads(pack(Trace("knowledge", (Seen("Jam <b>buka</b>", 0.9),), (), 12)))
    Turn.objects.create(conversation=talk, question_seq=1, answer_seq=2, state="done", trace=trace)
    return talk


def story(client: Client, talk: str, seq: int) -> Any:
    answer = client.get(reverse("admin:inbox_story", args=[talk, seq]))
    return answer.json()["story"] if answer.status_code == 200 else answer.status_code


@pytest.mark.parametrize("role", Role.values)
def test_everybody_who_may_read_a_conversation_may_read_why(role: str, site: Site, answered: Conversation) -> None:
    client = signed_in(make_member("rina", role, site))
    told = story(client, answered.public_id, 2)
    assert told[:2] == ["No rule fitted.", "Found in your knowledge: “Jam <b>buka</b>” (90 % sure)."]
    assert story(client, answered.public_id, 1) == [] == story(client, answered.public_id, 99)


@pytest.mark.promise("S71")
def test_why_and_the_way_back_are_as_if_not_there_for_people_of_another_site(answered: Conversation) -> None:
    Conversation.objects.update(contact="081234567890")
    foreign = signed_in(make_member("tamu", Role.OWNER, Site.objects.create(key="lain", name="Lain")))
    nobody = signed_in(make_member("siapa"))
    for client in (foreign, nobody):
        assert [story(client, talk, 2) for talk in (answered.public_id, "tidak-ada")] == [404, 404]
        assert client.get(reverse("admin:inbox_link_back", args=[answered.public_id])).status_code == 404
    assert "/login/" in Client().get(reverse("admin:inbox_story", args=[answered.public_id, 2])).headers["Location"]


def link_back(client: Client, talk: Conversation) -> str:
    return client.get(reverse("admin:inbox_link_back", args=[talk.public_id])).headers.get("Location", "")


def test_one_tap_opens_whatsapp_with_the_way_back_and_the_last_answer(staff_client: StaffClient, make_conversation: MakeConversation, settings: Any) -> None:
    settings.PUBLIC_URL = "https://chat.toko.test"
    talk = make_conversation("v: ada XL?", "o: Sebentar", "a: hm", "o: Ada & ready, " + "panjang " * 60, contact="0812-3456-7890", locale="en")
    to = urlsplit(link_back(staff_client("change"), talk))
    text = parse_qs(to.query)["text"][0]
    assert (to.scheme, to.netloc, to.path) == ("https", "wa.me", "/6281234567890")
    assert "“Ada & ready, panjang" in text and text.endswith("…”") and len(text) < 700
    token = text.split("#", 1)[1].split()[0]
    assert read_return(token, "tokosaya") == talk.public_id


def test_where_no_mail_goes_by_itself_the_operator_writes_it(staff_client: StaffClient, make_conversation: MakeConversation, settings: Any) -> None:
    settings.PUBLIC_URL = "https://chat.toko.test"
    talk = make_conversation("v: ada XL?", "o: Ada", contact="dewi@contoh.id", locale="en")
    address = link_back(staff_client("change"), talk)
    assert address.startswith("mailto:dewi@contoh.id?subject=Toko%20Saya") and "“Ada”" in unquote(address)


@pytest.mark.parametrize("change", [{"visitor_read_seq": 2}, {"contact": ""}, {"contact": "javascript:alert(1)"}, {"contact": "a@b.id\nBcc: x@y.id"}])
def test_who_has_seen_it_or_left_no_plain_contact_is_written_to_by_nobody(
    staff_client: StaffClient, make_conversation: MakeConversation, settings: Any, change: dict[str, Any]
) -> None:
    settings.PUBLIC_URL = "https://chat.toko.test"
    talk = make_conversation("v: ada?", "o: Ada", contact="081234567890")
    Conversation.objects.update(**change)
    client = staff_client("change")
    assert link_back(client, talk) == reverse("admin:inbox_talk", args=[talk.public_id])
    assert "There is nothing to send" in client.get(reverse("admin:inbox_talk", args=[talk.public_id])).content.decode()


def test_who_may_only_read_sends_nothing(staff_client: StaffClient, make_conversation: MakeConversation, settings: Any) -> None:
    settings.PUBLIC_URL = "https://chat.toko.test"
    talk = make_conversation("v: ada?", "o: Ada", contact="081234567890")
    assert staff_client("view").get(reverse("admin:inbox_link_back", args=[talk.public_id])).status_code == 404


@pytest.mark.parametrize(
    ("contact", "backend", "way"),
    [("081234567890", "console", "whatsapp"), ("a@b.id", "smtp", "mail"), ("a@b.id", "console", "own_mail"), ("di pasar", "smtp", ""), ("", "smtp", "")],
)
def test_the_page_knows_which_way_there_is(site: Site, make_conversation: MakeConversation, settings: Any, contact: str, backend: str, way: str) -> None:
    settings.PUBLIC_URL, settings.EMAIL_BACKEND = "https://chat.toko.test", f"django.core.mail.backends.{backend}.EmailBackend"
    talk = make_conversation("v: ada?", "o: Ada", contact=contact)
    access = access_of(make_member("rina", Role.AGENT, site))

    def shown() -> str:
        found = talks.find(access, talk.public_id)
        return found.fields["way_back"] if found else "gone"

    assert shown() == way
    Conversation.objects.update(visitor_read_seq=2)
    assert shown() == ""
    settings.PUBLIC_URL = ""
    Conversation.objects.update(visitor_read_seq=0)
    assert shown() == (way and "no_address"), "no link leads here, which is said and not kept quiet"


def test_the_page_leads_to_what_the_same_person_asked_before(site: Site, make_conversation: MakeConversation) -> None:
    access = access_of(make_member("rina", Role.AGENT, site))
    earlier = [make_conversation("v: ada?", contact="081234567890") for _ in range(2)]
    make_conversation("v: ada?", contact="081234567890", site=Site.objects.create(key="lain", name="Lain"))
    make_conversation("v: ada?", contact="089999999999")
    now = make_conversation("v: lagi", contact="081234567890", closings=1)
    found = talks.find(access, now.public_id)
    assert found and [one["conversation"] for one in found.fields["earlier"]] == [talk.public_id for talk in reversed(earlier)]
    unknown = talks.find(access, make_conversation("v: lagi", closings=2).public_id)
    assert unknown and unknown.fields["earlier"] == []
