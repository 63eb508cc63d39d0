"""Where some entries are near and none is certain, the visitor is asked which one is meant, once; the number is enough as an answer, and so is the title."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from widget.answering import asking_back
from widget.answering.pipeline import Plan, make_plan
from widget.conversations import log, record
from widget.conversations.log import NewRow, Row, Source
from widget.conversations.turns import Claim
from widget.knowledge.models import Entry
from widget.knowledge.search import choices_for, direct_answers
from widget.sites.models import Site
from widget.sites.registry import settings_of

TITLES = ("Kartu Emas", "Kartu Klasik")
LIST = "\n".join(asking_back.numbered(TITLES))


@pytest.fixture
def bank(db: None) -> Site:
    site = Site.objects.create(key="bank", name="Bank")
    for title, answer in (
        ("Kartu kredit klasik", "Iuran tahunan Rp125.000, gratis tahun pertama."),
        ("Kartu kredit emas", "Iuran tahunan Rp300.000, batas sampai Rp40 juta."),
        ("Kartu hilang", "Blokir lewat aplikasi."),
        ("Deposito", "Bunga 4 sampai 5 persen setahun."),
        ("Jam buka kantor", "Senin sampai Jumat pukul 8 sampai 15. Sabtu tutup."),
    ):
        Entry.objects.create(site=site, title=title, answer=answer)
    return site


def plan(site: Site, *talk: str, locale: str = "en") -> Plan:
    """What is planned for the last message; the assistant's own replies are in the talk."""
    public_id = str(uuid4())
    conversation = record.open_conversation(site.pk, public_id, locale, record.PageSeen())
    for text in talk:
        seq = log.append(conversation, NewRow(str(uuid4()), "visitor", text)).row.seq
        planned = make_plan(Claim(1, conversation, public_id, "web", site.pk, locale, seq, 1, "r"), settings_of(site), False)
        log.append(conversation, NewRow(str(uuid4()), "assistant", planned.reply.text, planned.reply.answered_by))
    return planned


# Near to one entry only.
NEAR = "pukul 8 boleh datang"
ASKED = "gaji 4 juta bisa bikin kartu kredit apa"


def test_two_near_entries_are_offered_by_number(bank: Site) -> None:
    assert not direct_answers(bank.pk, "kartu kredit") and len(choices_for(bank.pk, "kartu kredit")) > 1
    assert {choice.title for choice in choices_for(bank.pk, ASKED)} == {"Kartu kredit klasik", "Kartu kredit emas"}
    reply = plan(bank, ASKED).reply
    assert reply.asks_back and not reply.person_needed
    assert reply.text.startswith("Which of these do you mean? Pick one, or reply with its number.\n\n1. Kartu kredit ")
    assert set(asking_back.offered(reply.text)) == {"Kartu kredit klasik", "Kartu kredit emas"}


def test_a_message_that_asks_two_things_is_not_asked_back(bank: Site) -> None:
    assert choices_for(bank.pk, ASKED) and not choices_for(bank.pk, f"{ASKED}? sama ada lowongan kerja ga?")


@pytest.mark.parametrize("pick", ["2", "no 2 kak", "yang kedua", "the second one", "nomor dua ya"])
def test_the_number_is_answered_by_its_entry(bank: Site, pick: str) -> None:
    second = asking_back.offered(plan(bank, ASKED).reply.text)[1]
    reply = plan(bank, ASKED, pick).reply
    assert [source.title for source in reply.sources] == [second]
    assert reply.text == Entry.objects.get(title=second).answer


@pytest.mark.parametrize("said", ["{}", " {} \n"])
def test_the_title_is_answered_by_its_entry(bank: Site, said: str) -> None:
    for title in asking_back.offered(plan(bank, ASKED).reply.text):
        reply = plan(bank, ASKED, said.format(title)).reply
        assert [source.title for source in reply.sources] == [title]


def test_who_is_not_helped_by_the_list_gets_a_person_and_no_second_list(bank: Site) -> None:
    assert plan(bank, ASKED, "bukan itu").reply.person_needed
    assert plan(bank, ASKED, ASKED).reply.person_needed
    assert plan(bank, ASKED, "4").reply.person_needed


def test_one_near_entry_is_asked_about_and_a_yes_is_enough(bank: Site) -> None:
    for said in ("ya", "iya kak betul", "1", "Jam buka kantor"):
        asked = plan(bank, NEAR)
        assert asked.reply.asks_back and asking_back.offered(asked.reply.text) == ("Jam buka kantor",)
        assert asked.reply.text.startswith("Is this what you mean?") and not asked.reply.person_needed
        assert [source.title for source in plan(bank, NEAR, said).reply.sources] == ["Jam buka kantor"]
    assert plan(bank, NEAR, "bukan").reply.person_needed
    assert plan(bank, "ya").reply.person_needed


def test_a_number_answers_no_list_that_was_not_offered(bank: Site) -> None:
    assert plan(bank, "2").reply.person_needed


def test_neither_a_certain_answer_nor_a_question_outside_the_knowledge_is_asked_back(bank: Site) -> None:
    assert direct_answers(bank.pk, "kartu saya hilang") and not choices_for(bank.pk, "kartu saya hilang")
    assert not choices_for(bank.pk, "jual motor bekas?")
    assert not choices_for(bank.pk, "terus gimana?")


@pytest.mark.parametrize(
    ("message", "title"),
    [
        ("1", "Kartu Emas"),
        ("satu", "Kartu Emas"),
        ("yg pertama kak", "Kartu Emas"),
        ("the first one please", "Kartu Emas"),
        ("one", "Kartu Emas"),
        ("2.", "Kartu Klasik"),
        ("3", ""),
        ("kartu  klasik", "Kartu Klasik"),
        ("kartu klasik berapa", ""),
        ("1 atau 2", ""),
        ("2 kartu berapa harganya", ""),
        ("", ""),
        ("ya", ""),
    ],
)
def test_only_a_number_or_a_title_chooses(message: str, title: str) -> None:
    assert asking_back.picked(message, TITLES) == title


def test_a_list_is_read_back_as_it_was_written() -> None:
    assert asking_back.offered(f"Which?\n\n{LIST}\n\nOr else.") == TITLES
    assert asking_back.offered("1. a\n2. b\n3. c\n4. d") == ()
    assert asking_back.offered("no list") == ()


def test_only_a_question_back_has_choices_not_an_answer_that_lists_steps() -> None:
    row = Row(2, "r", "assistant", "knowledge", "", f"Which?\n\n{LIST}", (), datetime.now(UTC))
    assert asking_back.choices(row) == TITLES
    for other in (replace(row, sources=(Source("How to order"),)), replace(row, author="operator"), replace(row, answered_by="model"), replace(row, text="")):
        assert asking_back.choices(other) == ()
