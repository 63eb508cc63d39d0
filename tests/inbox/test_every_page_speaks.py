"""Every page of the admin says what it is for, what to do where it is empty, and helps at every field. The pages are the registry's own."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from widget.knowledge.models import Entry
from widget.ops.alerts.models import AlertTarget
from widget.providers.models import Provider
from widget.rules.models import Rule
from widget.sites.admin_base import PurposeMixin
from widget.sites.models import Site

pytestmark = pytest.mark.django_db
# Fields whose label says all there is, on pages that are Django's own or plain lists of it.
CLEAR = {"name", "first_name", "last_name", "email", "is_active", "is_superuser", "user", "role", "site", "language", "active"}


def pages() -> list[admin.ModelAdmin]:
    return list(admin.site._registry.values())


def label(page: admin.ModelAdmin) -> str:
    return str(page.opts.label_lower)


@pytest.mark.parametrize("page", pages(), ids=label)
def test_a_page_has_its_sentence_and_its_empty_hint(page: admin.ModelAdmin) -> None:
    assert isinstance(page, PurposeMixin), "derive it from KanalAdmin, or put PurposeMixin before Django's class"
    assert str(page.purpose).strip().endswith((".", "?")), "purpose"
    assert str(page.empty_hint).strip().endswith((".", "?")), "empty_hint"


@pytest.mark.parametrize("page", pages(), ids=label)
def test_the_sentence_and_the_empty_hint_are_shown(page: admin.ModelAdmin, admin_client: Client) -> None:
    name = f"admin:{page.opts.app_label}_{page.opts.model_name}"
    answer = admin_client.get(reverse(f"{name}_changelist"))
    text = answer.content.decode()
    assert '<p class="purpose">' in text
    if not answer.context["cl"].result_count:
        assert str(page.empty_hint)[:20].replace("'", "&#x27;") in text, "a list without rows says what to do"  # type: ignore[attr-defined]
    add = admin_client.get(reverse(f"{name}_add"))
    if add.status_code == 200:
        assert '<p class="purpose">' in add.content.decode()


@pytest.fixture
def one_of_each() -> None:
    site = Site.objects.create(key="toko", name="Toko")
    Entry.objects.create(site=site, title="Ongkir?", answer="Rp 10.000")
    Rule.objects.create(site=site, name="Salam", phrases="halo", answer="Halo")
    Provider.objects.create(name="Utama", base_url="http://127.0.0.1:9/v1", model="kecil", key="sk-1")
    for kind in AlertTarget.Kind.values:
        AlertTarget.objects.create(site=site, kind=kind, address="a@b.id")


@pytest.mark.parametrize("page", pages(), ids=label)
def test_every_field_is_helped(page: admin.ModelAdmin, admin_client: Client, one_of_each: None) -> None:
    name = f"admin:{page.opts.app_label}_{page.opts.model_name}"
    addresses = [reverse(f"{name}_add"), *(reverse(f"{name}_change", args=[pk]) for pk in page.model._default_manager.values_list("pk", flat=True)[:4])]
    bare = {f"{url}: {field}" for url in addresses for field in bare_fields(admin_client.get(url))}
    assert not bare, f"say what belongs there: {', '.join(sorted(bare))}"


def bare_fields(answer: Any) -> Iterator[str]:
    """The fields of a form and of the rows below it that only have a label."""
    context = getattr(answer, "context", None) or {}
    if "adminform" not in context:
        return
    below = [(inline.formset.empty_form, inline.opts.fk_name or "site") for inline in context["inline_admin_formsets"]]
    for form, besides in [(context["adminform"].form, ""), *below]:
        for field in form.visible_fields():
            if not field.help_text and field.name not in CLEAR | {besides, "DELETE"}:
                yield field.name
