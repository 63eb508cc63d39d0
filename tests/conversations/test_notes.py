"""What people keep beside a conversation: notes, tags, canned replies, ratings."""

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from tests.conversations.record import answer, claimed, rows, say
from widget.conversations import canned, notes, ratings, tags
from widget.conversations.errors import ConflictError, ConversationGoneError, EmptyReplyError, RatingError, TagGoneError
from widget.conversations.log import new_row_id
from widget.conversations.models import CannedReply, Conversation, Tag
from widget.sites.models import Site

pytestmark = pytest.mark.django_db


def test_a_note_is_kept_once_and_stands_after_the_message_it_was_written_at(conversation: Conversation, person: AbstractBaseUser) -> None:
    say(conversation, "Ada?")
    note_id = new_row_id()
    written = [notes.add(conversation.pk, person, "  Pelanggan lama ", note_id) for _ in range(2)]
    assert notes.of(conversation.pk) == [written[0]] == [written[1]]
    assert (written[0].text, written[0].author, written[0].after_seq, written[0].id) == ("Pelanggan lama", "Sari", 1, note_id)
    assert len(rows(conversation)) == 1


def test_another_text_under_the_same_id_is_refused_and_so_is_none(conversation: Conversation, person: AbstractBaseUser) -> None:
    note_id = new_row_id()
    notes.add(conversation.pk, person, "satu", note_id)
    with pytest.raises(ConflictError):
        notes.add(conversation.pk, person, "dua", note_id)
    with pytest.raises(EmptyReplyError):
        notes.add(conversation.pk, person, " \n", new_row_id())
    assert [note.text for note in notes.of(conversation.pk)] == ["satu"]


def test_a_note_stays_when_its_author_leaves(conversation: Conversation, person: AbstractBaseUser) -> None:
    notes.add(conversation.pk, person, "satu", new_row_id())
    person.delete()
    assert [(note.author, note.author_id) for note in notes.of(conversation.pk)] == [("Sari", None)]


def test_tags_are_put_once_and_only_those_of_the_site(conversation: Conversation) -> None:
    tag = Tag.objects.create(site=conversation.site, name="komplain")
    foreign = Tag.objects.create(site=Site.objects.create(key="lain", name="Lain"), name="komplain")
    for _ in range(2):
        tags.put(conversation.pk, tag.pk)
    for unknown in (foreign.pk, 10_000):
        with pytest.raises(TagGoneError):
            tags.put(conversation.pk, unknown)
    assert tags.of([conversation.pk]) == {conversation.pk: [tag.pk]}
    assert [shown.name for shown in tags.for_sites([conversation.site_id])] == ["komplain"] and len(tags.for_sites(None)) == 2
    for _ in range(2):
        tags.remove(conversation.pk, tag.pk)
    assert tags.of([conversation.pk]) == {}


def test_a_sites_own_canned_reply_stands_for_the_common_one(conversation: Conversation) -> None:
    site = conversation.site
    CannedReply.objects.create(shortcut="ongkir", title="Semua", text="umum")
    CannedReply.objects.create(shortcut="halo", title="Halo", text="Halo {name}")
    CannedReply.objects.create(site=site, shortcut="ongkir", title="Toko", text="khusus")
    CannedReply.objects.create(site=Site.objects.create(key="lain", name="Lain"), shortcut="rahasia", title="Lain", text="bukan untuk kita")
    assert [(reply.shortcut, reply.text) for reply in canned.for_site(site.pk)] == [("halo", "Halo {name}"), ("ongkir", "khusus")]


def test_a_shortcut_stands_for_one_reply(conversation: Conversation) -> None:
    for site in (None, conversation.site):
        CannedReply.objects.create(site=site, shortcut="ongkir", title="Ongkir", text="satu")
        with pytest.raises(IntegrityError), transaction.atomic():
            CannedReply.objects.create(site=site, shortcut="ongkir", title="Ongkir", text="dua")


HOSTILE = [
    "{{7*7}}",
    "{settings.SECRET_KEY}",
    "{0}",
    "{0.__class__}",
    "%s %(name)s",
    "${x}",
    "{me}",
    "{name}",
    "=cmd|' /C calc'!A0",
    "\\1 \\g<0>",
    "<b>{site}</b>",
]


@pytest.mark.promise("S25")
@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_fills_a_placeholder_is_never_read_again(hostile: str) -> None:
    assert canned.fill("Halo {name}, ini {me} dari {site}.", hostile, "Sari", "Toko") == f"Halo {hostile}, ini Sari dari Toko."


@pytest.mark.promise("S25")
@pytest.mark.parametrize("hostile", [*HOSTILE[:6], "{unknown}", "{", "}", "{{name", "{ name }", "{NAME}"])
def test_anything_else_in_a_canned_reply_is_sent_as_it_stands(hostile: str) -> None:
    assert canned.fill(f"Halo {hostile}", "Ayu", "Sari", "Toko") == f"Halo {hostile}"


@pytest.mark.promise("S25")
def test_a_name_is_one_line_without_controls() -> None:
    name = "Ayu\r\nSet-Cookie: a=b\x1b[31m\u202egnp\x00"
    assert canned.fill("Halo {name}!", name, "", "") == "Halo Ayu Set-Cookie: a=b [31m gnp!"


def test_an_empty_name_leaves_no_hole() -> None:
    assert canned.fill("Halo {name}, ini {me}.", "", "Sari", "") == "Halo, ini Sari."


def test_the_last_rating_of_an_answer_counts(conversation: Conversation) -> None:
    answer(claimed(conversation))
    for value in (1, 1, -1):
        ratings.rate(conversation.pk, 2, value)
    assert ratings.of(conversation.pk) == {2: -1}


@pytest.mark.parametrize(("seq", "value"), [(1, 1), (3, 1), (0, 1), (2, 0), (2, 5), (-1, 1)])
def test_only_an_answer_can_be_rated_good_or_bad(conversation: Conversation, seq: int, value: int) -> None:
    answer(claimed(conversation))
    with pytest.raises(RatingError):
        ratings.rate(conversation.pk, seq, value)
    assert ratings.of(conversation.pk) == {}


def test_nothing_is_kept_beside_a_conversation_that_was_removed(conversation: Conversation, person: AbstractBaseUser) -> None:
    notes.add(conversation.pk, person, "satu", new_row_id())
    gone = conversation.pk
    conversation.delete()
    for step in (lambda: notes.add(gone, person, "x", new_row_id()), lambda: tags.put(gone, 1), lambda: tags.remove(gone, 1), lambda: ratings.rate(gone, 1, 1)):
        with pytest.raises(ConversationGoneError):
            step()
