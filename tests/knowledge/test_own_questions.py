"""The owner's own test questions: asked all at once, told what visitors would get, and true after a source was read again."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.knowledge.reading_sources import line, make_source, read, say
from widget.knowledge.models import Entry
from widget.knowledge.pages.questions import GOOD, ask_all
from widget.knowledge.questions import TestQuestion
from widget.knowledge.search import choices_for, direct_answers
from widget.sites.models import Site

pytestmark = pytest.mark.django_db


def entry(site: Site, title: str) -> Entry:
    return Entry.objects.create(site=site, title=title, answer="Isi.")


def test_each_question_is_told_how_it_did_the_worst_first(owner: Client, site: Site) -> None:
    cod, hours, lost = entry(site, "Bisa COD?"), entry(site, "Buka jam berapa?"), entry(site, "Garansi berapa lama?")
    for text, wanted, nothing in [
        ("cod bisa ga kak", cod, False),
        ("jam buka toko", cod, False),
        ("bisa cod?", None, True),
        ("harga saham hari ini", None, True),
        ("buka hari apa", lost, False),
    ]:
        TestQuestion.objects.create(site=site, question=text, entry=wanted, unanswerable=nothing)
    lost.delete()
    asked = ask_all(list(TestQuestion.objects.all()))
    assert [one.verdict for one in asked] == ["false", "wrong", "open", "silent", "first"]
    told = {one.question.question: one.verdict for one in asked}
    assert told == {
        "bisa cod?": "false",
        "jam buka toko": "wrong",
        "buka hari apa": "open",
        "harga saham hari ini": "silent",
        "cod bisa ga kak": "first",
    }
    assert hours.title in owner.get(reverse("admin:widget_testquestion_run")).content.decode()


def test_what_is_found_first_but_not_answered_is_not_counted_as_good(owner: Client, site: Site) -> None:
    days = Entry.objects.create(site=site, title="Jam buka", answer="Kami buka Selasa sampai Minggu jam 9 sampai 17.")
    classic, gold = entry(site, "Kartu kredit klasik"), entry(site, "Kartu kredit emas")
    unclear = "gaji 4 juta bisa bikin kartu kredit apa"
    for text, wanted in [("hari senin buka gak", days), ("kartu parkir ada gak", classic), (unclear, classic), (unclear, gold), ("jam buka", days)]:
        TestQuestion.objects.create(site=site, question=text, entry=wanted)
    asked = ask_all(list(TestQuestion.objects.all()))
    for one in asked:
        answers = direct_answers(site.pk, one.question.question, site.language)
        assert (one.verdict in GOOD) == (one.question.entry_id in [answer.entry_id for answer in answers]), "as visitors have it"
    told = {(one.question.question, one.question.entry_id): one.verdict for one in asked}
    assert {told[unclear, classic.pk], told[unclear, gold.pk]} == {"unsure", "among"}
    assert told["hari senin buka gak", days.pk] == ("unsure" if choices_for(site.pk, "hari senin buka gak") else "called")
    assert (told["kartu parkir ada gak", classic.pk], told["jam buka", days.pk]) == ("called", "first")
    page = owner.get(reverse("admin:widget_testquestion_run")).content.decode()
    assert "1 / 5" in page and "a person is called" in page and "visitors are asked back" in page


def test_a_question_written_in_the_admin_finds_a_source_s_piece_after_it_was_read_again(owner: Client, site: Site) -> None:
    source = make_source(site, [line(1, "Lama."), line(2, "Lain.")])
    read(source)
    wanted = Entry.objects.get(key="1")
    fields = {"site": site.pk, "question": "harga kain nomor 1", "answered_by": wanted.title.upper()}
    assert owner.post(reverse("admin:widget_testquestion_add"), fields).status_code == 302
    say(source, [line(1, "Baru."), line(2, "Lain.")])
    read(source)
    say(source, [line(1, "Lebih baru."), line(2, "Lain.")])
    read(source)
    question = TestQuestion.objects.get()
    assert question.relevant_key == "1" and [one.verdict for one in ask_all([question])] == ["first"]


def test_only_entries_of_one_s_own_sites_are_offered(owner: Client, site: Site) -> None:
    other = entry(Site.objects.create(key="lain", name="Lain"), "Rahasia")
    add = reverse("admin:widget_testquestion_add")
    assert "No entry of this site" in owner.post(add, {"site": site.pk, "question": "x", "answered_by": other.title}).content.decode()
    assert "Say which entry" in owner.post(add, {"site": site.pk, "question": "x"}).content.decode()
    assert other.title not in owner.get(add).content.decode()
    assert not TestQuestion.objects.exists()


def test_titles_are_suggested_with_their_site(db: None, admin_client: Client) -> None:
    made = [entry(Site.objects.create(key=key, name=key), title) for key, title in (("a", "Bisa COD?"), ("b", "Garansi?"))]
    page = admin_client.get(reverse("admin:widget_testquestion_add")).content.decode()
    for one in made:
        assert f'<option value="{one.title}" data-site="{one.site_id}"></option>' in page
    assert "admin-skin/titles.js" in page
