"""Colloquial and misspelt forms beside the standard Indonesian word, as people type them on a phone. Written for Kanal, in colloquial.txt.

Read by forms.py when a word is met for the first time. Each line of the table: the standard word, a colon, the forms that stand for it.
A form appears once; the standard word may be anything that the rest of the normaliser understands.
"""

from pathlib import Path


def _read(lines: str) -> dict[str, str]:
    forms: dict[str, str] = {}
    for line in lines.strip().splitlines():
        standard, _, rest = line.partition(":")
        for form in rest.split():
            forms.setdefault(form, standard)
    return forms


# Form as typed -> standard word.
STANDARD = _read(Path(__file__).with_suffix(".txt").read_text("utf-8"))
