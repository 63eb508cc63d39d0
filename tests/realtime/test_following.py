"""A visitor of this process sees the answer that another process writes grow, and it becomes the row: over two tabs, reconnects and a dead process."""

import pytest

from tests.realtime.line import Line
from tests.waiting import soon
from widget.answering.runner import runner
from widget.conversations import delivery, takeover, turns
from widget.conversations.log import NewRow, append, new_row_id
from widget.conversations.models import Conversation, Turn
from widget.conversations.tokens import issue_token
from widget.conversations.turns import Claim, Partial, Receipt, Where
from widget.lib import database
from widget.realtime.following import follower
from widget.realtime.hub import hub
from widget.realtime.watermark import watermark

pytestmark = pytest.mark.usefixtures("at_rest")
TEXT = "Halo Kak, ongkir ke Bandung Rp10.000 dan sampai dalam dua hari."


def asked_elsewhere(conversation: str, text: str = "berapa ongkir ke Bandung?") -> Claim:
    """What another process stores when the visitor's other tab asks there."""
    found = Conversation.objects.get(public_id=conversation)
    row = append(found.pk, NewRow(new_row_id(), "visitor", text)).row
    claim = turns.begin(Where(found.pk, conversation, "web", found.site_id, "id"), row.seq, "another process")
    assert claim is not None
    return claim


def save(claim: Claim, text: str, reply_id: str = "") -> None:
    turns.save_partials([Partial(claim.turn_id, claim.fence, reply_id or claim.reply_id, text)])


def finish(claim: Claim, text: str) -> None:
    turns.finish(claim, NewRow(claim.reply_id, "assistant", text, "model"), Receipt())


async def talk(line: Line) -> str:
    """A conversation with a question and its answer."""
    welcome = await line.hello()
    await line.say("halo, ada orang di sana?")
    await line.until("message.added")
    return str(welcome["conversation"])


async def bell(conversation: str) -> None:
    """What the doorbell does when it hears of the conversation's last row."""
    hub.heard(conversation, await database.read(lambda: Conversation.objects.get().seq), False)


async def test_an_answer_of_another_process_grows_here_and_becomes_its_row() -> None:
    async with Line() as line:
        conversation = await talk(line)
        claim = await database.write(asked_elsewhere, conversation)
        await bell(conversation)
        assert (await line.until("message.added"))["author"] == "visitor"
        await database.write(save, claim, TEXT[:10])
        assert (await line.until("reply.started"))["id"] == claim.reply_id
        assert await line.expect("reply.delta") == {"type": "reply.delta", "id": claim.reply_id, "offset": 0, "text": TEXT[:10]}
        await database.write(save, claim, TEXT[:30])
        assert await line.expect("reply.delta") == {"type": "reply.delta", "id": claim.reply_id, "offset": 10, "text": TEXT[10:30]}
        await database.write(finish, claim, TEXT)
        row = await line.expect("message.added")
        assert (row["id"], row["text"]) == (claim.reply_id, TEXT)
        await soon(lambda: not follower._followed)
        assert hub.reply_of(conversation) is None and line.waiting() == []


async def test_who_comes_in_mid_answer_gets_what_is_saved_and_then_the_rest() -> None:
    async with Line() as line:
        conversation = await talk(line)
    token = issue_token(conversation, "toko")
    claim = await database.write(asked_elsewhere, conversation)
    await database.write(save, claim, TEXT[:20])
    async with Line() as line:
        welcome = await line.hello(token=token)
        assert welcome["reply"] == {"id": claim.reply_id, "question": claim.question_seq, "text": TEXT[:20]}
        await database.write(save, claim, TEXT[:40])
        assert (await line.expect("reply.delta"))["offset"] == 20
        async with Line() as second:
            known = await second.hello(token=token, reply={"id": claim.reply_id, "offset": 15})
            assert (known["reply"]["offset"], known["reply"]["text"]) == (15, TEXT[15:40])
        await database.write(finish, claim, TEXT)
        assert (await line.until("message.added"))["text"] == TEXT


