"""Compares what visitors saw with what the database holds, and counts. Every promise ends here."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.fakes import model_script
from tests.promises.ground import Ground
from tests.promises.visitor import Visitor

_LOG = """
SELECT message.seq, message.client_id, message.author, message.text FROM widget_message AS message
JOIN widget_conversation AS conversation ON conversation.id = message.conversation_id WHERE conversation.public_id = ? ORDER BY message.seq
"""
_TURNS = """
SELECT turn.question_seq, turn.state, turn.answer_seq FROM widget_turn AS turn
JOIN widget_conversation AS conversation ON conversation.id = turn.conversation_id WHERE conversation.public_id = ?
"""


@dataclass
class Result:
    """One promise: how often it was tried and what went wrong. `faults` says the rest in words."""

    id: str
    what: str
    trials: int = 0
    lost: int = 0
    duplicated: int = 0
    unanswered: int = 0
    longest_wait: float = 0.0
    faults: list[str] = field(default_factory=list)
    note: str = ""

    @property
    def kept(self) -> bool:
        return self.trials > 0 and not (self.lost or self.duplicated or self.unanswered or self.faults)

    def add(self, part: "Result") -> None:
        """Counts what happened in a part of this promise, and says of its faults in which."""
        self.trials += part.trials
        self.lost += part.lost
        self.duplicated += part.duplicated
        self.unanswered += part.unanswered
        self.faults += [f"{part.id}: {fault}" for fault in part.faults]


def compare(ground: Ground, visitors: Sequence[Visitor], result: Result) -> None:
    """Every message sent is one row, every question one answer, every list gapless and the same on both sides."""
    for visitor in visitors:
        log = ground.rows(_LOG, visitor.conversation)
        stored = Counter(row[1] for row in log)
        result.lost += sum(message_id not in stored for message_id in visitor.sent_at)
        result.duplicated += sum(times > 1 for times in stored.values())
        result.duplicated += sum(len(set(seqs)) > 1 for seqs in visitor.acknowledged.values())
        _compare_answers(ground, visitor, result)
        if [row[0] for row in log] != list(range(1, len(log) + 1)):
            result.faults.append(f"{visitor.conversation}: the log has gaps")
        if [(row["seq"], row["id"], row["author"], row["text"]) for row in visitor.rows] != log[len(log) - len(visitor.rows) :]:
            result.faults.append(f"{visitor.conversation}: the visitor's list is not the log")
        result.faults += visitor.faults


def _compare_answers(ground: Ground, visitor: Visitor, result: Result) -> None:
    """Each question has one turn, each turn its own answer, each answer is whole, and no answer belongs to none."""
    log = ground.rows(_LOG, visitor.conversation)
    turns = ground.rows(_TURNS, visitor.conversation)
    answers = {seq: text for seq, _id, author, text in log if author == "assistant"}
    given = [answer_seq for _question, _state, answer_seq in turns if answer_seq is not None]
    questions = {seq for seq, _id, author, _text in log if author == "visitor"}
    result.unanswered += len(questions - {question for question, state, answer in turns if state in ("done", "stopped") and answer in answers})
    result.duplicated += len(answers.keys() - set(given)) + len(given) - len(set(given))
    whole = whole_answer(ground.script)
    if whole:
        result.faults += [f"{visitor.conversation}: row {seq} is not the whole answer but {text[:80]!r}" for seq, text in answers.items() if text != whole]


def whole_answer(script: str) -> str:
    """What the fake model says in the end when it plays this script; empty where that is not one text."""
    parsed = model_script.parse(script)
    if "tokens" not in parsed.words or not set(parsed.words) <= {"tokens", "slow-token"}:
        return ""
    return "".join(model_script.texts(parsed, {})).strip()
