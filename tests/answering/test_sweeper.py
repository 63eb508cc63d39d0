"""Turns whose holder went silent are answered by somebody else, after the lease and not before it, and never twice."""

import asyncio
from collections.abc import Callable

import pytest
from django.contrib.auth import get_user_model
from pytest_django.fixtures import Settings

from tests.answering.conftest import KNOWN
from tests.answering.notebook import Notebook, ask, left_by_a_dead_process, turn_of
from tests.fakes.model_server import ModelServer
from tests.waiting import soon
from widget.answering import runner as runner_module
from widget.answering import sweeper as sweeper_module
from widget.answering.runner import Runner, runner
from widget.answering.sweeper import Sweeper
from widget.conversations import takeover, turns
from widget.conversations.models import Conversation, Message, Turn
from widget.conversations.turns import Partial
from widget.lib import database
from widget.providers.models import Provider
from widget.sites.models import Site

AddModel = Callable[[str], Provider]


class Clock:
    """The sweeper's own monotonic clock, moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(sweeper_module, "time", clock)
    return clock


def answers() -> int:
    return Message.objects.filter(author="assistant").count()


async def test_a_beat_seen_unchanged_for_the_lease_is_taken_over_and_not_a_moment_earlier(
    site: Site, notebook: Notebook, clock: Clock, settings: Settings
) -> None:
    claim = await database.write(left_by_a_dead_process, site.pk, "ongkir ke bandung berapa?")
    sweeper = Sweeper(runner)
    for passed in (0.0, settings.LEASE_SECONDS - 0.1):
        clock.now = 1000 + passed
        await sweeper.sweep()
        assert not runner.holds(claim.turn_id)
    clock.now = 1000 + settings.LEASE_SECONDS
    await sweeper.sweep()
    row = await notebook.answer()
    assert (row.text, row.id != claim.reply_id) == (KNOWN, True)
    turn = await turn_of(claim.conversation_id)
    assert (turn.state, turn.attempts, turn.fence) == ("done", 2, claim.fence + 1)


async def test_a_beat_that_moves_is_left_alone_for_ever(site: Site, notebook: Notebook, clock: Clock, settings: Settings) -> None:
    claim = await database.write(left_by_a_dead_process, site.pk, "ongkir ke bandung berapa?")
    sweeper = Sweeper(runner)
    for _ in range(5):
        await sweeper.sweep()
        clock.now += settings.LEASE_SECONDS
        await database.write(turns.save_partials, [Partial(claim.turn_id, claim.fence, claim.reply_id, "alive")])
    await sweeper.sweep()
    assert (await turn_of(claim.conversation_id)).holder == "dead" and notebook.rows == []


async def test_own_running_answers_are_not_taken_over(
    site: Site, notebook: Notebook, add_model: AddModel, model_server: ModelServer, clock: Clock, settings: Settings
) -> None:
    await database.write(add_model, "slow-first:0.3+tokens:3")
    await ask(site, "Apa kabar?")
    sweeper = Sweeper(runner)
    for _ in range(3):
        await sweeper.sweep()
        clock.now += settings.LEASE_SECONDS
    await notebook.answer()
    assert (model_server.calls("model-0"), await database.read(answers)) == (1, 1)


async def test_the_only_process_takes_everything_at_once_when_it_starts(site: Site, notebook: Notebook) -> None:
    for _ in range(5):
        await database.write(left_by_a_dead_process, site.pk, "ongkir ke bandung berapa?")
    sweeper = Sweeper(runner)
    await sweeper.start(sole=True)
    for _ in range(5):
        await notebook.answer()
    await sweeper.stop()
    assert await database.read(answers) == 5


async def test_one_of_several_processes_waits_for_the_lease_when_it_starts(site: Site, notebook: Notebook) -> None:
    claim = await database.write(left_by_a_dead_process, site.pk, "ongkir ke bandung berapa?")
    sweeper = Sweeper(runner)
    await sweeper.start(sole=False)
    await sweeper.sweep()
    await sweeper.stop()
    assert (await turn_of(claim.conversation_id)).holder == "dead"


async def test_two_processes_that_see_the_same_silence_give_one_answer(site: Site, notebook: Notebook, clock: Clock, settings: Settings) -> None:
    await database.write(left_by_a_dead_process, site.pk, "ongkir ke bandung berapa?")
    other = Runner()
    sweepers = [Sweeper(runner), Sweeper(other)]
    for sweeper in sweepers:
        await sweeper.sweep()
    clock.now += settings.LEASE_SECONDS
    await asyncio.gather(*(sweeper.sweep() for sweeper in sweepers))
    await notebook.answer()
    await asyncio.gather(runner.drain(), other.drain())
    assert (await database.read(answers), notebook.rows) == (1, [])


async def test_a_holder_that_wakes_up_after_it_was_replaced_writes_nothing(site: Site, notebook: Notebook, add_model: AddModel) -> None:
    """The first process is frozen past its lease; the second answers; the first goes on (R09)."""
    await database.write(add_model, "slow-first:0.4+text:Terlambat.")
    stored = await ask(site, "ongkir ke bandung berapa?")
    await database.write(lambda: Provider.objects.all().delete())
    other = Runner()
    assert stored.claim is not None
    head = next(head for head in await database.read(turns.unfinished_heads) if head.turn_id == stored.claim.turn_id)
    claim = await database.write(turns.take_over, head, other.holder)
    assert claim is not None
    other.start(claim, None, None, reserved=False)
    await other.drain()
    await runner.drain()
    texts = await database.read(lambda: list(Message.objects.filter(author="assistant").values_list("client_id", flat=True)))
    assert texts == [claim.reply_id]


async def test_a_new_attempt_writes_a_new_text_under_a_new_id(site: Site, notebook: Notebook, add_model: AddModel) -> None:
    await database.write(add_model, "text:Teks baru.")
    claim = await database.write(left_by_a_dead_process, site.pk, "Apa kabar?", 1, "Teks lama yang setengah")
    sweeper = Sweeper(runner)
    await sweeper.start(sole=True)
    row = await notebook.answer()
    await sweeper.stop()
    assert (row.text, row.id) == ("Teks baru.", notebook.ids[0])
    assert row.id != claim.reply_id


async def test_a_question_that_brought_down_every_attempt_is_not_given_to_a_model_again(
    site: Site, notebook: Notebook, add_model: AddModel, model_server: ModelServer, settings: Settings
) -> None:
    await database.write(add_model, "tokens:3")
    for attempts, text in [(settings.TURN_ATTEMPTS - 1, "masih boleh"), (settings.TURN_ATTEMPTS, "ongkir ke bandung berapa?")]:
        await database.write(left_by_a_dead_process, site.pk, text, attempts)
    sweeper = Sweeper(runner)
    await sweeper.start(sole=True)
    rows = [await notebook.answer() for _ in range(2)]
    await sweeper.stop()
    assert {row.answered_by for row in rows} == {"model", "knowledge"} and model_server.calls("model-0") == 1


async def test_questions_queued_behind_a_dead_one_are_answered_after_it(site: Site, notebook: Notebook) -> None:
    claim = await database.write(left_by_a_dead_process, site.pk, "ongkir ke bandung berapa?")
    await ask(site, "ongkir ke bandung berapa?", claim.conversation)
    sweeper = Sweeper(runner)
    await sweeper.start(sole=True)
    rows = [await notebook.answer() for _ in range(2)]
    await sweeper.stop()
    assert [row.seq for row in rows] == [3, 4]
    await soon(lambda: not runner.holds(claim.turn_id))
    assert not await database.read(lambda: Turn.objects.exclude(state="done").exists())


async def test_a_question_whose_every_attempt_broke_gets_an_honest_sentence_and_a_person(
    site: Site, notebook: Notebook, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the search is gone")

    monkeypatch.setattr(runner_module, "make_plan", broken)
    await database.write(left_by_a_dead_process, site.pk, "ongkir ke bandung berapa?", settings.TURN_ATTEMPTS + 1)
    sweeper = Sweeper(runner)
    await sweeper.start(sole=True)
    row = await notebook.answer()
    await sweeper.stop()
    assert row.answered_by == "" and await database.read(lambda: Conversation.objects.get().handler) == "waiting"


async def test_a_question_handed_back_to_the_assistant_is_answered_within_two_looks(site: Site, notebook: Notebook, clock: Clock) -> None:
    person = await database.write(lambda: get_user_model().objects.create_user("sari", first_name="Sari"))
    claim = await database.write(left_by_a_dead_process, site.pk, "halo, ada orang?")
    await database.write(takeover.reply_as_operator, claim.conversation_id, person, "Halo, Kak.")
    await ask(site, "ongkir ke bandung berapa?", claim.conversation)
    await database.write(takeover.hand_back, claim.conversation_id, person)
    sweeper = Sweeper(runner)
    await sweeper.sweep()
    clock.now += sweeper_module.LOOK_EVERY_SECONDS
    await sweeper.sweep()
    assert (await notebook.answer()).answered_by == "knowledge"
