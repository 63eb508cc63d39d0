"""Whether a visitor's words ask for something that an entry could answer. Called by missing.py and page.py; asks knowledge/language.py and answering/.

What does not: a reply to our own question back ("2", "bukan"), words that mean nothing without what was said before ("ada?", "berapa kak"), and runs
along the keyboard. Slang and short forms ask, however strange they look: only what lies side by side on a keyboard is taken for no word.
"""

import re
from itertools import pairwise

from widget.answering import asking_back
from widget.knowledge.language import WEIGHTS, Term, terms_of
from widget.lib.speech.forms import Role

_ANY = ("1", "2", "3")
# Other than what is offered; beside these nothing is asked for.
_REFUSED_WORDS = "nomor none neither nope salah lain lainnya other others pilih"
_REFUSED = frozenset(_REFUSED_WORDS.split())
_KEYS = {key: (row, place) for row, keys in enumerate(("qwertyuiop", "asdfghjkl", "zxcvbnm")) for place, key in enumerate(keys)}
# A straight run of so many keys; of so many letters, this share beside each other.
STRAIGHT, LONG, BESIDE = 4, 6, 0.75


def asks(text: str) -> bool:
    return not asking_back.picked(text, _ANY) and any(_says(term) for term in terms_of(text))


def _says(term: Term) -> bool:
    word = term.forms[0]
    hollow = term.weight == WEIGHTS[Role.WEAK] or word.isdigit() or word in _REFUSED
    return not hollow and (term.known or not is_mashed(word))


def is_mashed(word: str) -> bool:
    """ "asdfgh", "qwer", "asdasdasd"."""
    keys = [_KEYS[letter] for letter in word if letter in _KEYS]
    if len(keys) < max(STRAIGHT, len(re.sub(r"\W", "", word))):
        return False
    steps = [after[1] - before[1] if after[0] == before[0] else len(_KEYS) for before, after in pairwise(keys)]
    straight = set(steps) in ({1}, {-1})
    return straight or (len(keys) >= LONG and sum(abs(step) <= 1 for step in steps) >= BESIDE * len(steps))
