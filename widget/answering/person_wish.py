"""Does the visitor ask for a person instead of an answer? "mau ngomong sama cs dong", "can I talk to a human?". Called by pipeline.py.

Only a message that says nothing else counts: a word that is neither about people, nor about talking, nor small talk makes it a question.
"""

from widget.lib.speech.forms import Role, words

LONGEST_WISH = 120


def _roots(text: str) -> frozenset[str]:
    return frozenset(word.root for word in words(text))


_PEOPLE = _roots("orang manusia admin adminnya cs operator staf petugas penjual pemilik owner human person agent someone somebody staff representative seller")
_TALKING = _roots(
    "bicara ngomong ngobrol chat chatting hubungi sambungkan hubungkan disambungkan panggil panggilkan tanya minta mau bisa boleh langsung asli beneran"
    " mana ada talk speak chat connect call want need real live bot robot"
)


def wishes_person(text: str) -> bool:
    """True for a wish and nothing but a wish."""
    message = words(text) if len(text) <= LONGEST_WISH else ()
    if not any(word.root in _PEOPLE for word in message):
        return False
    return all(word.root in _PEOPLE or word.root in _TALKING or word.courtesy or word.role <= Role.STOP for word in message)
