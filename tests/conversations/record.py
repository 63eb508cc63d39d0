"""What the tests of the record share: making a site and a conversation, asking a question, and reading what is stored."""

from typing import Any

from widget.conversations import log, turns
from widget.conversations.log import NewRow, Row, new_row_id
from widget.conversations.models import Conversation, Message, Turn
from widget.conversations.turns import Claim, Head, Partial, Receipt, Where
from widget.sites.models import Site


def make_conversation(public_id: str = "", **fields: Any) -> Conversation:
    site, _created = Site.objects.get_or_create(key="toko", defaults={"name": "Toko"})
    return Conversation.objects.create(site=site, public_id=public_id or new_row_id(), **fields)


def where_of(conversation: Conversation) -> Where:
    return Where(conversation.pk, conversation.public_id, conversation.channel, conversation.site_id, conversation.locale)


def say(conversation: Conversation, text: str, row_id: str = "") -> Row:
    return log.append(conversation.pk, NewRow(row_id or new_row_id(), "visitor", text)).row


def ask(conversation: Conversation, text: str = "Ada?", holder: str = "first") -> Claim | None:
    """A question with its duty; the claim, or None when it waits for an earlier one."""
    return turns.begin(where_of(conversation), say(conversation, text).seq, holder)


def claimed(conversation: Conversation, text: str = "Ada?", holder: str = "first") -> Claim:
    claim = ask(conversation, text, holder)
    assert claim is not None
    return claim


def answer(claim: Claim, text: str = "Ada, Kak.", **options: Any) -> turns.Finished:
    return turns.finish(claim, NewRow(claim.reply_id, "assistant", text, "model"), Receipt("main", "m-1"), **options)


def save(claim: Claim, text: str) -> turns.Saved:
    return turns.save_partials([Partial(claim.turn_id, claim.fence, claim.reply_id, text)])


def head_of(turn_id: int) -> Head:
    return next(head for head in turns.unfinished_heads() if head.turn_id == turn_id)


def turn(claim: Claim) -> Turn:
    return Turn.objects.get(pk=claim.turn_id)


def rows(conversation: Conversation) -> list[tuple[int, str, str]]:
    return list(Message.objects.filter(conversation=conversation).order_by("seq").values_list("seq", "author", "text"))
