"""Why the assistant said that: what happened inside one answer, in sentences for the owner. Called by thread.py and on_demand.py.

Reads the trace that answering/ stored with the turn (conversations/trace.py); turns of earlier versions have none and tell nothing.
"""

from collections.abc import Iterable

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from widget.conversations.models import Turn
from widget.conversations.trace import Call, Trace, unpack
from widget.knowledge.search import ANSWER_AT
from widget.providers.errors import describe


def tell(turn: Turn) -> tuple[str, ...]:
    """The sentences in the order in which it happened, in the active language."""
    trace = unpack(turn.trace)
    if trace is None:
        return ()
    return tuple(
        sentence for sentence in (*_before(trace), *map(_call, trace.calls), *_never_asked(trace, turn), *_taken(turn), *_end(trace, turn)) if sentence
    )


def _before(trace: Trace) -> Iterable[str]:
    """Until a model could be asked."""
    if trace.decided == "rule":
        yield _("One of your rules fitted this message, so it was answered at once. Nothing else was asked.")
        return
    if trace.decided == "wish":
        yield _("No rule fitted. The visitor asked for a person, so nothing was looked up and your team was told.")
        return
    if trace.decided == "broken":
        yield _("Something broke each time this was tried, so the visitor was handed to your team.")
        return
    yield _("No rule fitted.")
    # What would be "0 % sure" was only in reach of the words, and tells the owner nothing.
    found = [(one.title, sure) for one in trace.found if (sure := round(one.confidence * 100))]
    if not found:
        yield _("Nothing in your knowledge fitted the question.")
        return
    entries = ", ".join(_("“%(title)s” (%(sure)d %% sure)") % {"title": title, "sure": sure} for title, sure in found)
    yield _("Found in your knowledge: %(entries)s.") % {"entries": entries}


def _call(call: Call) -> str:
    values = {"provider": call.provider, "model": call.model, "seconds": seconds(call.ms)}
    if call.outcome == "ok":
        return _("%(provider)s (%(model)s) was asked and answered within %(seconds)s seconds.") % values
    failure = _("%(provider)s (%(model)s) was asked and failed after %(seconds)s seconds:") % values
    return f"{failure} {describe(call.outcome)}"


def _never_asked(trace: Trace, turn: Turn) -> Iterable[str]:
    """Providers that were passed over, or why none was asked at all."""
    asked = {call.provider for call in trace.calls}
    for failure in map(str, turn.failures):
        name, _colon, code = failure.rpartition(": ")
        if name not in asked:
            yield _("%(provider)s was passed over:") % {"provider": name} + f" {describe(code)}"
    if not trace.calls and not turn.failures and trace.decided in ("knowledge", "asked", "nobody"):
        yield _("No model was asked: none is set up, or today's answers are used up.")


def _taken(turn: Turn) -> Iterable[str]:
    if turn.tokens_in is not None and turn.tokens_out is not None:
        values = {"read": number_format(turn.tokens_in, 0), "written": number_format(turn.tokens_out, 0)}
        if turn.cost:
            yield _("It read %(read)s tokens and wrote %(written)s, for US$ %(cost)s.") % {**values, "cost": number_format(turn.cost.normalize())}
        else:
            yield _("It read %(read)s tokens and wrote %(written)s.") % values
    if turn.first_token_ms is not None:
        yield _("The first word came after %(seconds)s seconds.") % {"seconds": seconds(turn.first_token_ms)}


def _end(trace: Trace, turn: Turn) -> Iterable[str]:
    if trace.decided == "knowledge":
        yield _("From %(percent)d %% on, an entry is given as the answer as it stands.") % {"percent": round(ANSWER_AT * 100)}
    if trace.decided == "asked":
        yield _("Several entries were near and none was certain, so the visitor was asked which one is meant.")
    if trace.decided == "nobody":
        yield _("Nothing was certain enough, so the question was passed on to your team.")
    if turn.state == Turn.State.STOPPED:
        yield _("The visitor stopped the answer.")
    if turn.attempts > 1:
        yield ngettext("It took %(number)d attempt.", "It took %(number)d attempts.", turn.attempts) % {"number": turn.attempts}
    yield _("In all it took %(seconds)s seconds.") % {"seconds": seconds(trace.ms)}


def seconds(ms: int) -> str:
    """Two digits that mean something: 0.04, 1.3, 12."""
    return number_format(ms / 1000, 2 if ms < 1000 else 1 if ms < 10_000 else 0)
