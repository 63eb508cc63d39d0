"""`create_site` makes a working site from one line, or says in a sentence why not."""

import pytest
from django.core.management import CommandError, call_command

from widget.sites.models import Site

pytestmark = pytest.mark.django_db


def test_a_key_alone_makes_an_indonesian_shop_and_prints_its_tag(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_site", "toko-saya")
    site = Site.objects.get(key="toko-saya")
    assert (site.name, site.language, site.kind) == ("Toko saya", "id", "shop")
    assert site.greeting
    printed = capsys.readouterr().out
    assert '/widget.js?site=toko-saya" data-site="toko-saya"></script>' in printed
    assert "No website is allowed yet" in printed


def test_origins_are_stored_as_full_origins_once_each(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_site", "toko", "--name", "Toko Saya", "--origin", "tokosaya.com", "--origin", "HTTPS://tokosaya.com/", "--origin", "localhost:3000")
    site = Site.objects.get(key="toko")
    assert sorted(origin.origin for origin in site.origins.all()) == ["http://localhost:3000", "https://tokosaya.com"]
    assert "https://www.tokosaya.com" in capsys.readouterr().out


def test_the_kind_and_the_language_pick_the_starting_texts() -> None:
    for kind in ("shop", "clinic", "coach", "travel", "other"):
        call_command("create_site", kind, "--kind", kind, "--language", "en")
    assert len(set(Site.objects.values_list("greeting", flat=True))) == 5


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Toko Saya"], "letters, numbers, underscores or hyphens"),
        (["toko", "--origin", "tokosaya"], "--origin tokosaya:"),
    ],
)
def test_nonsense_ends_in_a_sentence_and_stores_nothing(arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("create_site", *arguments)
    assert not Site.objects.exists()


def test_a_key_that_is_taken_is_refused() -> None:
    call_command("create_site", "toko")
    with pytest.raises(CommandError, match="already"):
        call_command("create_site", "toko")
