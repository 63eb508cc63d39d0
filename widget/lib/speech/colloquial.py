"""Colloquial and misspelt forms beside the standard Indonesian word, as people type them on a phone. Written for Kanal, in colloquial.txt.

Read by forms.py when a word is met for the first time. Each line of the table: the standard word, a colon, the forms that stand for it; everyday
words first, then things, places and matters of business. A form stands once in the table, and leads to a word that no line changes further.
"""

from collections.abc import Iterator
from pathlib import Path


def pairs() -> Iterator[tuple[str, str]]:
    """(form as typed, standard word) as the table has them."""
    for line in Path(__file__).with_suffix(".txt").read_text("utf-8").splitlines():
        standard, _, forms = line.partition(":")
        yield from ((form, standard) for form in forms.split())


# Form as typed -> standard word.
STANDARD = dict(pairs())
