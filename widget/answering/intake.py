"""Takes a visitor's message in: one transaction stores it and the duty to answer it. Called by realtime/visitor.py (and later messengers).

What it returns is committed: the caller acknowledges first and then hands the claim to the runner.
"""

from dataclasses import dataclass, replace

from widget.answering import budget
from widget.answering.budget import Reservation
from widget.answering.runner import runner
from widget.conversations import turns
from widget.conversations.errors import ConversationGoneError
from widget.conversations.log import NewRow, Row, append
from widget.conversations.record import NO_PAGE, PageSeen, open_conversation
from widget.conversations.turns import Claim, Where
from widget.lib import database
from widget.providers.registry import providers_for
from widget.sites.registry import SiteSettings


@dataclass(frozen=True, slots=True)
class Incoming:
    """A visitor's message as it came in; `conversation_id` is the row, 0 when it was not made yet."""

    site: SiteSettings
    conversation: str
    conversation_id: int
    id: str
    text: str
    locale: str
    page: PageSeen = NO_PAGE
    channel: str = "web"


@dataclass(frozen=True, slots=True)
class Stored:
    """The committed message. `claim` is None when a person answers, an earlier question runs, or it was stored before."""

    row: Row
    conversation_id: int
    duplicate: bool
    handler: str
    claim: Claim | None = None
    reservation: Reservation | None = None


async def take_in(message: Incoming) -> Stored:
    """Raises ConflictError when the id was used with another text."""
    with_model = bool(await providers_for(message.site.id))
    try:
        return await database.write(_store, message, with_model)
    except ConversationGoneError:
        # Removed by retention or at the visitor's wish while the page was open: this message starts a new one.
        return await database.write(_store, replace(message, conversation_id=0), with_model)


def answer(stored: Stored, site: SiteSettings) -> None:
    """Hands a stored question to the runner. Call it after the acknowledgement left."""
    if stored.claim is not None:
        runner.start(stored.claim, site, stored.reservation)


def _store(message: Incoming, with_model: bool) -> Stored:
    conversation_id = message.conversation_id or open_conversation(message.site.id, message.conversation, message.locale, message.page, message.channel)
    appended = append(conversation_id, NewRow(message.id, "visitor", message.text))
    if appended.duplicate or appended.handler == "human":
        return Stored(appended.row, conversation_id, appended.duplicate, appended.handler)
    where = Where(conversation_id, message.conversation, message.channel, message.site.id, message.locale)
    claim = turns.begin(where, appended.row.seq, runner.holder)
    reservation = budget.reserve(message.site, message.conversation) if claim is not None and with_model else None
    return Stored(appended.row, conversation_id, False, appended.handler, claim, reservation)
