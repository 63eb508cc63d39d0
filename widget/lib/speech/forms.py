"""Words as we compare them: a text is cut into words, each with its standard form, its root and its role.

Called by knowledge/language.py (indexing and asking) and rules/match.py, so that both mean the same by "the same word".
Calls numbers, colloquial, roots, english and stopwords; results per word are kept, since a chat uses few different words.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from widget.lib.speech.colloquial import STANDARD
from widget.lib.speech.english import english_root, english_stem, one_word
from widget.lib.speech.englishwords import ENGLISH
from widget.lib.speech.numbers import plain_numbers
from widget.lib.speech.roots import bare, find_root
from widget.lib.speech.rootwords import ROOTS
from widget.lib.speech.stopwords import FILLERS, GENERAL, GREETINGS, STOPS, WEAK


class Role(IntEnum):
    """How much a word says, from nothing to much."""

    FILLER = 0
    STOP = 1
    WEAK = 2
    GENERAL = 3
    CONTENT = 4


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text. `text` is the standard form, `root` what is left of it without affixes (often the same), `stem` what English leaves of that.

    `known`: found in one of our lists, so it is no misspelling. `courtesy`: may stand around a question without asking anything.
    """

    text: str
    root: str
    role: Role
    known: bool
    courtesy: bool
    stem: str

    @property
    def is_code(self) -> bool:
        """Letters and digits together, as the number of an article."""
        return not self.text.isalpha() and not self.text.isdigit()


# A code of letters and digits (BT-014), then a word that may carry hyphens, then anything else.
_TOKEN = re.compile(r"[a-z]+-?\d[a-z0-9]*(?:-[a-z0-9]+)*|[a-z]+(?:'[a-z]+)?(?:-[a-z]+)*|\d[a-z0-9]*", re.ASCII)
_SPLIT_WORDS = re.compile(r"\b(terima|trima|di|ke|dari) (kasih|ksih|ksh|mana|mna|mn)\b")
_REPEATED = re.compile(r"^([a-z]{3,})2((?:nya)?)$")
_LONG_RUN = re.compile(r"([a-z])\1{2,}")
_MEASURE = re.compile(
    r"(\d+)(cm|mm|m|kg|gr|gram|g|ml|l|liter|inci|inch|pcs|hari|jam|menit|orang|org|lusin|lbr|lembar|tahun|thn|bulan|bln|minggu|meter|x)", re.ASCII
)


@lru_cache(maxsize=512)
def words(text: str) -> tuple[Word, ...]:
    """Every word of a text in order, repetitions included. At most a few thousand characters make sense here."""
    joined = _SPLIT_WORDS.sub(r"\1\2", one_word(plain_numbers(fold(text))))
    return tuple(word for token in _TOKEN.findall(joined) for word in _forms(token))


def fold(text: str) -> str:
    """Small letters without accents, with straight apostrophes and hyphens."""
    text = text.lower()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.replace("’", "'").replace("‘", "'").replace("–", "-").replace("—", "-").replace("×", "x"))
        text = "".join(character for character in text if not unicodedata.combining(character))
    return text


@lru_cache(maxsize=20_000)
def _forms(token: str) -> tuple[Word, ...]:
    """Mostly one word; two where a number is glued to its unit or two different words to each other."""
    measure = _MEASURE.fullmatch(token)
    if measure:
        return _forms(measure[1]) + _forms(measure[2])
    # "I'll" is not "ill", and "we'll" is not "well".
    token = token.removesuffix("'ll").replace("'", "")
    if "-" in token and not any(character.isdigit() for character in token):
        parts = token.split("-")
        if len(parts) == 2 and (parts[0] == parts[1] or parts[1].startswith(parts[0])):
            return (_word(parts[1]),)
        return tuple(_word(part) for part in parts if part)
    if "-" in token:
        # A code is found whole and by its longer parts: "FU-K59" as "fuk59" and "k59".
        parts = [part for part in token.split("-") if len(part) > 2 and any(character.isdigit() for character in part)]
        return tuple(_word(part) for part in dict.fromkeys((token.replace("-", ""), *parts)))
    return (_word(_REPEATED.sub(r"\1\2", token)),)


def _word(token: str) -> Word:
    standard = _standard(token)
    root = stem = find_root(standard) if len(standard) > 3 else (standard if standard in ROOTS else "")
    known = bool(root) or standard in STOPS or standard in WEAK or standard in GENERAL or standard in FILLERS or standard != token
    if not root:
        root = bare(standard)
        root = STANDARD.get(root, root)
        root = find_root(root) or (english_root(root) if root == standard else root)
        stem = english_stem(root) if root == english_root(standard) else root
        root = STANDARD.get(root, root)
    return Word(
        standard, root, _role(standard, root), known or root in ROOTS or root in WEAK or root in ENGLISH, standard in FILLERS or standard in GREETINGS, stem
    )


def _standard(token: str) -> str:
    if token in STANDARD:
        return STANDARD[token]
    if _LONG_RUN.search(token):
        token = _LONG_RUN.sub(r"\1", token)
    elif len(token) > 3 and token[-1] == token[-2] and token not in ENGLISH and token not in STOPS and token[:-1] in STANDARD.keys() | FILLERS | ROOTS:
        token = token[:-1]
    if token in STANDARD:
        return STANDARD[token]
    for beginning in ("di", "nge", "ke", "ter"):
        stem = token.removeprefix(beginning)
        if stem != token and len(stem) > 3 and stem in STANDARD and token not in ROOTS:
            return STANDARD[stem]
    for ending in ("nya", "ny", "in", "an"):
        stem = token[: -len(ending)]
        if token.endswith(ending) and len(stem) > (2 if ending == "nya" else 3) and stem in STANDARD and token not in ROOTS:
            return STANDARD[stem]
    return token


def _role(text: str, root: str) -> Role:
    if text in STOPS:
        return Role.STOP
    if text in WEAK or root in WEAK:
        return Role.WEAK
    if text in FILLERS:
        return Role.FILLER
    return Role.GENERAL if text in GENERAL or root in GENERAL else Role.CONTENT
