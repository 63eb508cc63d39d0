"""Ready-made conversations and people for the tests of the admin."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from tests.people import make_member, signed_in
from widget.conversations.models import Conversation, Message
from widget.sites.members import RIGHTS
from widget.sites.models import Role, Site

MakeConversation = Callable[..., Conversation]


@pytest.fixture(autouse=True)
def english(settings: Any) -> Iterator[None]:
    """Sentences are looked for in the language they are written in."""
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def site(db: None) -> Site:
    return Site.objects.create(key="tokosaya", name="Toko Saya", whatsapp="6281234567890")


@pytest.fixture
def make_conversation(site: Site) -> MakeConversation:
    """Makes a conversation from texts: "v: ..." was written by the visitor, "a: ..." by the assistant, "o: ..." by a person."""
    authors = {"v": "visitor", "a": "assistant", "o": "operator"}

    def make(*texts: str, **fields: object) -> Conversation:
        number = Conversation.objects.count() + 1
        if fields.get("handler") == "waiting":
            fields.setdefault("waiting_since", timezone.now())
        fields.setdefault("site", site)
        talk = Conversation.objects.create(public_id=f"{number:06}-0000", seq=len(texts), **fields)
        for seq, text in enumerate(texts, 1):
            Message.objects.create(conversation=talk, seq=seq, client_id=f"row-{seq}", author=authors[text[0]], text=text[3:])
        return talk

    return make


@pytest.fixture
def staff_client(site: Site) -> Callable[..., Client]:
    """Signs in a person with the least role at the site that gives the rights on conversations (view, change, delete)."""

    def sign_in(*actions: str) -> Client:
        wanted = {f"widget.{action}_conversation" for action in actions}
        role = next(role for role in (Role.VIEWER, Role.AGENT, Role.OWNER) if wanted <= RIGHTS[role])
        return signed_in(make_member("rina", role, *([site] if wanted else [])))

    return sign_in
