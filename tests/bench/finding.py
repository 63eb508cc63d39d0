"""How well the search finds, on the question sets of tests/knowledge/sets: every second question was held out while the search was tuned.

Called by __main__.py as `finding`. The questions are ours; the goals are those of the project for question sets that are not in this repository, so a row
without a goal is here to be watched. Runs in a database of its own; the times are those of one search in a knowledge base of this size.
"""

from typing import Any

from tests.bench.processes import run_python
from tests.bench.report import Row
from tests.bench.scenarios import Bench

_ASK = """
import json
from tests.knowledge.question_sets import load_shop, shop_questions
from tests.knowledge.text_sets import NAMES, load, misspelt, others, read_set
from widget.knowledge.evaluation import Query, ask, figures

def told(outcomes):
    return figures(outcomes).as_figures()

found, slips, slang = {{}}, {{True: [], False: []}}, {{True: [], False: []}}
for name in NAMES:
    questions = read_set(name)
    site, names = load(questions)
    for held_out in (False, True):
        found[f"{{name}} {{held_out}}"] = told([ask(site, query, names) for query in questions.queries(held_out, "plain")])
        chosen = [one for one in questions.asked if one.held_out == held_out]
        slips[held_out] += [ask(site, misspelt(one.query), names) for one in chosen if one.kind == "plain" and name in ("articles", "faq", "bank", "parts")]
        slips[held_out] += [ask(site, one.query, names) for one in chosen if one.kind == "typo"]
        slang[held_out] += [ask(site, one.query, names) for one in chosen if one.kind == "slang"]
for held_out in (False, True):
    found[f"typos {{held_out}}"], found[f"slang {{held_out}}"] = told(slips[held_out]), told(slang[held_out])
site, slugs = load_shop()
names = {{number: frozenset({{slug}}) for number, slug in slugs.items()}}
found["shop"] = told([ask(site, Query(one.text, one.text, one.relevant), names) for one in shop_questions()])
sizes = {{}}
for number in {sizes}:
    questions = read_set("bank")
    site, names = load(questions, f"bank-{{number}}")
    others(site, number)
    outcomes = [ask(site, one.query, names) for one in questions.asked]
    sizes[number] = [told(outcomes)["false_answers@90"], [one.confidence for one in outcomes]]
print(json.dumps([found, sizes]))
"""
# What, its measure, the goal where it is one of the project's.
_GOALS = (
    ("articles", "help-centre articles", "recall@3", 0.8),
    ("faq", "short FAQ", "recall@1", 0.87),
    ("faq", "short FAQ", "recall@3", 0.97),
    ("bank", "bank products", "recall@3", None),
    ("slang", "slang", "recall@1", 0.85),
    ("slang", "slang", "recall@3", 0.94),
    ("typos", "typos, half of the longer words misspelt", "recall@3", 0.88),
    ("parts", "parts shop", "recall@3", 0.78),
    ("vet", "veterinary clinic, half of it in slang", "recall@3", None),
    ("answers_en", "English paraphrases against answers", "recall@3", 0.75),
    ("help_en", "English help pages", "recall@3", None),
    ("wallet_en", "77 near-duplicate English topics", "recall@3", 0.78),
    ("jobs_en", "English help pages of a program for tradespeople", "recall@3", None),
)
_SETS = tuple(dict.fromkeys(goal[0] for goal in _GOALS if goal[0] not in ("slang", "typos")))
MOST_FALSE = 0.4


def finding(bench: Bench) -> list[Row]:
    """Both halves; the goal stands at the one that was held out."""
    sizes = (10, 1_000) if bench.quick else (10, 1_000, 20_000)
    found, by_size = run_python(_ASK.format(sizes=sizes), bench.installation("finding", with_model=False).server.env)
    rows = []
    for name, title, measure, goal in _GOALS:
        rows.append(Row(f"{title}: {measure}, held out", "", found[f"{name} True"][measure], None, goal, more_is_better=True))
        rows.append(Row("  the half that it was tuned with", "", found[f"{name} False"][measure]))
    shop = found["shop"]
    rows += [
        Row(f"the demo shop's older questions, in view when it was tuned: {name}", "", shop[name]) for name in ("recall@1", "recall@3", "false_answers@90")
    ]
    for half, held_out in (("held out", True), ("tuned with", False)):
        shares = [found[f"{name} {held_out}"]["false_answers@90"] or 0.0 for name in _SETS]
        rows.append(Row(f"false answers at 90 % answered, mean of {len(shares)} sets, {half}", "", sum(shares) / len(shares), None, MOST_FALSE))
    return rows + _by_size(by_size)


def _by_size(by_size: dict[str, Any]) -> list[Row]:
    """The same questions beside more and more entries about other things."""
    (_, (_, alone)), *more = by_size.items()
    rows = []
    for number, (share, confidences) in more:
        moved = sum(abs(one - other) for one, other in zip(alone, confidences, strict=True)) / len(alone)
        rows.append(Row(f"confidence beside {int(number):,} other entries against 10: moved by, on average", "", moved, None, 0.1))
        rows.append(Row("  false answers at 90 % answered", "", share))
    return rows
