"""Tells a chat from a list of questions: lines with a time and a name, as messengers export and copy them. Asked by pasting.py and plain.py.

What people said in a chat is no answer for others, and their names are nobody's business; so such a text is refused as a whole.
"""

import re

from widget.knowledge.reading.letters import seen
from widget.knowledge.reading.marks import mark_of

_SAMPLE = 20_000
_DATE = r"(?:\d{1,4}[/.-]\d{1,2}(?:[/.-]\d{2,4})?|\d{1,2} [a-z]{3,9}\.?(?: \d{4})?|[a-z]{3,9}\.? \d{1,2}(?:, ?\d{4})?)"
_TIME = r"\d{1,2}[.:]\d{2}(?:[.:]\d{2})?(?: ?[ap]\.? ?m\b\.?)?"
_WHEN = rf"(?:{_DATE},?(?: at| pukul)? {_TIME}|{_TIME},? {_DATE})"
_NAME = r"(?!\d{1,2}[.:]\d)[^:?\n]{1,60}"
# "12/11/26 10.03 - Ani: ...", "[12/11/26 10.03.15] Ani: ...", "[10.03, 12/11/2026] Ani: ...", "10.03 Ani: ..."
_TIME_FIRST = re.compile(rf"\[?(?:{_WHEN}|{_TIME})\]? ?[-–—|]? ?(?P<name>{_NAME}): (?P<said>.+)", re.I)
# "Ani, [12/11/2026 10:03]", "Ani (10.03): ..."
_NAME_FIRST = re.compile(rf"(?P<name>{_NAME}?)(?:,? ?[\[(](?:{_WHEN}|{_TIME})[\])] ?:?|,? {_WHEN}:?)(?: (?P<said>.+))?$", re.I)
# What the messenger itself says: "12/11/26 10.00 - Messages are end-to-end encrypted."
_STAMPED = re.compile(rf"\[?{_WHEN}\]? ?[-–—|]? ?\S", re.I)
_SPEAKER = re.compile(r"(?P<name>[^\W\d_][^:?\n]{0,39}): (?P<said>\S.*)")


def is_chat(text: str) -> bool:
    """Whether somebody copied messages instead of writing questions down. Looks at the first lines only; a timetable inside an answer is none."""
    rows = [row for row in seen(text[:_SAMPLE]).split("\n") if row]
    return _is_stamped(rows) or _is_dialogue(rows)


def _is_stamped(rows: list[str]) -> bool:
    names, asked = list[str](), False
    for at, row in enumerate(rows):
        found = _TIME_FIRST.match(row) or _NAME_FIRST.match(row)
        if found:
            names.append(found["name"].strip())
            said = found["said"] or " ".join(rows[at + 1 : at + 2])
            asked = asked or "?" in said
    begins = bool(rows) and bool(_STAMPED.match(rows[0]) or _TIME_FIRST.match(rows[0]) or _NAME_FIRST.match(rows[0]))
    return bool(names) and (asked or (begins and len(set(names)) < len(names)))


def _is_dialogue(rows: list[str]) -> bool:
    """Without times: nearly every line begins with one of a few names, and something is asked."""
    found = [speaker for row in rows if (speaker := _SPEAKER.match(row)) and not mark_of(row)]
    names = {speaker["name"].lower() for speaker in found}
    asked = sum("?" in speaker["said"] for speaker in found)
    return len(found) >= 4 and len(found) * 5 >= len(rows) * 4 and 2 <= len(names) <= 4 and len(names) * 2 <= len(found) <= asked * 4
