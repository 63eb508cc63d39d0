"""A light Indonesian root finder: takes affixes off a word until a known root remains, and says nothing where none does.

Called by forms.py for every new word. It knows written Indonesian (pengiriman, dikirimkan -> kirim) and the everyday nasal
(ngirim, nyuci, nuker) and -in forms (kirimin). No guessing: a wrong root costs more than none, since the surface form is searched too.
"""

from collections.abc import Iterator

from widget.lib.speech.rootwords import ROOTS

_PARTICLES = ("lah", "kah", "pun", "tah")
_CLITICS = ("nya", "ny", "ku", "mu")
_SUFFIXES = ("kan", "an", "in", "i")
# Prefix -> what may have stood at the beginning of the root before the prefix swallowed it.
_PREFIXES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("menge", ("",)), ("penge", ("",)),
    ("meny", ("s", "c")), ("peny", ("s", "c")),
    ("meng", ("", "k", "g")), ("peng", ("", "k", "g")),
    ("mem", ("", "p")), ("pem", ("", "p")),
    ("men", ("", "t")), ("pen", ("", "t")),
    ("me", ("",)), ("pe", ("",)),
    ("memper", ("",)), ("diper", ("",)), ("keber", ("",)), ("keter", ("",)), ("pember", ("",)), ("pemer", ("",)), ("berke", ("",)),
    ("pel", ("",)), ("bel", ("",)),
    ("ber", ("",)), ("be", ("",)), ("ter", ("",)), ("te", ("",)), ("per", ("",)), ("di", ("",)), ("ke", ("",)), ("se", ("",)), ("ku", ("",)), ("kau", ("",)),
    ("ny", ("c", "s")), ("nge", ("",)), ("ng", ("", "k", "g")), ("n", ("t",)), ("m", ("p",)),
)  # fmt: skip
_SHORTEST = 3


def find_root(word: str) -> str:
    """The root of a word in small letters, or an empty string where none of the known roots remains."""
    if word in ROOTS:
        return word
    return next((root for stem in _without_endings(word) for root in _without_prefix(stem) if root in ROOTS), "")


def bare(word: str) -> str:
    """The word without an enclitic ("plafonnya" -> "plafon"), for words whose root is unknown."""
    for ending in ("nya", "lah", "kah"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def _without_endings(word: str) -> Iterator[str]:
    """The word itself first, then with a particle, a possessive and a suffix taken off, in this order."""
    stems = [word]
    for endings in (_PARTICLES, _CLITICS, _SUFFIXES):
        stems += [stem[: -len(ending)] for stem in stems for ending in endings if stem.endswith(ending) and len(stem) - len(ending) >= _SHORTEST]
    return iter(dict.fromkeys(stems))


def _without_prefix(stem: str) -> Iterator[str]:
    yield stem
    for prefix, beginnings in _PREFIXES:
        if not stem.startswith(prefix):
            continue
        rest = stem[len(prefix) :]
        for beginning in beginnings:
            if len(rest) + len(beginning) >= _SHORTEST:
                yield beginning + rest
                if prefix in ("di", "ke", "pe", "se") and rest.startswith(("per", "ber", "ter", "peng", "pen", "pem")):
                    yield from _without_prefix(rest)
