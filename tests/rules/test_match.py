"""A rule answers what it was written for and keeps out of everything else."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from widget.embed.demo.loader import load_demo
from widget.rules.match import match
from widget.rules.models import Rule
from widget.sites.models import OpeningHours, Site

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return Site.objects.create(key="uji", name="Rumah Uji", whatsapp="628123")


def fired(site: Site, text: str, language: str = "id") -> str:
    answer = match(site.pk, text, language, "Kak")
    return answer.title if answer else ""


@pytest.fixture
def greeting(site: Site) -> Rule:
    return Rule.objects.create(site=site, name="Salam", phrases="halo\nselamat pagi\nmau tanya", answer="Halo {sapaan}!")


@pytest.mark.parametrize(
    "text",
    ["halo", "Halo kak", "HALOOO kakkk", "hallo min 👋", "hai kak, selamat siang", "slmt pagi", "halo kak mau tanya dong", "permisi, halo, maaf mau tanya"],
)
def test_a_greeting_in_any_spelling_is_greeted(site: Site, greeting: Rule, text: str) -> None:
    assert fired(site, text) == "Salam"


@pytest.mark.parametrize(
    "text",
    [
        "halo kak, ongkir ke bandung berapa",
        "selamat pagi, apakah bisa cod?",
        "halo, barang saya rusak",
        "mau tanya harga daster",
        "halo kak ada diskon",
        "hal",
        "halo " * 60,
        "",
        "💥",
    ],
)
def test_a_greeting_with_a_question_is_left_to_the_search(site: Site, greeting: Rule, text: str) -> None:
    assert fired(site, text) == ""


def test_the_longest_phrase_wins_and_then_the_lower_position(site: Site) -> None:
    Rule.objects.create(site=site, name="Buka", phrases="buka", answer="A", position=1)
    Rule.objects.create(site=site, name="Jam", phrases="jam buka\nbuka jam berapa", answer="B", position=2)
    Rule.objects.create(site=site, name="Jam dua", phrases="jam buka", answer="C", position=3)
    assert fired(site, "buka kak?") == "Buka"
    assert fired(site, "jam bukanya kak") == "Jam"
    assert fired(site, "kak buka jam brp") == "Jam"


def test_between_equal_rules_the_visitors_language_decides(site: Site) -> None:
    Rule.objects.create(site=site, name="Salam", phrases="halo", answer="Halo", language="id", position=1)
    Rule.objects.create(site=site, name="Greeting", phrases="hello", answer="Hello", language="en", position=2)
    assert fired(site, "hello", "en") == "Greeting"
    assert fired(site, "hello", "id") == "Salam"


def test_a_change_is_noticed_at_once(site: Site, greeting: Rule) -> None:
    assert fired(site, "halo") == "Salam"
    greeting.phrases = "apa kabar"
    greeting.save()
    assert (fired(site, "halo"), fired(site, "apa kabar kak")) == ("", "Salam")
    Rule.objects.filter(pk=greeting.pk).update(active=False)
    assert fired(site, "apa kabar") == ""
    Rule.objects.filter(pk=greeting.pk).update(active=True)
    assert fired(site, "apa kabar") == "Salam"
    greeting.delete()
    assert fired(site, "apa kabar") == ""


def test_a_message_that_fits_no_rule_costs_one_query(site: Site, greeting: Rule) -> None:
    fired(site, "halo")
    with CaptureQueriesContext(connection) as queries:
        fired(site, "bisa dikirim hari ini?")
    assert len(queries) == 1


def test_another_sites_rules_do_not_fire(site: Site, greeting: Rule) -> None:
    other = Site.objects.create(key="lain", name="Lain")
    assert fired(other, "halo") == ""


def test_placeholders_are_filled_in_the_visitors_language(site: Site) -> None:
    OpeningHours.objects.create(site=site, weekday=0, opens="08:00", closes="17:00")
    Rule.objects.create(site=site, name="Jam", phrases="jam buka", answer="{nama} buka, {sapaan}:\n{jam}\nWA: {wa}\nE-mail: {email}")
    answer = match(site.pk, "jam buka?", "id", "Anda")
    assert answer is not None
    assert answer.text == "Rumah Uji buka, Anda:\nSenin 08.00–17.00 WIB\nWA: 628123"


def test_an_unknown_placeholder_is_refused_with_the_possible_ones(site: Site) -> None:
    with pytest.raises(ValidationError, match=r"\{harga\}.*\{you\}"):
        Rule(site=site, name="X", phrases="x", answer="Harganya {harga}").full_clean()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("halo kak", "Salam"),
        ("makasih ya kak", "Terima kasih"),
        ("buka jam berapa kak", "Jam buka"),
        ("tokonya di mana kak?", "Lokasi"),
        ("minta nomor wa nya dong", "Nomor WhatsApp"),
        ("ongkir ke bandung berapa", ""),
        ("makasih kak, barangnya bagus. mau pesan lagi", ""),
    ],
)
def test_the_demo_shops_rules_answer_small_talk(site: Site, text: str, rule: str) -> None:
    load_demo(site)
    assert fired(site, text) == rule
