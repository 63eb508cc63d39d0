"""A question on its way to its one answer: streamed, failed over, stopped, taken over by a person, capped, interrupted."""

import asyncio
import threading
from collections.abc import Callable

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django_tasks_db.models import DBTaskResult
from pytest_django.fixtures import Settings

from tests.answering.conftest import KNOWN
from tests.answering.notebook import Notebook, ask, turn_of
from tests.fakes.model_server import ModelServer
from tests.waiting import soon
from widget.answering import runner as runner_module
from widget.answering.models import AnswerCount
from widget.answering.prompt import HANDOVER_MARK
from widget.answering.runner import runner
from widget.conversations import takeover
from widget.conversations.models import Conversation, Message, Turn
from widget.lib import database
from widget.providers.models import Provider
from widget.rules.models import Rule
from widget.sites.models import Site

AddModel = Callable[[str], Provider]
FOREVER = "tokens:5000@50"


async def set_up(add_model: AddModel, *scripts: str) -> None:
    for script in scripts:
        await database.write(add_model, script)


def authors(conversation_id: int) -> list[str]:
    return list(Message.objects.filter(conversation_id=conversation_id).order_by("seq").values_list("author", flat=True))


async def handler_of(conversation_id: int) -> str:
    return await database.read(lambda: Conversation.objects.get(pk=conversation_id).handler)


# -- which way a question goes ---------------------------------------------------------------------------------------------
async def test_the_models_answer_is_shown_as_it_comes_and_stored_as_it_was_shown(site: Site, notebook: Notebook, add_model: AddModel) -> None:
    await set_up(add_model, "tokens:12@100")
    stored = await ask(site, "Apa kabar tokonya?")
    await soon(lambda: notebook.shown)
    row = await notebook.answer()
    turn = await turn_of(stored.conversation_id)
    assert (row.seq, row.author, row.answered_by, row.id) == (2, "assistant", "model", notebook.ids[-1])
    assert (turn.state, turn.answer_seq, turn.provider, turn.attempts, turn.partial) == ("done", 2, "model-0", 1, "")
    assert turn.tokens_out == 12 and turn.first_token_ms is not None


async def test_a_rule_answers_before_any_model(site: Site, notebook: Notebook, add_model: AddModel, model_server: ModelServer) -> None:
    await set_up(add_model, "tokens:3")
    await database.write(lambda: Rule.objects.create(site=site, name="Salam", phrases="halo", answer="Halo {you}!").pk)
    await ask(site, "halo")
    row = await notebook.answer()
    assert (row.answered_by, row.text, [source.title for source in row.sources]) == ("rule", "Halo Kak!", ["Salam"])
    assert not model_server.requests
    assert await database.read(lambda: sum(AnswerCount.objects.values_list("used", flat=True))) == 0


async def test_without_a_model_own_knowledge_answers_with_its_source(site: Site, notebook: Notebook) -> None:
    await ask(site, "ongkir ke bandung berapa?")
    row = await notebook.answer()
    assert (row.answered_by, row.text, row.sources[0].url) == ("knowledge", KNOWN, "https://toko.example/ongkir")


async def test_what_nobody_can_answer_gets_an_honest_sentence_and_waits_for_a_person(site: Site, notebook: Notebook) -> None:
    stored = await ask(site, "apakah kucing bisa terbang?")
    row = await notebook.answer()
    assert (row.answered_by, row.sources, bool(row.text)) == ("", (), True)
    assert await handler_of(stored.conversation_id) == "waiting"
    assert await database.read(DBTaskResult.objects.count) == 1


async def test_a_model_that_asks_for_a_person_never_shows_its_mark(site: Site, notebook: Notebook, add_model: AddModel) -> None:
    await set_up(add_model, f"text:{HANDOVER_MARK}")
    stored = await ask(site, "apakah kucing bisa terbang?")
    row = await notebook.answer()
    assert HANDOVER_MARK not in row.text and row.text
    assert await handler_of(stored.conversation_id) == "waiting"


# -- models that fail -------------------------------------------------------------------------------------------------------
async def test_the_next_model_answers_in_place_of_one_that_fails_at_once(site: Site, notebook: Notebook, add_model: AddModel) -> None:
    await set_up(add_model, "status:401", "tokens:4")
    stored = await ask(site, "Apa kabar?")
    row = await notebook.answer()
    turn = await turn_of(stored.conversation_id)
    assert (row.answered_by, turn.provider, len(turn.failures)) == ("model", "model-1", 1)
    # Nothing had been shown, so nothing was taken back.
    assert (notebook.codes, len(notebook.ids)) == ([], 1)
    assert await database.read(DBTaskResult.objects.count) == 1


