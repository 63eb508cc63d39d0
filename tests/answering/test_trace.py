"""What is kept of the way to an answer, so that an owner can be told why."""

import json
import time

from tests.answering.notebook import Notebook, ask, turn_of
from tests.answering.test_runner import AddModel, set_up
from widget.conversations.trace import Call, Seen, Trace, pack, unpack
from widget.lib import database
from widget.rules.models import Rule
from widget.sites.models import Site


async def trace_of(site: Site, notebook: Notebook, question: str) -> Trace:
    stored = await ask(site, question)
    await notebook.answer()
    trace = unpack((await turn_of(stored.conversation_id)).trace)
    assert trace is not None
    return trace


async def test_a_models_answer_keeps_what_was_found_who_failed_and_who_answered(site: Site, notebook: Notebook, add_model: AddModel) -> None:
    await set_up(add_model, "status:500", "tokens:3")
    trace = await trace_of(site, notebook, "ongkir ke Bandung berapa?")
    assert trace.decided == "model" and [one.title for one in trace.found] == ["Berapa ongkir ke Bandung?"] and trace.found[0].confidence > 0.5
    assert [(call.provider, call.outcome) for call in trace.calls] == [("model-0", "server_error"), ("model-1", "ok")]
    assert 0 <= trace.calls[1].ms <= trace.ms


async def test_every_model_failing_leaves_the_own_answer_and_each_failure(site: Site, notebook: Notebook, add_model: AddModel) -> None:
    await set_up(add_model, "status:401")
    trace = await trace_of(site, notebook, "ongkir ke Bandung berapa?")
    assert trace.decided == "knowledge" and [call.outcome for call in trace.calls] == ["unauthorized"]


async def test_a_rules_answer_is_kept_as_one(site: Site, notebook: Notebook) -> None:
    await database.write(lambda: Rule.objects.create(site=site, name="Salam", phrases="halo", answer="Halo {you}!").pk)
    assert (await trace_of(site, notebook, "halo")).decided == "rule"


async def test_a_wish_for_a_person_is_kept_as_one(site: Site, notebook: Notebook) -> None:
    trace = await trace_of(site, notebook, "mau bicara dengan orang")
    assert (trace.decided, trace.found, trace.calls) == ("wish", (), ())


async def test_a_question_nothing_answers_is_kept_as_passed_on(site: Site, notebook: Notebook) -> None:
    assert (await trace_of(site, notebook, "apakah kalian menjual traktor?")).decided == "nobody"


def test_what_was_packed_is_unpacked_and_anything_else_is_nothing() -> None:
    trace = Trace("model", (Seen("Ongkir “jauh”", 0.87),), (Call("Groq", "llama", "ok", 812),), 901)
    assert unpack(json.loads(pack(trace))) == trace
    for stored in (None, {}, [], "x", {"d": "model"}, {"d": "model", "f": [[1]], "c": [], "ms": 1}, {"d": "m", "f": [], "c": [["a"]], "ms": 1}):
        assert unpack(stored) is None
    assert len(pack(Trace("model", (Seen("x" * 200, 0.5),) * 5))) < 600


def test_keeping_it_costs_an_answer_next_to_nothing() -> None:
    """An answer takes some 3.7 ms of CPU; this is far below one hundredth of it."""
    trace = Trace("model", (Seen("Berapa ongkos kirim ke luar Jawa?", 0.87),) * 5, (Call("Groq", "llama-3.3-70b", "ok", 812),) * 2, 901)
    began = time.process_time()
    for _time in range(200):
        pack(trace)
    assert (time.process_time() - began) / 200 < 0.000_2
