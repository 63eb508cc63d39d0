"""What the assistant says when it has no answer of its own. Called by pipeline.py and runner.py on database threads.

Every sentence is honest about what happens next; the language is the conversation's. The site's form of address is offered
to every translation as %(you)s: Indonesian takes it ("Kak"), English says "you".
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from widget.sites.hours import opening_note
from widget.sites.registry import SiteSettings


def unanswered(site: SiteSettings, locale: str, waiting_already: bool) -> str:
    """Nobody could answer: a person will."""
    with translation.override(locale):
        if waiting_already:
            return _("Noted. Our team will answer you here.") % {"you": site.address}
        sentence = _("Sorry, we can't answer that with certainty yet. We have passed your question on to our team, and they will answer you here.")
        return _with_opening(sentence % {"you": site.address}, site)


def asking_back(site: SiteSettings, locale: str, choices: Sequence[str]) -> str:
    """None of the entries is certain, some are near. `choices`: the numbered lines."""
    with translation.override(locale):
        if len(choices) == 1:
            question = _("Is this what you mean? If so, just reply “yes”.") % {"you": site.address}
            otherwise = _("If it is something else, tell us, and our team will answer you here.") % {"you": site.address}
        else:
            question = _("Which of these do you mean? Pick one, or reply with its number.") % {"you": site.address}
            otherwise = _("If it is none of these, tell us, and our team will answer you here.") % {"you": site.address}
        return "\n\n".join((question, "\n".join(choices), otherwise))


def person_called(site: SiteSettings, locale: str) -> str:
    """After the visitor asked for a person, by the button or in words."""
    with translation.override(locale):
        return _with_opening(_("We have told our team, and they will answer you here.") % {"you": site.address}, site)


def nobody_free(site: SiteSettings, locale: str) -> str:
    """Nobody of the team took the visitor over in time. Said once per wait; people are still being asked for."""
    with translation.override(locale):
        sentence = _("Nobody of our team is free yet. Your question stays with them; until they come, our assistant goes on answering you here.")
        return _with_opening(sentence % {"you": site.address}, site)


def person_answers(name: str, locale: str) -> str:
    """Somebody took the visitor over: what the assistant was writing ends, and whose words come now. `name` may be empty."""
    with translation.override(locale):
        if not name:
            return _("Our team has taken over and will answer you here.")
        return _("%(name)s from our team has taken over and will answer you here.") % {"name": name}


def stopped_before_start(locale: str) -> str:
    with translation.override(locale):
        return _("Stopped.")


def _with_opening(sentence: str, site: SiteSettings) -> str:
    note = opening_note(site.hours, datetime.now(site.zone))
    return f"{sentence} {note}." if note else sentence
