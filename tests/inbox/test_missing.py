"""What the knowledge lacks: open and badly rated questions grouped by meaning, and an entry that is written there and tried at once."""

import json
import re
from datetime import timedelta
from itertools import count

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.knowledge.question_sets import FOLDER
from tests.people import make_member, signed_in
from widget.conversations.models import Conversation, Message, Rating
from widget.inbox.insights import not_needed
from widget.inbox.insights.asking import asks, is_mashed
from widget.inbox.insights.grouping import group
from widget.inbox.insights.missing import missing
from widget.inbox.insights.models import NotNeeded
from widget.knowledge.models import Entry
from widget.lib.speech.colloquial import STANDARD
from widget.lib.speech.englishwords import ENGLISH
from widget.lib.speech.rootwords import ROOTS
from widget.sites.models import Site

numbers = count(1)
SAME = [
    ("bisa cod ga kak?", "cod bisa?", "bayar di tempat bisa ga ya"),
    ("kak ongkir ke makassar berapa", "ongkos kirim ke bandung brp ya kak", "biaya kirim ke surabaya"),
    ("ada ukuran XL?", "size xl masih ada"),
    ("buka jam berapa?", "jam buka toko"),
    ("alamat tokonya dimana kak", "lokasi toko di mana"),
    ("cara retur gimana", "barang rusak mau retur"),
    ("garansi berapa lama", "ada garansi ga?"),
    ("do you ship to singapore?", "can you ship to malaysia"),
]
OTHERS = [
    ("bisa cod ga kak?", "bisa nego ga?"),
    ("harga kaos berapa", "harga blender berapa"),
    ("ada ukuran XL?", "ada warna merah?"),
    ("buka jam berapa?", "resi saya berapa?"),
    ("cara retur gimana", "cara daftar reseller gimana"),
]


@pytest.mark.parametrize("wordings", SAME)
def test_questions_of_one_meaning_are_one_group(wordings: tuple[str, ...]) -> None:
    for order in (wordings, wordings[::-1]):
        assert [len(one.members) for one in group((text, text) for text in order)] == [len(wordings)]


@pytest.mark.parametrize("wordings", OTHERS)
def test_questions_that_only_sound_alike_are_not(wordings: tuple[str, ...]) -> None:
    assert len(group((text, text) for text in wordings)) == len(wordings)


def test_greetings_ask_for_nothing_and_larger_groups_come_first() -> None:
    asked = [text for wordings in SAME for text in wordings]
    found = group((text, text) for text in ["halo", "makasih kak", *asked])
    assert sum(len(one.members) for one in found) == len(asked)
    assert [len(one.members) for one in found] == sorted((len(one.members) for one in found), reverse=True)


@pytest.fixture
def site(db: None) -> Site:
    return Site.objects.create(key="uji", name="Uji")


def ask(site: Site, text: str, answered: bool = False, bad: bool = False, days_ago: int = 1) -> None:
    at = timezone.now() - timedelta(days=days_ago)
    talk = Conversation.objects.create(site=site, public_id=f"p{next(numbers)}", seq=2)
    Message.objects.create(conversation=talk, seq=1, client_id="1", author="visitor", text=text, at=at)
    Message.objects.create(conversation=talk, seq=2, client_id="2", author="assistant", text="…", answered_by="knowledge" if answered else "", at=at)
    if bad:
        Rating.objects.create(conversation=talk, seq=2, value=Rating.Value.BAD, at=at)


def test_unanswered_and_badly_rated_ones_are_counted_and_answered_ones_are_not_there(site: Site) -> None:
    Entry.objects.create(site=site, title="Buka jam berapa?", answer="Jam 8.", updated_at=timezone.now())
    Entry.objects.update(updated_at=timezone.now() - timedelta(days=9))
    for text in SAME[0]:
        ask(site, text)
    ask(site, SAME[0][0], bad=True)
    ask(site, "jam buka toko")
    ask(site, "buka jam berapa?", answered=True, bad=True)
    ask(site, "alamatnya di mana?", answered=True)
    ask(site, "garansi berapa lama", days_ago=40)
    found = missing([site], 30)
    assert [(one.unanswered, one.bad) for one in found] == [(3, 1), (0, 1)]
    assert set(found[0].wordings) == set(SAME[0]) and found[0].title == "cod bisa?"
    Entry.objects.get().save()
    assert [(one.unanswered, one.bad) for one in missing([site], 30)] == [(3, 1)], "a badly rated answer that was changed since"


def test_an_entry_written_there_is_tried_against_its_group_and_the_group_leaves(site: Site) -> None:
    owner = signed_in(make_member("ibu", "owner", site))
    for text in SAME[0]:
        ask(site, text)
    address = reverse("admin:missing")
    shown = owner.get(address).content.decode()
    assert "3 times not answered" in shown and 'value="cod bisa?"' in shown
    fields = {"site": site.pk, "title": "cod bisa?", "answer": "Bisa kak.", "other_ways": "\n".join(SAME[0]), "asked": list(SAME[0])}
    told = owner.post(address, fields, follow=True).content.decode()
    assert "it answers 3 of the 3 wordings" in told and "Nothing is missing in this period" in told
    entry = Entry.objects.get()
    assert (entry.answer, entry.state, entry.other_ways.count("\n")) == ("Bisa kak.", "approved", 1)


