"""Every page of the admin says what it is for, what to do where it is empty, and helps at every field. The pages are the registry's own."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.inbox import admin_pages
from tests.people import make_member, signed_in
from widget.conversations.models import Conversation, Message
from widget.knowledge.models import Entry, Run, Source
from widget.knowledge.questions import TestQuestion
from widget.ops.alerts.models import AlertTarget
from widget.providers.models import Provider
from widget.rules.models import Rule
from widget.sites.admin_base import PurposeMixin
from widget.sites.models import Invitation, Site

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
    source = Source.objects.create(site=site, kind="website", name="Toko", address="https://toko.example", generation=1, latest=1)
    Source.objects.create(site=site, kind="table", name="Harga", file="x.upload", options={"format": "csv", "file_name": "harga.csv"})
    Entry.objects.create(site=site, title="Retur?", answer="7 hari", source=source, generation=1, key="retur")
    run = Run.objects.create(source=source, generation=1, state="done", skipped=1)
    run.findings.create(place="https://toko.example/a.jpg", code="not_html")
    TestQuestion.objects.create(site=site, question="bisa cod?")
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


# Fields that say what they are for by themselves: a search, the choice of a row, the columns of a table, what stands beside the field that explains the
# pair (quiet_until), and one's own password.
PLAIN = re.compile(
    r"^(q|action|select_across|_selected_action|toggle|.*-DELETE|.*-TOTAL_FORMS|language|site|days|quiet_from|time_zone|old_password|username|form-\d+-(active|position)|.*-(weekday|opens|closes|first|last|name|site|role|origin))$"
)


class Page(HTMLParser):
    """What a page says of itself, and its fields with what describes them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.purpose, self.ids, self.fields = False, set[str](), list[dict[str, str]]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.purpose = self.purpose or "purpose" in told.get("class", "").split()
        self.ids.add(told.get("id", ""))
        if tag in ("input", "select", "textarea") and told.get("type") not in ("hidden", "submit", "button") and told.get("name"):
            self.fields.append(told)

    def bare(self) -> Iterator[str]:
        for told in self.fields:
            described = set(told.get("aria-describedby", "").split()) | {f"{told.get('id', '')}_helptext"}
            if not described & self.ids and not PLAIN.match(told["name"]) and told["name"] not in CLEAR and "__prefix__" not in told["name"]:
                yield told["name"]


@pytest.mark.parametrize("role", ["owner", "agent"])
def test_every_page_of_an_owner_and_an_agent_says_what_it_is_for_and_helps(role: str, one_of_each: None) -> None:
    """All pages of the URLconf that open for them."""
    site = Site.objects.get()
    person = make_member("rina", role, site)
    talk = Conversation.objects.create(site=site, public_id="p1", seq=1)
    Message.objects.create(conversation=talk, seq=1, client_id="1", author="visitor", text="halo")
    Invitation.objects.create(site=site, account="rina", by=make_member("ibu", "owner", site))
    client = signed_in(person)
    paths = admin_pages.opened(client, 9)
    pages = {path: Page(client.get(path).content.decode()) for path in paths}
    assert len(pages) > (45 if role == "owner" else 25)
    # Two are chats and give their height to what was said: their box says where a text goes, and the inbox's columns what they are while empty.
    chats = re.compile(r"/admin/(inbox/|widget/conversation/\d+/change/)")
    mute = [path for path, page in pages.items() if not page.purpose and not chats.match(path)]
    assert not mute, f"one sentence on top that says what it is for: {mute}"
    bare = {f"{path}: {name}" for path, page in pages.items() for name in page.bare()}
    assert not bare, f"say what belongs there: {sorted(bare)}"