async def test_another_attempt_drops_the_text_of_the_one_before() -> None:
    async with Line() as line:
        conversation = await talk(line)
        claim = await database.write(asked_elsewhere, conversation)
        await database.write(save, claim, "Halo dari penyedia pertama")
        await bell(conversation)
        await line.until("reply.delta")
        await database.write(save, claim, "Dari yang kedua", "00000000-0000-4000-8000-000000000002")
        assert (await line.expect("reply.dropped"))["id"] == claim.reply_id
        assert (await line.expect("reply.started"))["id"].endswith("2")
        assert (await line.expect("reply.delta"))["text"] == "Dari yang kedua"
        await database.write(finish, claim, TEXT)
        await line.until("message.added")


async def test_a_person_who_takes_over_elsewhere_ends_the_text(person: object) -> None:
    async with Line() as line:
        conversation = await talk(line)
        claim = await database.write(asked_elsewhere, conversation)
        await database.write(save, claim, TEXT[:20])
        await bell(conversation)
        await line.until("reply.delta")
        listeners, delivery.sinks["web"] = delivery.listeners[:], delivery.sink_of("nowhere")
        delivery.listeners.clear()
        await database.write(takeover.reply_as_operator, claim.conversation_id, person, "Saya bantu, Kak.")
        delivery.listeners[:], delivery.sinks["web"] = listeners, hub
        assert (await line.expect("message.added"))["author"] == "operator"
        assert (await line.expect("conversation.changed"))["handler"] == "human"
        assert (await line.expect("reply.dropped"))["id"] == claim.reply_id


async def test_an_answer_left_by_a_dead_process_is_one_answer_for_who_looks_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Line() as line:
        conversation = await talk(line)
        claim = await database.write(asked_elsewhere, conversation)
        await database.write(save, claim, TEXT[:20])
        await bell(conversation)
        await line.until("reply.delta")
        (head,) = await database.read(turns.unfinished_heads)
        taken = await database.write(turns.take_over, head, runner.holder)
        assert taken is not None
        runner.start(taken, None, None, reserved=False)
        row = await line.until("message.added")
        assert row["id"] == taken.reply_id != claim.reply_id
    assert await database.read(lambda: Turn.objects.filter(state="done").count()) == 2


async def test_a_row_that_came_is_never_followed_by_its_own_text() -> None:
    """The look that saw the answer unfinished comes back after its row was sent."""
    async with Line() as line:
        conversation = await talk(line)
        claim = await database.write(asked_elsewhere, conversation)
        await database.write(save, claim, TEXT[:20])
        late = (await database.read(turns.unfinished_of, [claim.conversation_id]))[claim.conversation_id]
        await database.write(finish, claim, TEXT)
        await bell(conversation)
        while (await line.until("message.added"))["author"] != "assistant":
            pass
        assert hub.is_past(conversation, late.seq)
        follower.follow(conversation, claim.conversation_id)
        await soon(lambda: not follower._followed)
        assert line.waiting() == []


async def test_without_any_bell_the_look_of_every_few_seconds_begins_it() -> None:
    async with Line() as line:
        conversation = await talk(line)
        claim = await database.write(asked_elsewhere, conversation)
        await database.write(save, claim, TEXT[:20])
        await watermark.look()
        assert (await line.until("reply.delta"))["text"] == TEXT[:20]
        await database.write(finish, claim, TEXT)
        await line.until("message.added")


async def test_a_conversation_handed_back_elsewhere_is_noticed_without_a_row(person: object) -> None:
    async with Line() as line:
        conversation = await talk(line)
        where = await database.read(lambda: Conversation.objects.get(public_id=conversation).pk)
        await database.write(takeover.reply_as_operator, where, person, "Saya bantu, Kak.")
        while (await line.until("conversation.changed"))["handler"] != "human":
            pass
        await database.write(lambda: Conversation.objects.filter(pk=where).update(handler="bot", operator=None))
        await watermark.look()
        assert (await line.until("conversation.changed"))["handler"] == "bot"


async def test_an_answer_nobody_here_looks_at_any_more_is_forgotten() -> None:
    async with Line() as line:
        conversation = await talk(line)
        claim = await database.write(asked_elsewhere, conversation)
        await database.write(save, claim, TEXT[:20])
        await bell(conversation)
        await line.until("reply.delta")
    await soon(lambda: not follower._followed)
    assert hub.reply_of(conversation) is None
    await database.write(finish, claim, TEXT)
