"""What would happen to a sentence: the rule that fires, or the knowledge that answers, and what lies near. Called by the try-out page of the admin.

Asks rules/ and knowledge/ exactly as pipeline.py does; sends nothing and keeps nothing.
"""

from dataclasses import dataclass

from widget.knowledge.search import Found, choices_for, direct_answers, search
from widget.rules.match import RuleAnswer, match
from widget.sites.models import Site

NEAREST = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """`rule` answers first; else `answers`, the entries shown as they stand; else the visitor chooses from `choices`; with none, a model or a person.

    `nearest`: what a model would read.
    """

    rule: RuleAnswer | None
    answers: tuple[Found, ...]
    nearest: tuple[Found, ...]
    choices: tuple[Found, ...] = ()


def try_out(site: Site, sentence: str) -> Verdict:
    rule = match(site.pk, sentence, site.language, site.address_form)
    answers = tuple(direct_answers(site.pk, sentence, site.language))
    answered = {answer.entry_id for answer in answers}
    nearest = tuple(found for found in search(site.pk, sentence, NEAREST, site.language) if found.entry_id not in answered)
    choices = () if answers else tuple(choices_for(site.pk, sentence, site.language))
    return Verdict(rule, answers, nearest, choices)
