"""Search on PostgreSQL ranks as search on SQLite does: the same questions to both stored indexes. Run by `make test-scaled`."""

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module

import pytest
from django.db.utils import ConnectionHandler

from tests.knowledge.question_sets import Question, load_set, load_shop, shop_questions
from tests.knowledge.text_sets import NAMES, load, read_set
from widget.knowledge import search
from widget.knowledge.index import indexing
from widget.knowledge.index.base import StoredIndex
from widget.knowledge.index.sqlite import SqliteIndex
from widget.knowledge.index.stored import stored
from widget.knowledge.models import Entry
from widget.knowledge.search import ANSWER_AT, Found
from widget.sites.models import Site

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
Asking = Callable[[StoredIndex, Site, str], list[Found]]


@pytest.fixture
def beside() -> Iterator[SqliteIndex]:
    """An index of SQLite in memory, beside the one of PostgreSQL."""
    connection = ConnectionHandler({"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})["default"]
    with connection.cursor() as cursor:
        for statement in import_module("widget.migrations.0002_search_index").SQLITE:
            cursor.execute(statement)
        # No sources here: what a site knows is what people wrote.
        cursor.execute("CREATE TABLE widget_source (id INTEGER PRIMARY KEY, site_id INTEGER, generation INTEGER, state TEXT)")
    yield SqliteIndex(connection)
    connection.close()


@pytest.fixture
def ask(beside: SqliteIndex, monkeypatch: pytest.MonkeyPatch) -> Asking:
    """Asks one of the two stored indexes, however small the site is. The one of SQLite holds what the other one holds."""
    monkeypatch.setattr(search, "COMPILED_UP_TO", 0)
    filed: set[int] = set()

    def ask_one(index: StoredIndex, site: Site, question: str) -> list[Found]:
        if site.pk not in filed:
            filed.add(site.pk)
            monkeypatch.setattr(indexing, "stored", beside)
            indexing.put(entry.as_document() for entry in Entry.objects.of_site(site.pk))
            monkeypatch.setattr(indexing, "stored", stored)
        monkeypatch.setattr(search, "stored", index)
        return search.search(site.pk, question, 3)

    return ask_one


def shop() -> tuple[Site, list[Question]]:
    return load_shop()[0], shop_questions()


def named_set(name: str) -> tuple[Site, list[Question]]:
    site, _, questions = load_set(name)
    return site, questions


def text_set(name: str) -> tuple[Site, list[Question]]:
    questions = read_set(name)
    return load(questions)[0], [Question(one.query.text, one.query.relevant) for one in questions.asked]


SETS: dict[str, Callable[[], tuple[Site, list[Question]]]] = {
    "shop": shop,
    "clinic": lambda: named_set("clinic"),
    "course": lambda: named_set("course"),
    **{name: partial(text_set, name) for name in NAMES},
}


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("cheap", [3_000, 5], ids=["any of the words", "all of the words first"])
def test_both_indexes_answer_the_same_questions_alike(ask: Asking, beside: SqliteIndex, name: str, cheap: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("widget.knowledge.index.filing.CHEAP_POSTINGS", cheap)
    site, questions = SETS[name]()
    first = order = answered = 0
    for question in questions:
        here, there = ask(stored, site, question.text), ask(beside, site, question.text)
        first += [one.entry_id for one in here[:1]] == [one.entry_id for one in there[:1]]
        order += [(one.entry_id, one.confidence) for one in here] == [(one.entry_id, one.confidence) for one in there]
        answered += [one.entry_id for one in here[:1] if one.confidence >= ANSWER_AT] == [one.entry_id for one in there[:1] if one.confidence >= ANSWER_AT]
    shares = {"first": first / len(questions), "order and confidence": order / len(questions), "answered": answered / len(questions)}
    # What is said is the same, but for one question of a small set; which entry comes third hangs on how an index chooses its candidates.
    assert min(shares["first"], shares["answered"]) >= min(0.99, 1 - 1 / len(questions)) and shares["order and confidence"] >= 0.85, shares
