"""A channel of the delivery port that writes down what a visitor would see, and questions asked through it. Used by the tests beside it."""

from uuid import uuid4

from tests.waiting import soon
from widget.answering import intake
from widget.answering.intake import Incoming, Stored
from widget.conversations import log, turns
from widget.conversations.log import NewRow, Row
from widget.conversations.models import Conversation, Turn
from widget.conversations.turns import Claim, Where
from widget.lib import database
from widget.sites.models import Site
from widget.sites.registry import settings_of

CHANNEL = "notebook"


class Notebook:
    """`texts` is what stands on each visitor's screen now, `codes` why texts were taken back, `ids` one per attempt that was announced."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.ids: list[str] = []
        self.codes: list[str] = []
        self.rows: list[Row] = []
        self._writing: dict[str, str] = {}

    @property
    def shown(self) -> str:
        """For tests with one visitor."""
        return "".join(self.texts.values())

    async def started(self, conversation: str, reply_id: str, question: int) -> None:
        self.texts.pop(conversation, None)
        self._writing[conversation] = reply_id
        self.ids.append(reply_id)

    async def delta(self, conversation: str, reply_id: str, offset: int, text: str) -> None:
        # As the web's hub does: what an earlier attempt still says is not shown.
        if self._writing.get(conversation) == reply_id:
            so_far = self.texts.get(conversation, "")
            assert offset == len(so_far), "a delta does not join on"
            self.texts[conversation] = so_far + text

    async def dropped(self, conversation: str, reply_id: str, code: str) -> None:
        if self._writing.get(conversation) == reply_id:
            del self._writing[conversation]
            self.texts.pop(conversation, None)
        self.codes.append(code)

    def rung(self, conversation: str, row: Row | None, changed: bool) -> None:
        if row is not None:
            self.texts.pop(conversation, None)
            self.rows.append(row)

    async def answer(self, seconds: float = 8) -> Row:
        """The next finished answer."""
        await soon(lambda: self.rows, seconds)
        return self.rows.pop(0)


async def ask(site: Site, text: str, conversation: str = "") -> Stored:
    """A visitor's question as realtime/ takes it in: stored, then handed to the runner."""
    site_settings = await database.read(lambda: settings_of(Site.objects.get(pk=site.pk)))
    incoming = Incoming(site_settings, conversation or str(uuid4()), 0, str(uuid4()), text, "id", channel=CHANNEL)
    stored = await intake.take_in(incoming)
    intake.answer(stored, site_settings)
    return stored


def left_by_a_dead_process(site_id: int, text: str, attempts: int = 1, partial: str = "") -> Claim:
    """A turn whose holder is no more. To be called on a database thread."""
    conversation = Conversation.objects.create(site_id=site_id, public_id=str(uuid4()), channel=CHANNEL)
    seq = log.append(conversation.pk, NewRow(str(uuid4()), "visitor", text)).row.seq
    claim = turns.begin(Where(conversation.pk, conversation.public_id, CHANNEL, site_id, "id"), seq, "dead")
    assert claim is not None
    Turn.objects.filter(pk=claim.turn_id).update(attempts=attempts, partial=partial)
    return claim


async def turn_of(conversation_id: int, question: int = 1) -> Turn:
    return await database.read(lambda: Turn.objects.get(conversation_id=conversation_id, question_seq=question))
