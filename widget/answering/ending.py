"""The end of a turn as one transaction: the answer's row, the budget, the alerts. Called by runner.py on the writer's thread."""

import time
from dataclasses import dataclass, replace

from widget.answering import budget
from widget.answering.budget import Reservation
from widget.answering.live import LiveReply
from widget.answering.pipeline import Plan, Reply
from widget.conversations import turns
from widget.conversations.log import NewRow
from widget.conversations.takeover import announce_wait
from widget.conversations.trace import Decided, Seen, Trace
from widget.conversations.turns import Claim, Receipt
from widget.jobs.tasks import enqueue
from widget.providers.chat import Finished, ProviderSettings

ALERT_EVERY_SECONDS = 900
# A provider that is skipped for a while was reported when it failed, and our own sleep is no failure of anybody.
NOT_REPORTED = frozenset({"paused", "overslept"})
Failed = tuple[ProviderSettings, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a turn came to: the text, what it took, and which providers failed on the way, with their codes."""

    reply: Reply
    receipt: Receipt = Receipt()  # noqa: RUF009 (frozen)
    failed: tuple[Failed, ...] = ()


def finish(claim: Claim, reply_id: str, outcome: Outcome, unused: Reservation | None, stopped: bool) -> turns.Finished:
    """Raises SupersededError when the claim is no longer good; nothing is stored then."""
    reply = outcome.reply
    answer = NewRow(reply_id, "assistant", reply.text, reply.answered_by, sources=reply.sources)
    finished = turns.finish(claim, answer, outcome.receipt, stopped, reply.person_needed)
    if unused is not None:
        budget.give_back(unused)
    if finished.wait_began:
        announce_wait(claim.conversation_id)
    # In one order: answers that end side by side report the same failures, and each waits for the other's row.
    for provider, code in sorted(outcome.failed, key=lambda failed: (failed[0].id, failed[1])):
        _report(provider.id, code)
    return finished


def traced(outcome: Outcome, plan: Plan | None, live: LiveReply) -> Outcome:
    """The same with what happened inside; without a plan every attempt broke."""
    found = tuple(Seen(note.title, note.confidence) for note in plan.notes) if plan else ()
    trace = Trace(_decided(outcome.reply, plan), found, tuple(live.calls), round(live.age() * 1000))
    return replace(outcome, receipt=replace(outcome.receipt, trace=trace))


def _decided(reply: Reply, plan: Plan | None) -> Decided:
    if plan is None:
        return "broken"
    if plan.wish:
        return "wish"
    if reply.asks_back:
        return "asked"
    decided: dict[str, Decided] = {"rule": "rule", "knowledge": "knowledge", "model": "model"}
    return decided.get(reply.answered_by, "nobody")


def receipt_of(finished: Finished | None, failed: tuple[Failed, ...]) -> Receipt:
    failures = tuple(f"{provider.name}: {code}" for provider, code in failed)
    if finished is None:
        return Receipt(failures=failures)
    provider = finished.provider
    return Receipt(provider.name, provider.model, failures, finished.tokens_in, finished.tokens_out, finished.cost, finished.first_token_ms)


def _report(provider_id: int, code: str) -> None:
    """Tells the owner, at most once per provider, code and quarter of an hour."""
    if code not in NOT_REPORTED:
        window = int(time.time() // ALERT_EVERY_SECONDS)
        enqueue("alert.provider_failed", provider_id, code, key=f"provider:{provider_id}:{code}:{window}")
