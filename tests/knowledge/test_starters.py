"""Every kind of business starts with drafts and rules in its language; the demo shop can be loaded twice."""

import itertools

import pytest

from widget.embed.demo.content import answers, products
from widget.embed.demo.loader import load_demo
from widget.knowledge.models import Entry
from widget.knowledge.search import search
from widget.knowledge.starters import create_draft_questions
from widget.rules.match import match
from widget.rules.models import Rule
from widget.rules.starters import create_first_rules
from widget.sites.models import Kind, Language, Site

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("kind", "language"), list(itertools.product(Kind.values, Language.values)))
def test_each_kind_starts_with_drafts_and_rules_in_its_language(kind: str, language: str) -> None:
    site = Site.objects.create(key="baru", name="Baru", kind=kind, language=language)
    assert create_draft_questions(site) >= 5
    assert create_first_rules(site) >= 4
    assert set(Entry.objects.values_list("state", "language")) == {("draft", language)}
    for rule in Rule.objects.all():
        rule.full_clean()
    assert search(site.pk, "berapa harganya, what does it cost, alamat di mana") == []
    greeted = match(site.pk, "halo" if language == "id" else "hello", language, "Kak")
    assert greeted is not None
    assert "Baru" in greeted.text


def test_hours_that_nobody_set_are_not_promised() -> None:
    site = Site.objects.create(key="baru", name="Baru")
    create_first_rules(site)
    answer = match(site.pk, "jam buka kak?", "id", "Kak")
    assert answer is not None
    assert "Jam layanan" not in answer.text
    assert match(site.pk, "minta nomor wa", "id", "Kak") is not None


def test_starters_are_made_once() -> None:
    site = Site.objects.create(key="baru", name="Baru")
    create_draft_questions(site), create_first_rules(site)
    assert (create_draft_questions(site), create_first_rules(site)) == (0, 0)


def test_the_demo_shop_is_complete_and_loads_twice_without_doubling() -> None:
    assert len(products()) == 40
    assert len(answers()) >= 34
    site = Site.objects.create(key="demo", name="Demo")
    load_demo(site, "http://localhost:8001/")
    entry = Entry.objects.get(title="Bisa COD (bayar di tempat)?")
    entry.answer = "Sekarang tidak bisa."
    entry.save()
    counts = Entry.objects.count(), Rule.objects.count()
    load_demo(site, "http://localhost:8001/")
    assert (Entry.objects.count(), Rule.objects.count()) == counts
    assert search(site.pk, "cod bisa ga")[0].text == "Sekarang tidak bisa."
    assert search(site.pk, "cod bisa ga")[0].url == "http://localhost:8001/#cod"
    for rule in Rule.objects.all():
        rule.full_clean()
    for one in Entry.objects.all():
        one.full_clean()
