"""Where in a source something stands, in the reader's words. The readers write it in English ("line 2"); called by the models and pages that show it."""

import re

from django.utils.translation import gettext

_PLACE = re.compile(r"(line|row|page) (\d+(?:–\d+)?)(, .*)?", re.S)


def place_of(place: str) -> str:
    """ "line 2" of a text, "row 3" of a table, "page 4, Shipping" and "page 1–3" of a document; anything else as it is."""
    found = _PLACE.fullmatch(place)
    if not found:
        return place
    kinds = {"line": gettext("line %(number)s"), "row": gettext("row %(number)s"), "page": gettext("page %(number)s")}
    return kinds[found[1]] % {"number": found[2]} + (found[3] or "")
