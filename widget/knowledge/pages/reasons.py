"""Why something of a source was not taken, in the reader's words: the table of the codes that readers and crawler give. Shown by sources.py."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from widget.knowledge.models import Finding
from widget.knowledge.places import place_of

PLACES_SHOWN = 20
SENTENCES: dict[str, str | Promise] = {
    # Tables and documents.
    "empty": _("Has no question or no answer."),
    "formula": _("Holds a formula whose result is not stored in the file. Open it in your spreadsheet program, save it again and upload it once more."),
    "no_question": _("Stands before the first question, so we do not know what it answers."),
    "duplicate": _("Says the same as another one."),
    "bad_dates": _("Is valid until a day before it begins."),
    "unpublished": _("Is not published in your shop."),
    "too_long": _("Is longer than we read."),
    "too_deep": _("Is nested too deeply."),
    "too_many": _("Comes after the most that one source may hold. Split it into several."),
    "too_many_skipped": _("So much could not be taken that the rest was left out of this list."),
    "too_many_links": _("Has more links than we follow from one page."),
    "not_json": _("Is not a line of JSON."),
    "not_an_object": _("Is JSON, but not of the form {“title”: …, “text”: …}."),
    "guessed_encoding": _("The file does not say how its letters are written; we guessed. Look whether they are right."),
    "damaged_letters": _("Some letters of the file were damaged and are shown as �."),
    "no_text": _("Holds no text we can read, perhaps only pictures."),
    "broken": _("Is damaged."),
    "encrypted": _("Is locked with a password."),
    # Websites.
    "robots": _("The website asks programs not to read it (robots.txt)."),
    "noindex": _("The page asks programs not to keep it."),
    "off_site": _("Leads to another website."),
    "outside": _("Lies outside the part of the website you chose."),
    "trap": _("Is one of endless pages of its kind, as calendars and filters make them; some of them were read."),
    "no_page": _("Is an address for signing in, a cart or the like."),
    "bad_sitemap": _("Is a list of pages that could not be read."),
    "robots_unreadable": _("The website could not tell us what we may read (robots.txt)."),
    "bad_answer": _("Answered with something that could not be read."),
    "not_html": _("Is not a page: a picture, a video or another file."),
    "redirects": _("Leads from one address to the next without end."),
    "bad_url": _("Is not an address that can be opened."),
    "private_target": _("Leads to this machine or a private network."),
    "unreachable": _("Could not be reached."),
    "no_tls": _("Does not speak https."),
    "bad_certificate": _("Its certificate for https is not valid."),
    "too_large": _("Is larger than we read."),
    "too_slow": _("Did not answer in time."),
    "cut": _("Is so long that its end was left out."),
    "kept": _("Could not be read this time; what it said last time is kept."),
    "login": _("Asks for a password."),
    "page_limit": _("The most pages of one website were read. Give the address of a part of it to read the rest."),
    "time_limit": _("The longest time for one website was over."),
    "gone": _("Is not there any more."),
    "status_401": _("Asks for a password."),
    "status_403": _("The website did not let us in."),
    "status_404": _("Is not there (404)."),
    "status_410": _("Is not there any more (410)."),
    "status_429": _("The website asked us to come less often."),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, how often it was met, and the first places; `more` of them are not shown."""

    sentence: str
    count: int
    places: tuple[tuple[str, str], ...]
    more: int


def sentence_of(code: str) -> str:
    if code in SENTENCES:
        return str(SENTENCES[code])
    if code.startswith("status_"):
        return gettext("The other server answered with the error %(number)s.") % {"number": code.removeprefix("status_")[:3]}
    return gettext("Was not taken (%(code)s).") % {"code": code}


def reasons_of(findings: Iterable[Finding]) -> list[Reason]:
    """The most frequent first."""
    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        by_code.setdefault("kept" if finding.detail == "kept" else finding.code, []).append(finding)
    found = [
        Reason(
            sentence_of(code),
            len(some),
            tuple((place_of(one.place), "" if code == "kept" else one.detail) for one in some[:PLACES_SHOWN]),
            max(0, len(some) - PLACES_SHOWN),
        )
        for code, some in by_code.items()
    ]
    return sorted(found, key=lambda reason: -reason.count)
