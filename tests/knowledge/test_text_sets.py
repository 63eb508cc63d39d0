"""The search holds on larger, harder question sets: floors stand a little below what was measured on the halves that nothing was tuned with."""

from collections.abc import Callable

import pytest

from tests.knowledge.text_sets import NAMES, load, misspelt, others, read_set
from widget.knowledge.evaluation import Outcome, ask, figures
from widget.knowledge.search import ANSWER_AT
from widget.sites.models import Site

pytestmark = pytest.mark.django_db


def asked(name: str, held_out: bool, *kinds: str, typos: bool = False) -> list[Outcome]:
    questions = read_set(name)
    site, names = load(questions)
    queries = questions.queries(held_out, *kinds)
    return [ask(site, misspelt(query) if typos and query.relevant else query, names) for query in queries]


def test_the_sets_hold_more_than_four_hundred_questions_and_each_half_has_its_share() -> None:
    every = [one for name in NAMES for one in read_set(name).asked]
    assert len(every) > 500
    assert sum(one.held_out for one in every) / len(every) == pytest.approx(0.5, abs=0.02)
    assert sum(not one.query.relevant for one in every) > 60


@pytest.mark.parametrize(
    ("name", "first", "among_three"),
    [
        ("articles", 0.67, 0.84),
        ("faq", 0.87, 0.95),
        ("bank", 0.65, 0.85),
        ("parts", 0.75, 0.88),
        ("vet", 0.46, 0.77),
        ("answers_en", 0.6, 0.8),
        ("help_en", 0.4, 0.75),
        ("wallet_en", 0.5, 0.73),
        ("jobs_en", 0.46, 0.63),
    ],
)
def test_questions_of_the_held_out_half_find_their_entry(name: str, first: float, among_three: float) -> None:
    result = figures(asked(name, True))
    assert result.recall_at_1 is not None and result.recall_at_1 >= first
    assert result.recall_at_3 is not None and result.recall_at_3 >= among_three


def test_slips_of_the_finger_cost_little() -> None:
    """Half of all longer words are misspelt."""
    plain = figures([one for name in NAMES for one in asked(name, True, "plain")])
    Site.objects.all().delete()
    typos = figures([one for name in NAMES for one in asked(name, True, "plain", typos=True)])
    assert plain.recall_at_3 is not None and typos.recall_at_3 is not None
    assert typos.recall_at_3 >= plain.recall_at_3 - 0.09


def test_few_questions_outside_the_knowledge_would_be_answered_where_nine_of_ten_others_are() -> None:
    shares = [figures(asked(name, True)).false_answers_at_90 for name in NAMES]
    assert sum(share or 0.0 for share in shares) / len(shares) <= 0.4


def test_nothing_outside_the_knowledge_is_answered_and_little_is_answered_wrongly() -> None:
    outcomes = [one for name in NAMES for held_out in (False, True) for one in _asked_once(name, held_out)]
    result = figures(outcomes)
    assert result.answered_falsely is not None and result.answered_falsely <= 0.02
    assert result.answered_wrong is not None and result.answered_wrong <= 0.06
    assert result.answered_right is not None and result.answered_right >= 0.25


def _asked_once(name: str, held_out: bool) -> list[Outcome]:
    Site.objects.all().delete()
    return asked(name, held_out)


@pytest.mark.parametrize("name", ["faq", "bank"])
def test_the_confidence_does_not_hang_on_the_size_of_the_knowledge(name: str, full_count: Callable[[int, int], int]) -> None:
    """The same questions beside 10 entries about other things, and beside a thousand (in `make promises` twenty thousand)."""
    questions = read_set(name)
    sizes = []
    for number in (10, full_count(1_000, 20_000)):
        site, names = load(questions, f"{name}-{number}")
        others(site, number)
        sizes.append([ask(site, one.query, names).confidence for one in questions.asked])
    few, many = sizes
    assert sum(abs(one - other) for one, other in zip(few, many, strict=True)) / len(few) <= 0.06
    assert sum((one >= ANSWER_AT) != (other >= ANSWER_AT) for one, other in zip(few, many, strict=True)) <= 0.06 * len(few)
