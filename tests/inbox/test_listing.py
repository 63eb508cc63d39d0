"""The operator's list: who stands in which view, page after page without gaps, and words found where they were written, at one's own sites only."""

import os
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import engines
from tests.inbox.conftest import MakeConversation
from widget.conversations import takeover
from widget.conversations.models import Conversation, Message, Tag
from widget.inbox import audit, listing, search, talks
from widget.inbox.insights.page import open_questions
from widget.inbox.listing import Wish
from widget.sites.members import Access, access_of
from widget.sites.models import Member, Site

Names = Callable[..., list[str]]


@pytest.fixture
def sari(site: Site) -> Access:
    user = User.objects.create_user("sari", first_name="Sari", is_staff=True)
    Member.objects.create(site=site, user=user, role="agent")
    return access_of(user)


def names(access: Access, view: str = "all", **wish: object) -> list[str]:
    return [item.fields["name"] for item in search.page_of(access, Wish(view, **wish)).items]  # type: ignore[arg-type]


def test_each_conversation_stands_where_it_belongs(sari: Access, make_conversation: MakeConversation) -> None:
    me, other = User.objects.get(pk=sari.user_id), User.objects.create_user("rina", is_staff=True)
    make_conversation("v: a", name="menunggu", handler="waiting")
    make_conversation("v: a", name="asisten")
    make_conversation("v: a", name="saya", handler="human", operator=me)
    make_conversation("v: a", name="rina", handler="human", operator=other)
    make_conversation("v: a", name="selesai", closed_at=timezone.now())
    assert [names(sari, view) for view in ("mine", "waiting", "assistant", "closed")] == [["saya"], ["menunggu"], ["asisten"], ["selesai"]]
    assert names(sari) == ["selesai", "rina", "saya", "asisten", "menunggu"]
    assert listing.tally().counts(sari) == {"mine": 1, "waiting": 1, "assistant": 1}


