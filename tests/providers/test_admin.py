"""The admin's provider pages: keys go in and never come out, only superusers enter, and a test says in plain words what is wrong."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation

from tests.fakes.model_server import ModelServer
from tests.people import make_member, signed_in
from widget.providers.models import Provider
from widget.sites.models import Site

CANARY = "sk-canary-1234567890-4242"
LIST, ADD = "/admin/widget/provider/", "/admin/widget/provider/add/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings: Any) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    settings.PROVIDER_FIRST_BYTE_SECONDS = 5
    with translation.override("en"):
        yield


@pytest.fixture
def owner(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("owner"))
    return client


def typed(**more: Any) -> dict[str, Any]:
    form = {"name": "Groq", "base_url": "https://api.example/v1", "model": "m", "position": 0, "active": "on", "price_in": 0, "price_out": 0, "max_tokens": 100}
    return {**form, "temperature": "", "site": "", "new_key": "", **more}


def change_page(provider: Provider) -> str:
    return f"{LIST}{provider.pk}/change/"


def test_a_key_goes_in_and_only_its_end_comes_out(owner: Client) -> None:
    assert owner.post(ADD, typed(new_key=CANARY)).status_code == 302
    provider = Provider.objects.get()
    assert provider.key == CANARY
    for page in (LIST, change_page(provider), f"{LIST}{provider.pk}/history/"):
        html = owner.get(page).content.decode()
        assert "canary" not in html
    assert "••••4242" in owner.get(change_page(provider)).content.decode()
    assert "canary" not in str(list(LogEntry.objects.values()))


def test_an_empty_key_field_keeps_the_key(owner: Client) -> None:
    owner.post(ADD, typed(new_key=CANARY))
    owner.post(change_page(Provider.objects.get()), typed(name="Other"))
    provider = Provider.objects.get()
    assert (provider.name, provider.key) == ("Other", CANARY)


def test_a_new_base_url_removes_the_key_and_says_so(owner: Client) -> None:
    owner.post(ADD, typed(new_key=CANARY))
    page = owner.post(change_page(Provider.objects.get()), typed(base_url="https://evil.example/v1"), follow=True).content.decode()
    assert Provider.objects.get().key == "" and "the stored key was removed" in page
    assert "base URL" in LogEntry.objects.latest("pk").get_change_message() or "Base URL" in LogEntry.objects.latest("pk").get_change_message()


def test_a_new_base_url_with_its_key_is_kept(owner: Client) -> None:
    owner.post(ADD, typed(new_key=CANARY))
    page = owner.post(change_page(Provider.objects.get()), typed(base_url="https://b.example/v1/", new_key=CANARY), follow=True).content.decode()
    provider = Provider.objects.get()
    assert (provider.key, provider.base_url) == (CANARY, "https://b.example/v1") and "removed" not in page


def test_a_key_can_be_removed(owner: Client) -> None:
    owner.post(ADD, typed(new_key=CANARY))
    owner.post(change_page(Provider.objects.get()), typed(forget_key="on"))
    assert Provider.objects.get().key == ""


@pytest.mark.parametrize(
    ("field", "value"), [("new_key", "sk 1"), ("new_key", "sk-ключ"), ("base_url", "api.example"), ("temperature", "3"), ("price_in", "-1")]
)
def test_nonsense_is_refused_with_a_sentence(owner: Client, field: str, value: str) -> None:
    page = owner.post(ADD, typed(**{field: value}))
    assert page.status_code == 200 and not Provider.objects.exists() and page.context["adminform"].form.errors


def test_who_only_answers_visitors_sees_nothing_of_it(owner: Client) -> None:
    owner.post(ADD, typed(new_key=CANARY))
    provider = Provider.objects.get()
    client = signed_in(make_member("staff", "agent", Site.objects.create(key="toko", name="Toko")))
    for page in (LIST, ADD, change_page(provider)):
        assert client.get(page).status_code == 403
        assert client.post(page, typed(base_url="https://evil.example/v1", _test="1")).status_code == 403
    assert "widget/provider" not in client.get("/admin/").content.decode()
    assert Provider.objects.get().base_url == "https://api.example/v1"


def test_an_owner_keeps_providers_of_their_own_site_at_known_addresses_only(owner: Client) -> None:
    """Who does not run this server must not have it ask machines inside its network."""
    owner.post(ADD, typed(new_key=CANARY))
    everybodys, site = Provider.objects.get(), Site.objects.create(key="toko", name="Toko")
    client = signed_in(make_member("pemilik", "owner", site))
    assert client.get(change_page(everybodys)).status_code == 302 and CANARY[-4:] not in client.get(LIST).content.decode()
    own = {"name": "Punya sendiri", "base_url": "https://api.groq.com/openai/v1"}
    assert client.post(ADD, typed(**own)).status_code == 200, "a site must be chosen"
    for address in ("http://localhost:11434/v1", "http://10.0.0.7/v1", "https://api.groq.com:8443/v1", "https://groq.example/v1", "http://api.groq.com/v1"):
        page = client.post(ADD, typed(**{**own, "site": site.pk, "base_url": address}))
        assert "base_url" in page.context["adminform"].form.errors, address
    assert "localhost" not in client.get(ADD).content.decode()
    assert client.post(ADD, typed(**own, site=site.pk)).status_code == 302
    mine = Provider.objects.get(site=site)
    # An address a superuser entered may stay, but is not to be exchanged for another.
    Provider.objects.filter(pk=mine.pk).update(base_url="http://localhost:11434/v1")
    assert client.post(change_page(mine), typed(name="Lain", base_url="http://localhost:11434/v1", site=site.pk)).status_code == 302
    assert client.post(change_page(mine), typed(base_url="http://localhost:11435/v1", site=site.pk)).status_code == 200
    assert Provider.objects.get(pk=mine.pk).name == "Lain"


def test_save_and_test_shows_what_the_model_said(owner: Client, model_server: ModelServer) -> None:
    model_server.default = "text:Halo, Kak!"
    page = owner.post(ADD, typed(base_url=model_server.url, new_key=CANARY, _test="Save and test"), follow=True).content.decode()
    assert "It works." in page and "Halo, Kak!" in page and "First word after" in page
    assert model_server.requests[0].headers["authorization"] == f"Bearer {CANARY}"
    assert Provider.objects.get().last_ok_at and "Answered" in owner.get(LIST).content.decode()


def test_a_failed_test_says_why_in_plain_words_and_not_with_the_key(owner: Client, model_server: ModelServer) -> None:
    model_server.default = "status:401+leak"
    for _ in range(6):
        page = owner.post(ADD, typed(base_url=model_server.url, new_key=CANARY, _test="1"), follow=True).content.decode()
        assert "The provider refused the key." in page and "The fake model answers 401" in page and "canary" not in page
    assert "The provider refused the key." in owner.get(LIST).content.decode()


def test_a_key_that_no_longer_opens_is_explained(owner: Client, settings: Any) -> None:
    owner.post(ADD, typed(new_key=CANARY))
    settings.FIELD_KEY = "another"
    provider = Provider.objects.get()
    assert "cannot be opened" in owner.get(change_page(provider)).content.decode()
    page = owner.post(change_page(provider), typed(_test="1"), follow=True).content.decode()
    assert "FIELD_KEY changed" in page


def test_the_form_names_known_providers_and_holds_nothing_inline(owner: Client) -> None:
    html = owner.get(ADD).content.decode()
    main = html[html.index('id="provider_form"') :]
    assert "http://localhost:11434/v1" in main and "https://api.meta.ai/v1" in main
    assert "<style" not in main and " style=" not in main and "onclick" not in main


def test_a_key_that_cannot_be_encrypted_is_an_error_of_the_form_and_the_rest_stays_typed(owner: Client, settings: Any) -> None:
    settings.FIELD_KEY = ""
    refused = owner.post(ADD, typed(name="Groq di toko", model="llama-x", new_key=CANARY))
    page = refused.content.decode()
    assert refused.status_code == 200 and not Provider.objects.exists()
    assert "This secret was not saved" in page and "puts the old field.key back" in page
    assert 'value="Groq di toko"' in page and 'value="llama-x"' in page and CANARY not in page
    # Without a key there is nothing to encrypt.
    assert owner.post(ADD, typed()).status_code == 302
    provider = Provider.objects.get()
    assert owner.post(change_page(provider), typed(new_key=CANARY)).status_code == 200
    assert owner.post(change_page(provider), typed(name="Lain")).status_code == 302
    settings.FIELD_KEY = "found-again-0123456789"
    assert owner.post(change_page(provider), typed(name="Lain", new_key=CANARY)).status_code == 302
    assert Provider.objects.get().key == CANARY


def test_a_stored_key_outlives_changes_made_while_it_cannot_be_opened(owner: Client, settings: Any) -> None:
    owner.post(ADD, typed(new_key=CANARY))
    kept, settings.FIELD_KEY = settings.FIELD_KEY, ""
    assert owner.post(change_page(Provider.objects.get()), typed(name="Lain")).status_code == 302
    settings.FIELD_KEY = kept
    assert (Provider.objects.get().name, Provider.objects.get().key) == ("Lain", CANARY)