async def test_what_a_broken_model_had_shown_is_withdrawn_and_the_next_one_begins_anew(site: Site, notebook: Notebook, add_model: AddModel) -> None:
    await set_up(add_model, "tokens:40@100+cut-after:20", "text:Jawaban utuh.")
    await ask(site, "Apa kabar?")
    row = await notebook.answer()
    assert row.text == "Jawaban utuh."
    assert len(notebook.codes) == 1 and len(set(notebook.ids)) == 2 and row.id == notebook.ids[-1]


@pytest.mark.parametrize("script", ["status:500", "tokens:40@200+cut-after:20", "tokens:40+garbage-after:10", "html"])
async def test_after_the_last_model_own_knowledge_answers(site: Site, notebook: Notebook, add_model: AddModel, script: str) -> None:
    await set_up(add_model, script, "status:402")
    stored = await ask(site, "ongkir ke bandung berapa?")
    row = await notebook.answer()
    assert (row.answered_by, row.text, row.sources[0].url) == ("knowledge", KNOWN, "https://toko.example/ongkir")
    assert len((await turn_of(stored.conversation_id)).failures) == 2
    assert notebook.shown == ""


async def test_after_the_last_model_what_is_not_known_waits_for_a_person(site: Site, notebook: Notebook, add_model: AddModel) -> None:
    await set_up(add_model, "status:503")
    stored = await ask(site, "apakah kucing bisa terbang?")
    assert (await notebook.answer()).text
    assert await handler_of(stored.conversation_id) == "waiting"


# -- the caps ----------------------------------------------------------------------------------------------------------------
async def test_above_the_cap_own_knowledge_answers_and_no_model_is_asked(
    site: Site, notebook: Notebook, add_model: AddModel, model_server: ModelServer, settings: Settings
) -> None:
    settings.ANSWERS_PER_VISITOR_DAY = 1
    await set_up(add_model, "tokens:3")
    stored = await ask(site, "satu")
    await notebook.answer()
    await ask(site, "ongkir ke bandung berapa?", await public_id(stored.conversation_id))
    row = await notebook.answer()
    assert (row.answered_by, model_server.calls("model-0")) == ("knowledge", 1)


async def public_id(conversation_id: int) -> str:
    return await database.read(lambda: Conversation.objects.get(pk=conversation_id).public_id)


async def test_many_visitors_at_once_ask_the_model_no_more_often_than_the_cap(
    site: Site, notebook: Notebook, add_model: AddModel, model_server: ModelServer, settings: Settings
) -> None:
    settings.ANSWERS_PER_SITE_DAY = 5
    await set_up(add_model, "text:ya")
    await asyncio.gather(*(ask(site, f"pertanyaan {number}") for number in range(20)))
    rows = []
    while len(rows) < 20:
        rows.append(await notebook.answer())
    assert (model_server.calls("model-0"), [row.answered_by for row in rows].count("model")) == (5, 5)


# -- stop ----------------------------------------------------------------------------------------------------------------------
async def test_stopping_keeps_what_was_said_and_hangs_up_on_the_model(site: Site, notebook: Notebook, add_model: AddModel, model_server: ModelServer) -> None:
    await set_up(add_model, FOREVER)
    stored = await ask(site, "Ceritakan semua")
    await soon(lambda: len(notebook.shown) > 20)
    assert runner.stop(await public_id(stored.conversation_id))
    shown = notebook.shown
    row = await notebook.answer()
    assert (row.text, row.answered_by) == (shown.rstrip(), "model")
    assert (await turn_of(stored.conversation_id)).state == "stopped"
    await soon(lambda: model_server.streaming == 0)


async def test_stopping_before_the_first_word_gives_a_short_line(site: Site, notebook: Notebook, add_model: AddModel) -> None:
    await set_up(add_model, "stall")
    stored = await ask(site, "Ceritakan semua")
    await soon(lambda: notebook.ids)
    runner.stop(await public_id(stored.conversation_id))
    row = await notebook.answer()
    assert row.text and (await turn_of(stored.conversation_id)).state == "stopped"


async def test_a_wish_to_stop_that_another_process_heard_is_found_at_the_next_save(site: Site, notebook: Notebook, add_model: AddModel) -> None:
    await set_up(add_model, FOREVER)
    stored = await ask(site, "Ceritakan semua")
    await soon(lambda: len(notebook.shown) > 5)
    await database.write(lambda: Turn.objects.filter(conversation_id=stored.conversation_id).update(stop_requested=True))
    row = await notebook.answer(3)
    assert row.text and (await turn_of(stored.conversation_id)).state == "stopped"


