"""Does an answer promise a person? "Saya sambungkan ke admin ya", "our team will get back to you". Called by pipeline.py and runner.py.

A model is told to write its mark instead, and a rule says what its owner wrote; but both may promise in words of their own, and then the conversation
waits: a promise nobody hears of is the worst answer of all. Offers ("mau saya sambungkan?"), conditions and plain directions promise nothing.
"""

import re
from collections.abc import Sequence
from itertools import takewhile

_TOKEN = re.compile(r"[a-z']+|[.!?\n;]")
_ENDS = frozenset(".!?\n;")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TEAM = _words(
    "tim admin adminnya cs operator staf staff petugas rekan orang manusia agen pemilik owner kolega"
    " team colleague colleagues agent agents human person someone somebody representative support specialist"
)
_WE = _words("saya aku kami kita akan segera sedang sudah telah i we i'll we'll i've we've i'm we're let")
_HAND_ON = _words(
    "sambungkan hubungkan teruskan oper operkan alihkan panggilkan sampaikan serahkan limpahkan tanyakan kabari"
    " menyambungkan menghubungkan meneruskan mengoper mengalihkan memanggilkan menyampaikan menyerahkan menanyakan mengabari"
    " connect connecting connected transfer transferring transferred forward forwarding forwarded pass passing passed hand handing handed"
    " escalate escalating escalated refer referring referred put putting ask asking asked tell told notify notified inform informed alert alerted get getting"
)
_HANDED_ON = _words(
    "disambungkan dihubungkan diteruskan dioper dialihkan disampaikan diserahkan dilimpahkan ditanyakan forwarded passed transferred escalated handed"
)
_SOON = _words("akan segera bakal sebentar will going")
_REACH = _words(
    "menghubungi membalas menjawab membantu merespon merespons menindaklanjuti menemani hubungi balas jawab bantu"
    " contact reach get reply answer help assist respond be follow call join take write"
)
# What comes first and makes of a promise a condition, and what stands within it and makes of it an offer or a refusal.
_CONDITION = _words("jika kalau kalo apabila bila setelah sesudah begitu agar supaya if when once after unless before")
_NO_CONDITION = _words("kalau begitu kalo gitu")
_NO_PROMISE = _words("bisa dapat boleh mau ingin perlu tidak nggak ga gak belum bukan jangan can could may might would not cannot can't never")

Step = tuple[frozenset[str], int]
# Each a word, then the next at most so many words later.
_PROMISES: tuple[tuple[Step, ...], ...] = (
    # "saya sambungkan ke admin", "akan kami teruskan ke tim", "we have passed this on to our team"
    ((_WE, 0), (_HAND_ON, 5), (_TEAM, 10)),
    # "pertanyaan Kakak sudah diteruskan ke tim"
    ((_HANDED_ON, 0), (_TEAM, 10)),
    # "tim kami akan segera menghubungi", "someone from our team will get back to you"
    ((_TEAM, 0), (_SOON, 6), (_REACH, 4)),
)


def promises_person(text: str) -> bool:
    """True when a sentence says that somebody of the team is told or will come."""
    sentence: list[str] = []
    for token in [*_TOKEN.findall(text.lower().replace("’", "'")), "."]:
        if token not in _ENDS:
            sentence.append(token)
            continue
        if token != "?" and _promises(sentence):
            return True
        sentence = []
    return False


def _promises(sentence: Sequence[str]) -> bool:
    first = list(takewhile(lambda place: not _is_condition(sentence, place), range(len(sentence))))
    return any(_goes_on(sentence, place, steps) for steps in _PROMISES for place in first if sentence[place] in steps[0][0])


def _goes_on(sentence: Sequence[str], place: int, steps: Sequence[Step]) -> bool:
    """Whether the following steps come after this place, each at the nearest word and nothing between that takes the promise back."""
    for wanted, within in steps[1:]:
        between = list(takewhile(lambda word: word not in wanted, sentence[place + 1 : place + 1 + within]))  # noqa: B023 (used up here)
        place += len(between) + 1
        if len(between) == within or place >= len(sentence) or _NO_PROMISE.intersection(between):
            return False
    return True


def _is_condition(sentence: Sequence[str], place: int) -> bool:
    """ "kalau begitu" is none."""
    pair = sentence[place : place + 2], sentence[max(0, place - 1) : place + 1]
    return sentence[place] in _CONDITION and not any(len(words) == 2 and _NO_CONDITION.issuperset(words) for words in pair)