def test_what_it_does_not_answer_yet_is_named(site: Site) -> None:
    owner = signed_in(make_member("ibu", "owner", site))
    fields = {"site": site.pk, "title": "Bisa COD?", "answer": "Bisa kak.", "asked": ["cod bisa?", "garansi berapa lama"]}
    told = owner.post(reverse("admin:missing"), fields, follow=True).content.decode()
    assert "it answers 1 of the 2 wordings" in told and "“garansi berapa lama”" in told
    owner.post(reverse("admin:missing"), {**fields, "answer": " "})
    assert Entry.objects.count() == 1


def test_people_see_and_write_at_their_own_sites_only(site: Site) -> None:
    other = Site.objects.create(key="lain", name="Lain")
    ask(other, "kanari kuning berapa harganya")
    viewer, owner = signed_in(make_member("tamu", "viewer", site)), signed_in(make_member("ibu", "owner", site))
    address = reverse("admin:missing")
    assert "kanari" not in owner.get(address, {"site": other.pk}).content.decode()
    assert owner.post(address, {"site": other.pk, "title": "x?", "answer": "y"}).status_code == 404
    assert viewer.get(address).status_code == 200 and viewer.post(address, {"site": site.pk, "title": "x?", "answer": "y"}).status_code == 403
    assert Client().get(address).status_code == 302 and not Entry.objects.exists()


@pytest.mark.parametrize(
    "said", ["1", "3", "no 2 kak", "yang kedua", "bukan", "bukan kak", "gak ada", "no", "none", "yang lain", "ada?", "asdfgh", "qwerty", "asdasdasd"]
)
def test_what_asks_for_nothing_of_its_own_is_not_missing(site: Site, said: str) -> None:
    ask(site, said)
    assert missing([site], 30) == []


@pytest.mark.parametrize(
    "said", ["cod?", "brp ongkir", "gercep ga", "po nya gmn", "makassar", "bt-014", "garansi", "popok", "wewe", "restock kpn", "pngrmn", "nomor resi"]
)
def test_slang_and_short_words_ask(said: str) -> None:
    assert asks(said)


def test_no_word_of_our_lists_is_taken_for_a_run_along_the_keyboard() -> None:
    lists = ROOTS | ENGLISH | {*STANDARD, *STANDARD.values()}
    questions = {
        word for line in (FOLDER / "questions.jsonl").read_text("utf-8").splitlines() for word in re.findall(r"[a-z]+", json.loads(line)["text"].lower())
    }
    assert len(lists | questions) > 5_000 and not [word for word in lists | questions if is_mashed(word)]


def test_a_reply_to_our_list_stands_for_the_question_before_it(site: Site) -> None:
    for said in ("bukan", "3"):
        talk = Conversation.objects.create(site=site, public_id=f"p{next(numbers)}", seq=4)
        rows = [
            ("visitor", "kartu kredit apa", ""),
            ("assistant", "Yang mana?\n\n1. Klasik\n2. Emas", "knowledge"),
            ("visitor", said, ""),
            ("assistant", "…", ""),
        ]
        for seq, (author, text, by) in enumerate(rows, 1):
            Message.objects.create(conversation=talk, seq=seq, client_id=str(seq), author=author, text=text, answered_by=by, at=timezone.now())
    assert [(one.wordings, one.count) for one in missing([site], 30)] == [(("kartu kredit apa",), 2)]


def test_a_group_that_is_not_needed_stays_away_until_it_is_brought_back(site: Site) -> None:
    owner, viewer = signed_in(make_member("ibu", "owner", site)), signed_in(make_member("tamu", "viewer", site))
    other, address = Site.objects.create(key="lain", name="Lain"), reverse("admin:missing")
    for text in (SAME[0][0], SAME[6][0]):
        ask(site, text)
    fields = {"site": site.pk, "asked": [SAME[0][0]], "not_needed": "yes"}
    assert viewer.post(address, fields).status_code == 403 and owner.post(address, {**fields, "site": other.pk}).status_code == 404
    assert not NotNeeded.objects.exists()
    assert "Put away" in owner.post(address, fields, follow=True).content.decode()
    owner.post(address, fields)
    ask(site, SAME[0][2])
    assert [one.title for one in missing([site], 30)] == [SAME[6][0]], "also in other words that come later"
    kept = NotNeeded.objects.get()
    assert "Bring back" in owner.get(address).content.decode() and "Bring back" not in viewer.get(address).content.decode()
    assert viewer.post(address, {"site": site.pk, "bring_back": kept.pk}).status_code == 403
    owner.post(address, {"site": site.pk, "bring_back": kept.pk})
    assert len(missing([site], 30)) == 2 and not NotNeeded.objects.exists()


def test_what_was_put_away_goes_with_the_conversations_of_its_age(site: Site) -> None:
    not_needed.put_away(site, ["nomor saya 0812"])
    assert not_needed.forget_old() == 0
    NotNeeded.objects.update(at=timezone.now() - timedelta(days=site.retention_days + 1))
    assert not_needed.forget_old() == 1