def test_an_item_says_what_came_last_and_what_is_unread(sari: Access, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: satu", "a: dua", "v: tiga", "v: empat " + "panjang " * 60, name="Dewi", operator_read_seq=1)
    tag = Tag.objects.create(site=talk.site, name="grosir")
    talk.tags.add(tag)
    (item,) = listing.page_of(sari, Wish("all")).items
    assert item.fields["last"]["author"] == "visitor" and len(item.fields["last"]["text"]) == listing.SHOWN_OF_LAST
    assert (item.fields["unread"], item.fields["seq"], item.fields["tags"], item.fields["name"]) == (2, 4, [tag.pk], "Dewi")


def test_a_reply_names_the_person_who_wrote_it_also_where_two_are_called_alike(sari: Access, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: halo", name="Dewi", handler="waiting")
    me, other = User.objects.get(pk=sari.user_id), User.objects.create_user("sari2", first_name="Sari", is_staff=True)
    for person, text in ((me, "satu"), (other, "dua")):
        held = Conversation.objects.get(pk=talk.pk)
        audit.replied(person, held, takeover.reply_as_operator(talk.pk, person, text))
    (item,) = listing.page_of(sari, Wish("all")).items
    assert item.fields["last"] == {"author": "operator", "text": "dua", "by": other.pk}
    found = talks.find(sari, talk.public_id)
    assert found is not None and found.fields["writers"] == {2: me.pk, 3: other.pk}


@pytest.mark.promise("S71")
def test_nothing_of_another_site_is_listed_found_or_counted(sari: Access, make_conversation: MakeConversation) -> None:
    other = Site.objects.create(key="klinik", name="Klinik")
    make_conversation("v: rahasia sekali", name="Dewi", contact="0812345678", site=other, handler="waiting")
    for query in ("", "rahasia", "dewi", "0812", "rahasia dewi", '"rahasia sekali"', "%", "_"):
        for view in listing.VIEWS:
            assert names(sari, view, query=query) == [] == names(sari, view, query=query, site=other.pk)
    assert not any(listing.tally().counts(sari).values())
    assert talks.find(sari, Conversation.objects.get().public_id) is None


def test_pages_follow_each_other_without_gaps_or_repeats(sari: Access, make_conversation: MakeConversation) -> None:
    at = timezone.now()
    for number in range(23):
        # Several at the same moment, as after an import.
        make_conversation("v: halo", name=str(number), last_at=at - timedelta(seconds=number // 4))
    for query in ("", "halo"):
        seen, after = list[str](), ""
        while True:
            page = search.page_of(sari, Wish("all", query=query, after=after, limit=5))
            seen += [item.fields["name"] for item in page.items]
            after = page.after
            if not after:
                break
        assert len(seen) == 23 == len(set(seen))
    for nonsense in ("x", "1.", ".1", "9" * 30 + ".1", "1.2.3", "-1.5"):
        assert len(search.page_of(sari, Wish("all", after=nonsense)).items) in (0, 23)


def test_who_waits_longest_comes_first_page_after_page_whoever_wrote_last(sari: Access, make_conversation: MakeConversation) -> None:
    # Several began in the same moment, as after an import.
    now = datetime(2026, 11, 22, 8, 0, 0, 123457, tzinfo=UTC)
    for number in range(17):
        since = now - timedelta(minutes=number // 3)
        make_conversation("v: halo", name=str(number), handler="waiting", waiting_since=since, last_at=now + timedelta(seconds=(number * 7) % 17))
    for query in ("", "halo"):
        seen, after = list[int](), ""
        while True:
            page = search.page_of(sari, Wish("waiting", query=query, after=after, limit=4))
            seen += [int(item.fields["name"]) for item in page.items]
            after = page.after
            if not after:
                break
        assert sorted(seen) == list(range(17)) and [number // 3 for number in seen] == sorted((number // 3 for number in seen), reverse=True)


def test_many_who_wait_elsewhere_hide_nobody_here(sari: Access, make_conversation: MakeConversation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_WAITING", 2)
    other = Site.objects.create(key="klinik", name="Klinik")
    for number in range(3):
        make_conversation("v: a", site=other, handler="waiting", waiting_since=timezone.now() - timedelta(days=number + 1))
    make_conversation("v: a", name="Dewi", handler="waiting")
    assert names(sari, "waiting") == ["Dewi"]


def test_a_list_is_narrowed_by_site_tag_and_days(sari: Access, make_conversation: MakeConversation, site: Site) -> None:
    now = timezone.now()
    old = make_conversation("v: a", name="lama", last_at=now - timedelta(days=9))
    make_conversation("v: a", name="baru", last_at=now)
    tag = Tag.objects.create(site=site, name="grosir")
    old.tags.add(tag)
    day = timezone.localdate() - timedelta(days=9)
    assert names(sari, tag=tag.pk) == ["lama"] == names(sari, since=day, until=day)
    assert names(sari, since=day + timedelta(days=1)) == ["baru"] and names(sari, site=site.pk) == ["baru", "lama"] and names(sari, site=site.pk + 1) == []


def test_every_word_must_occur_in_name_contact_or_a_message(sari: Access, make_conversation: MakeConversation) -> None:
    make_conversation("v: Halo, ada ongkir ke Makassar?", "a: Ada, mulai Rp30.000.", name="Dewi Lestari", contact="+62 812-3456-7890")
    make_conversation("v: Berapa ongkirnya?", name="Budi", contact="budi@toko.example")
    make_conversation("v: “Café” untuk 100% santai_saja", name="Ñandú")
    found = {
        "ongkir": ["Budi", "Dewi Lestari"],
        "ONGKIR makassar": ["Dewi Lestari"],
        "ongkir dewi": ["Dewi Lestari"],
        "dewi makassar 3456": ["Dewi Lestari"],
        "lestari": ["Dewi Lestari"],
        "812-3456": ["Dewi Lestari"],
        "081234567890": ["Dewi Lestari"],
        "6281234567890": ["Dewi Lestari"],
        "0812 3456 7890": ["Dewi Lestari"],
        "(0812) 3456-789": ["Dewi Lestari"],
        "dewi 081234567890": ["Dewi Lestari"],
        "081234567891": [],
        "62": ["Dewi Lestari"],
        "budi@toko": ["Budi"],
        "ongkir budi makassar": [],
        '"ke makassar"': ["Dewi Lestari"],
        '"makassar ke"': [],
        "rp30.000": ["Dewi Lestari"],
        "30.000": [],
        "rp30": ["Dewi Lestari"],
        "café": ["Ñandú"],
        "CAFÉ": ["Ñandú"],
        "cafe": [],
        "ñandú": ["Ñandú"],
        "ÑANDÚ café": ["Ñandú"],
        "100%": ["Ñandú"],
        "santai_saja": ["Ñandú"],
        "%": ["Ñandú"],
        "tidakada": [],
        "' OR 1=1 --": [],
        '"': [],
        "NEAR(a b) AND ongkir*": [],
        "ongkir:* | makassar": [],
    }
    assert {query: names(sari, query=query) for query in found} == found


def test_common_words_are_found_as_rare_ones_are(sari: Access, make_conversation: MakeConversation, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(4)
    words = ["ongkir", "batik", "merah", "stok", "halo"]
    texts = {str(number): " ".join(chance.sample(words, 2)) for number in range(40)}
    for name, text in texts.items():
        make_conversation(f"v: {text}", name=name)
    for query in ("ongkir", "batik merah", "stok halo", "merah 1", '"batik merah"', '"halo stok" 1'):
        wanted = [name for name, text in reversed(texts.items()) if all(word in text or word in name for word in search.words_in(query))]
        seen = []
        for rare, window in ((2_000, 3_000), (3, 3_000), (3, 7), (12, 5)):
            monkeypatch.setattr(search, "RARE", rare)
            monkeypatch.setattr(search, "WINDOW", window)
            found, after = list[str](), ""
            for _ in range(60):
                page = search.page_of(sari, Wish("all", query=query, after=after, limit=4))
                found += [item.fields["name"] for item in page.items]
                after = page.after
                if not after:
                    break
            seen.append(found)
        assert seen == [wanted] * 4, query


def test_a_common_word_is_found_whatever_its_case(sari: Access, make_conversation: MakeConversation, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("Café", "café", "CAFÉ"):
        make_conversation(f"v: ke {text} ini", name=f"Pak {text}")
    for rare in (2_000, 1):
        monkeypatch.setattr(search, "RARE", rare)
        for query in ("café", "Café", "CAFÉ", "pak café", '"PAK CAFÉ"'):
            assert names(sari, query=query) == ["Pak CAFÉ", "Pak café", "Pak Café"], (rare, query)


def test_a_name_is_found_as_it_stands_now(sari: Access, make_conversation: MakeConversation) -> None:
    """However it was written: a visitor gives it, a person corrects it, an erasure empties it."""
    talk = make_conversation("v: halo", contact="0812345678")
    Conversation.objects.bulk_create([Conversation(site=talk.site, public_id="b", name="Rina")])
    Conversation.objects.filter(pk=talk.pk).update(name="Dewi")
    assert names(sari, query="dewi") == ["Dewi"] == names(sari, query="0812") and names(sari, query="rina") == ["Rina"]
    talk.name, talk.contact = "Sari", ""
    talk.save()
    assert names(sari, query="dewi") == [] == names(sari, query="0812") and names(sari, query="sari") == ["Sari"]
    Conversation.objects.update(name="", contact="")
    assert names(sari, query="sari") == [] == names(sari, query="rina")


@pytest.mark.postgres
def test_words_in_a_row_that_are_common_by_themselves_are_all_found(make_conversation: MakeConversation, monkeypatch: pytest.MonkeyPatch) -> None:
    """The index is used here as with very many messages, where it may stop early for a single word."""
    for number in range(400):
        make_conversation("v: terima kasih" if number % 80 == 0 else "v: kasih terima")
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('message_words_of')")
        cursor.execute("SET LOCAL enable_seqscan = off")
    for rare, found in ((3, None), (400, 5)):
        monkeypatch.setattr(search, "RARE", rare)
        held = search._written(["terima", "kasih"])
        assert (None if held is None else len(held)) == found
    monkeypatch.setattr(search, "RARE", 10)
    assert search._written(["terima"]) is None


@pytest.mark.postgres
def test_nothing_of_a_name_stays_beside_the_conversations(sari: Access, make_conversation: MakeConversation) -> None:
    removed, emptied = make_conversation("v: a", name="Dewi"), make_conversation("v: a", name="Sari")
    ours = [removed.pk, emptied.pk]

    def kept() -> int:
        # Only of these two: a test that empties the tables at its end fires no trigger.
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM conversation_names WHERE conversation_id = ANY(%s)", [ours])
            return int(cursor.fetchone()[0])

    assert kept() == 2
    removed.delete()
    Conversation.objects.update(name="")
    assert kept() == 0


@pytest.mark.postgres
def test_a_database_of_the_locale_c_knows_all_letters() -> None:
    """As a cluster has it that was made without a word about locales."""
    migration = import_module("widget.migrations.0017_search_of_postgresql_in_any_locale")
    with engines.new_database(os.environ["DATABASE_URL"], "template0 LC_COLLATE 'C' LC_CTYPE 'C'") as url, psycopg.connect(url) as database:
        assert database.execute("SELECT lower('É')").fetchone() == ("É",)
        assert database.execute(migration.FIND_ICU).fetchone() == (1,)
        for statement in (migration.SMALL, migration.WORDS):
            database.execute(statement.format(icu=' COLLATE "und-x-icu"'))
        found = database.execute("SELECT words_of('Ke “CAFÉ” Ñandú') @@ to_tsquery('simple', small_letters('Café <-> Ñ:*')), small_letters('ÑANDÚ')")
        assert found.fetchone() == (True, "ñandú")


def test_what_is_erased_or_removed_is_found_no_more(sari: Access, make_conversation: MakeConversation) -> None:
    """Also a sign that the search is still kept in step after a migration that made the table anew."""
    talk, other = make_conversation("v: rahasia", name="a"), make_conversation("v: rahasia", name="b")
    assert names(sari, query="rahasia") == ["b", "a"]
    Message.objects.filter(conversation=other).update(text="")
    assert names(sari, query="rahasia") == ["a"]
    talk.delete()
    assert names(sari, query="rahasia") == []


@pytest.mark.sqlite
def test_what_is_few_of_very_many_is_asked_of_its_own_index(sari: Access, site: Site) -> None:
    """SQLite plans without having counted anything, and takes the other way where it may: twenty times as long among 100,000 conversations."""
    assert "conversations_waiting" in plan(lambda: listing.page_of(sari, Wish("waiting")), "waiting_since")
    assert "messages_passed_on" in plan(lambda: open_questions([site], 90, 8), "answered_by")


def plan(work: Callable[[], object], word: str) -> str:
    """How the database carries out the first query of `work` with this word in it."""
    with CaptureQueriesContext(connection) as queries:
        work()
    statement = next(query["sql"] for query in queries if word in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + statement.replace("%", "%%"))
        return str(cursor.fetchall())


def test_a_round_costs_the_same_for_one_and_for_many(sari: Access, make_conversation: MakeConversation) -> None:
    found = [make_conversation("v: halo", contact="0812345678").public_id for _ in range(30)]
    counts = []
    for number in (1, 30):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            talks.round_of(found[:number], found[:1])
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
