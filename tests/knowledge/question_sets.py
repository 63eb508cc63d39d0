"""Question sets for the search: read from the files beside this module, asked, and counted.

`questions.jsonl` asks the demo shop ({text, relevant: [slugs], kind}); `sets/*.json` hold a small clinic and a language school with their own
questions, so that nothing is tuned to a shop. An empty list means: should not be answered. Kind "either": an answer is as right as none.

"later" questions were written when the search stood, and its constants were then set with them in view. "unseen" ones were written last and asked
once, with everything set: R@1 .92, R@3 .98, 84 % answered rightly, 2 of 49 wrongly, 1 of 15 open ones falsely (then "batuk" was made a known word).
"""

import json
from dataclasses import dataclass
from pathlib import Path

from widget.embed.demo.loader import load_demo
from widget.knowledge.models import Entry
from widget.knowledge.search import ANSWER_AT, search
from widget.sites.models import Site

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Question:
    text: str
    relevant: frozenset[str]
    kind: str = ""


@dataclass
class Outcome:
    """How a set of questions went; the names of measures are those of the field."""

    answerable: int = 0
    first: int = 0
    among_three: int = 0
    answered_right: int = 0
    answered_wrong: int = 0
    open_questions: int = 0
    answered_falsely: int = 0

    @property
    def recall_at_1(self) -> float:
        return self.first / self.answerable

    @property
    def recall_at_3(self) -> float:
        return self.among_three / self.answerable

    @property
    def right_share(self) -> float:
        return self.answered_right / self.answerable


def shop_questions(*kinds: str) -> list[Question]:
    rows = [json.loads(line) for line in (FOLDER / "questions.jsonl").read_text("utf-8").splitlines()]
    return [Question(row["text"], frozenset(row["relevant"]), row["kind"]) for row in rows if not kinds or row["kind"] in kinds]


def load_shop() -> tuple[Site, dict[int, str]]:
    """The demo shop, and the slug of each of its entries."""
    site = Site.objects.create(key="shop", name="Toko Rinjing")
    load_demo(site, "https://shop.example/")
    return site, {entry.pk: entry.url.partition("#")[2] for entry in Entry.objects.of_site(site.pk)}


def load_set(name: str) -> tuple[Site, dict[int, str], list[Question]]:
    """A site with the entries of a set, the id of each of them, and the questions."""
    content = json.loads((FOLDER / "sets" / f"{name}.json").read_text("utf-8"))
    site = Site.objects.create(key=name, name=name, language=content["language"])
    names = {}
    for row in content["entries"]:
        entry = Entry.objects.create(site=site, title=row["title"], answer=row["answer"], other_ways="\n".join(row["ask"]), language=content["language"])
        names[entry.pk] = row["id"]
    return site, names, [Question(row["text"], frozenset(row["relevant"])) for row in content["questions"]]


def ask(site: Site, names: dict[int, str], questions: list[Question]) -> Outcome:
    outcome = Outcome()
    for question in questions:
        found = search(site.pk, question.text, 3)
        answered = bool(found) and found[0].confidence >= ANSWER_AT
        if not question.relevant:
            outcome.open_questions += 1
            outcome.answered_falsely += answered
            continue
        right = [names[one.entry_id] in question.relevant for one in found]
        outcome.answerable += 1
        outcome.first += right[:1] == [True]
        outcome.among_three += any(right)
        outcome.answered_right += answered and right[0]
        outcome.answered_wrong += answered and not right[0]
    return outcome
