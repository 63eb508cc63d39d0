"""The set-up makes a shop that can be tried and an administrator nobody else knows, once, and leaves alone what the owner changed."""

import stat
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from widget.knowledge.models import Entry
from widget.providers.models import Provider
from widget.sites.models import Site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_dir(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def test_the_demo_shop_is_made_with_its_knowledge_hours_and_addresses(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("set_up_demo", "--host", "192.168.1.9", "--port", "9000")
    site = Site.objects.get(key="demo")
    origins = {origin.origin for origin in site.origins.all()}
    assert {"http://localhost:9001", "http://127.0.0.1:9001", "http://192.168.1.9:9001"} <= origins
    assert Entry.objects.filter(site=site).count() > 60
    assert site.hours.count() == 6
    assert Entry.objects.filter(url="http://192.168.1.9:9001/#ongkir").exists()
    printed = capsys.readouterr().out
    assert "Shop page   http://192.168.1.9:9001/" in printed
    assert "Admin       http://192.168.1.9:9000/admin/" in printed


def test_the_administrator_gets_a_random_password_only_this_user_can_read(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("set_up_demo")
    file = data_dir / "admin-password.txt"
    password = file.read_text().strip()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(password) == 19 and password in capsys.readouterr().out
    assert get_user_model().objects.get(username="admin", is_superuser=True).check_password(password)


def test_a_second_run_changes_nothing_but_adds_new_addresses(data_dir: Path) -> None:
    call_command("set_up_demo", "--port", "9000")
    password = (data_dir / "admin-password.txt").read_text()
    Site.objects.filter(key="demo").update(name="Toko Saya")
    Entry.objects.filter(title="Berapa ongkos kirim?").delete()
    entries = Entry.objects.count()
    call_command("set_up_demo", "--port", "9500")
    site = Site.objects.get()
    assert site.name == "Toko Saya"
    assert Entry.objects.count() == entries
    assert site.origins.filter(origin="http://localhost:9501").exists() and site.origins.filter(origin="http://localhost:9001").exists()
    assert (data_dir / "admin-password.txt").read_text() == password
    assert get_user_model().objects.count() == 1


def test_an_owner_who_removed_the_demo_does_not_get_it_back(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_site", "toko")
    call_command("set_up_demo")
    assert list(Site.objects.values_list("key", flat=True)) == ["toko"]
    assert "Shop page" not in capsys.readouterr().out


def test_an_administrator_who_is_there_keeps_the_password(data_dir: Path) -> None:
    get_user_model().objects.create_superuser("owner", password="a-password-of-my-own")
    call_command("set_up_demo")
    assert not (data_dir / "admin-password.txt").exists()
    assert get_user_model().objects.get().username == "owner"


def test_the_provider_of_the_environment_becomes_the_first_one(settings: Any) -> None:
    Provider.objects.create(name="Mine", base_url="http://localhost:11434/v1", model="llama3.2", position=0)
    settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL, settings.OPENAI_MODEL = "sk-first", "https://api.groq.com/openai/v1/", "llama-x"
    call_command("set_up_demo")
    first = Provider.objects.order_by("position").first()
    assert first is not None and (first.name, first.base_url, first.model, first.key) == (
        "api.groq.com",
        "https://api.groq.com/openai/v1",
        "llama-x",
        "sk-first",
    )
    settings.OPENAI_API_KEY = "sk-second"
    call_command("set_up_demo")
    assert Provider.objects.count() == 2 and Provider.objects.get(model="llama-x").key == "sk-second"


def test_the_key_of_the_environment_alone_means_openai(settings: Any) -> None:
    settings.OPENAI_API_KEY = "sk-first"
    call_command("set_up_demo")
    assert Provider.objects.get().base_url == "https://api.openai.com/v1"


def test_nonsense_for_a_base_url_is_one_sentence(settings: Any) -> None:
    settings.OPENAI_BASE_URL = "api.groq.com"
    with pytest.raises(CommandError, match="OPENAI_BASE_URL: A base URL looks like"):
        call_command("set_up_demo")


def test_a_first_provider_whose_key_cannot_be_encrypted_is_one_sentence(settings: Any) -> None:
    settings.OPENAI_API_KEY, settings.FIELD_KEY = "sk-first", ""
    with pytest.raises(CommandError, match="OPENAI_API_KEY was not stored, because FIELD_KEY is empty"):
        call_command("set_up_demo")
    assert not Provider.objects.exists()
