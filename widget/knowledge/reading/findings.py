"""What was not taken of a source, said to its owner: one sentence per code of a Skipped. Called by the pages and the command that show findings."""

import re

from django.utils.translation import gettext, gettext_noop

_SENTENCES = {
    # Of files.
    "empty": gettext_noop("There is no question or no answer in it."),
    "no_question": gettext_noop("We could not tell which question this answers."),
    "duplicate": gettext_noop("The same stands in it once more, so it was taken once."),
    "too_long": gettext_noop("It is longer than anything we read as one piece."),
    "too_deep": gettext_noop("It is nested deeper than anything we read."),
    "too_large": gettext_noop("It is larger than allowed."),
    "too_many": gettext_noop("There is more than one source may hold. What comes after this was left out."),
    "too_many_skipped": gettext_noop("So much could not be taken that we stopped here. Look whether it is the right file."),
    "not_json": gettext_noop("This line is not JSON."),
    "not_an_object": gettext_noop("This line is JSON but holds no question and answer."),
    "no_text": gettext_noop("There is no text on it, perhaps only pictures."),
    "broken": gettext_noop("It is damaged and could not be read."),
    "unpublished": gettext_noop("It is a draft or hidden, so it was left out."),
    "bad_dates": gettext_noop("It ends before it begins to be valid."),
    "guessed_encoding": gettext_noop("The file does not say how its letters are written, so we guessed. If letters look wrong, save it as UTF-8."),
    "damaged_letters": gettext_noop("Some letters could not be read. Save the file as UTF-8 and upload it once more."),
    # Of websites.
    "robots": gettext_noop("The website asks programs not to read it (robots.txt)."),
    "noindex": gettext_noop("The page asks not to be found (noindex)."),
    "off_site": gettext_noop("It leads to another website."),
    "outside": gettext_noop("It is outside the part of the website that was to be read."),
    "trap": gettext_noop("There are endless pages of this kind (a calendar, filters), so we read only some of them."),
    "no_page": gettext_noop("It is an address for signing in, a cart or the like, not a page that says something."),
    "not_html": gettext_noop("It is not a web page."),
    "cut": gettext_noop("The page is very long. We took its beginning."),
    "too_many_links": gettext_noop("The page has very many links. We did not follow all of them."),
    "page_limit": gettext_noop("The number of pages for one reading was reached."),
    "time_limit": gettext_noop("The time for one reading was over."),
    "bad_sitemap": gettext_noop("The website's list of pages could not be read."),
    "robots_unreadable": gettext_noop("The website could not tell us what may be read (robots.txt), so we left it."),
    "private_target": gettext_noop("It leads into a private network, so it was not opened."),
    "redirects": gettext_noop("It sent us from one address to the next without end."),
    "too_slow": gettext_noop("It did not answer in time."),
    "unreachable": gettext_noop("It could not be reached."),
    "bad_answer": gettext_noop("It answered with something that could not be read."),
}


def sentence(code: str, detail: str = "") -> str:
    """In the active language; for a code nobody knows, that it was not taken."""
    if detail == "kept":
        return gettext("It could not be read this time. What it said last time is kept.")
    if found := re.fullmatch(r"status_(\d{3})", code):
        return gettext("The website answered with an error (%(status)s).") % {"status": found[1]}
    return gettext(_SENTENCES.get(code, gettext_noop("It could not be taken.")))
