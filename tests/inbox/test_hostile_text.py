"""Everything a visitor controls is shown as text, on every page that shows it."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.inbox.conftest import MakeConversation
from widget.conversations.models import Message

PAYLOADS = [
    "<script>canary(1)</script>",
    '"><img src=x onerror=canary(1)>',
    "'><svg onload=canary(1)>",
    "</textarea><script>canary(1)</script>",
    "{{ 7|add:7 }}{% csrf_token %}",
    "javascript:canary(1)",
    '" autofocus onfocus=canary(1) x="',
    "</bdi></a><iframe srcdoc='<script>canary(1)</script>'>",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_field_of_a_visitor_becomes_markup(admin_client: Client, make_conversation: MakeConversation, payload: str) -> None:
    fields = {"name": payload[:80], "contact": payload, "page_url": payload, "page_title": payload, "locale": "id"}
    talk = make_conversation(f"v: {payload}", f"a: {payload}", handler="waiting", **fields)
    Message.objects.update(sources=[{"title": payload, "url": payload}], name=payload[:80])
    pages = [
        reverse("admin:index"),
        reverse("admin:widget_conversation_changelist"),
        reverse("admin:widget_conversation_changelist") + "?q=canary",
        *(reverse(f"admin:widget_conversation_{name}", args=[talk.pk]) for name in ("change", "history", "delete")),
    ]
    for url in pages:
        page = admin_client.get(url).content.decode()
        for live in ["<script>canary", "<img src=x", "<svg onload", "<iframe", 'onfocus=canary(1) x="', 'href="javascript:', "7|add:7 }}14"]:
            assert live not in page, (url, live)


def test_the_session_of_the_admin_is_never_in_reach_of_a_stamp(admin_client: Client, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: halo", name="<b>")
    answer = admin_client.get(reverse("admin:widget_conversation_stamp", args=[talk.pk]))
    assert answer.headers["Content-Type"] == "application/json"