# -- a person -------------------------------------------------------------------------------------------------------------------
async def test_once_a_person_replied_the_model_falls_silent_and_leaves_no_row(
    site: Site, notebook: Notebook, add_model: AddModel, model_server: ModelServer, person: AbstractBaseUser
) -> None:
    await set_up(add_model, FOREVER)
    stored = await ask(site, "Ceritakan semua")
    await soon(lambda: len(notebook.shown) > 20)
    await database.write(takeover.reply_as_operator, stored.conversation_id, person, "Saya bantu ya")
    await soon(lambda: notebook.codes, 1)
    assert notebook.shown == ""
    await soon(lambda: model_server.streaming == 0, 1)
    assert await database.read(authors, stored.conversation_id) == ["visitor", "operator"]
    assert (await turn_of(stored.conversation_id)).state == "yielded"


@pytest.mark.sqlite  # where one thread writes
async def test_an_answer_that_ends_in_the_moment_of_the_takeover_is_refused(
    site: Site, notebook: Notebook, add_model: AddModel, model_server: ModelServer, person: AbstractBaseUser
) -> None:
    """The person's row and the model's wait for the database side by side, and are written in one go."""
    await set_up(add_model, "tokens:10@50")
    stored = await ask(site, "Ceritakan semua")
    await soon(lambda: notebook.shown)
    held, let_go = threading.Event(), threading.Event()
    holding = asyncio.ensure_future(database.write(lambda: (held.set(), let_go.wait(10))))
    await soon(held.is_set)
    taking = asyncio.ensure_future(database.write(takeover.reply_as_operator, stored.conversation_id, person, "Saya bantu ya"))
    await soon(lambda: model_server.streaming == 0)
    await soon(lambda: database._threads().writing.qsize() >= 2)
    let_go.set()
    await asyncio.gather(holding, taking)
    await soon(lambda: notebook.codes)
    assert await database.read(authors, stored.conversation_id) == ["visitor", "operator"]


# -- one after the other, and interrupted ---------------------------------------------------------------------------------------
async def test_questions_of_one_conversation_are_answered_one_after_the_other(site: Site, notebook: Notebook, add_model: AddModel) -> None:
    await set_up(add_model, "tokens:10@100")
    first = await ask(site, "satu")
    name = await public_id(first.conversation_id)
    for text in ("dua", "tiga"):
        assert (await ask(site, text, name)).claim is None
    rows = [await notebook.answer() for _ in range(3)]
    assert [row.seq for row in rows] == [4, 5, 6]
    turns = await database.read(lambda: list(Turn.objects.order_by("question_seq").values_list("state", "answer_seq", "attempts")))
    assert turns == [("done", 4, 1), ("done", 5, 1), ("done", 6, 1)]


async def test_the_text_so_far_is_saved_again_and_again(site: Site, notebook: Notebook, add_model: AddModel, settings: Settings) -> None:
    await set_up(add_model, FOREVER)
    stored = await ask(site, "Ceritakan semua")
    turn = await turn_of(stored.conversation_id)
    for _ in range(3):
        # More than was saved is on the screen, and soon that is saved too.
        await soon(lambda: len(notebook.shown) > len(turn.partial))
        shown = notebook.shown
        async with asyncio.timeout(settings.PARTIAL_SAVE_SECONDS + 1):
            while not (turn := await turn_of(stored.conversation_id)).partial.startswith(shown):
                pass
    assert turn.beat >= 3 and turn.reply_id == notebook.ids[-1]
    runner.stop(await public_id(stored.conversation_id))


async def test_an_answer_that_breaks_on_our_side_is_withdrawn_and_left_for_another_attempt(
    site: Site, notebook: Notebook, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(runner_module, "make_plan", lambda *arguments: 1 / 0)
        stored = await ask(site, "ongkir ke bandung berapa?")
        await soon(lambda: not runner.holds(stored.claim.turn_id if stored.claim else 0))
    assert (await turn_of(stored.conversation_id)).state == "running"
    assert "could not be answered" in caplog.text


async def test_stopping_the_server_saves_the_half_answer_and_leaves_the_duty(site: Site, notebook: Notebook, add_model: AddModel) -> None:
    await set_up(add_model, FOREVER)
    stored = await ask(site, "Ceritakan semua")
    await soon(lambda: len(notebook.shown) > 20)
    shown = notebook.shown
    await runner.drain(0.01)
    turn = await turn_of(stored.conversation_id)
    assert turn.state == "running" and turn.partial.startswith(shown)
    assert await database.read(authors, stored.conversation_id) == ["visitor"]
