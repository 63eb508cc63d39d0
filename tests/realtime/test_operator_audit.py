"""What an operator does over the line stands in the audit log: who, what, with which conversation of which site, and never what was written."""

import json
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.realtime.inbox_line import DeskLine
from tests.realtime.line import Line
from tests.realtime.test_operator_line import with_a_question
from widget.conversations import takeover
from widget.conversations.models import Conversation, Tag
from widget.conversations.tokens import new_conversation_id
from widget.inbox import line
from widget.inbox.models import AuditEntry
from widget.lib import database
from widget.sites.models import Member, Site

pytestmark = pytest.mark.usefixtures("at_rest")
WORDS = "rahasia dapur"


def lines(**wanted: Any) -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.filter(**wanted).exclude(action__in=["read", "signed_in"]).order_by("pk").values_list("name", "action", "detail"))


def make_colleague(site: Site) -> User:
    budi = User.objects.create_user("budi", first_name="Budi", is_staff=True)
    Member.objects.create(site=site, user=budi, role="agent")
    return budi


async def done(desk: DeskLine, conversation: str, action: str, **fields: Any) -> None:
    await desk.send("talk.act", conversation=conversation, id=str(uuid.uuid4()), action=action, **fields)
    await desk.until("talk.acted")


async def test_everything_done_with_a_conversation_is_a_line_without_its_words(sari: User, site: Site) -> None:
    budi = await database.write(make_colleague, site)
    tag = await database.write(lambda: Tag.objects.create(site=site, name="keluhan").pk)
    async with Line() as visitor, DeskLine(sari) as desk:
        conversation = await with_a_question(visitor)
        await desk.greet()
        first = str(uuid.uuid4())
        for _twice in range(2):
            await desk.send("message.send", conversation=conversation, id=first, text=WORDS)
            await desk.until("message.stored")
        await desk.send("message.send", conversation=conversation, id=str(uuid.uuid4()), text=WORDS)
        await desk.until("message.stored")
        await desk.send("note.add", conversation=conversation, id=str(uuid.uuid4()), text=WORDS)
        await desk.until("note.added")
        await done(desk, conversation, "tag", tag=tag)
        await done(desk, conversation, "untag", tag=tag)
        await done(desk, conversation, "assign", user=budi.pk)
        await done(desk, conversation, "take_from")
        await done(desk, conversation, "snooze", until="2030-01-01T00:00:00+00:00")
        await done(desk, conversation, "hand_back")
        await done(desk, conversation, "take")
        await done(desk, conversation, "close")
        await done(desk, conversation, "reopen")
        await desk.send("knowledge.add", conversation=conversation, id=str(uuid.uuid4()), question=WORDS, answer=WORDS)
        await desk.until("knowledge.added")
    expected = [
        ("replied_taking", "#3"),
        ("replied", "#4"),
        ("noted", ""),
        ("tagged", "+ keluhan"),
        ("tagged", "– keluhan"),
        ("assigned", "budi"),
        ("took", ""),
        ("snoozed", "2030-01-01T00:00:00+00:00"),
        ("handed_back", ""),
        ("took", ""),
        ("closed", ""),
        ("reopened", ""),
        ("added", ""),
    ]
    assert await database.read(lines) == [("sari", action, detail) for action, detail in expected]
    assert WORDS not in json.dumps(await database.read(lambda: list(AuditEntry.objects.values_list("subject", "detail", "once"))))
    assert await database.read(lambda: set(AuditEntry.objects.values_list("site", flat=True))) == {site.pk}


async def test_what_was_refused_is_no_line(sari: User, site: Site) -> None:
    budi = await database.write(make_colleague, site)
    async with Line() as visitor, DeskLine(sari) as desk:
        conversation = await with_a_question(visitor)
        await database.write(lambda: takeover.take(Conversation.objects.get().pk, budi))
        await desk.greet()
        await desk.send("message.send", conversation=conversation, id=str(uuid.uuid4()), text=WORDS)
        await desk.until("error")
        for action in ("take", "assign", "tag"):
            await desk.send("talk.act", conversation=conversation, id=str(uuid.uuid4()), action=action, user=4711, tag=4711)
            await desk.until("error")
    assert await database.read(lines) == []


@pytest.mark.promise("S71")
def test_the_owner_of_another_site_sees_none_of_it_and_a_tags_name_does_not_cross(sari: User, site: Site) -> None:
    """Also not by an act that names what belongs to the other site."""
    other = Site.objects.create(key="klinik", name="Klinik")
    owner = User.objects.create_user("dokter", is_staff=True)
    Member.objects.bulk_create(
        [Member(site=other, user=owner, role="owner"), Member(site=site, user=User.objects.create_user("ibu", is_staff=True), role="owner")]
    )
    secret = Tag.objects.create(site=other, name=WORDS)
    talk = Conversation.objects.create(site=site, public_id=new_conversation_id(), seq=0)
    line._act(sari.pk, talk.public_id, line.acts.Wanted("untag", tag=secret.pk))
    line._send(sari.pk, talk.public_id, str(uuid.uuid4()), WORDS, False)

    def page(name: str) -> str:
        client = Client()
        client.force_login(User.objects.get(username=name))
        return client.get("/admin/widget/auditentry/").content.decode()

    assert page("ibu").count("sari") >= 2 and WORDS not in page("ibu")
    assert "sari" not in page("dokter")


def test_the_line_costs_one_statement_in_the_replys_own_transaction(sari: User, site: Site) -> None:
    talk = Conversation.objects.create(site=site, public_id=new_conversation_id(), seq=0)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        line._send(sari.pk, talk.public_id, str(uuid.uuid4()), WORDS, False)
    audited = [query["sql"] for query in queries.captured_queries if "auditentry" in query["sql"]]
    assert len(audited) == 1 and audited[0].startswith("INSERT")
