"""Which language a text is in, by its small words. Called by knowledge/language.py with the words of forms.py."""

from widget.lib.speech.forms import Word
from widget.lib.speech.rootwords import ROOTS

_ENGLISH_WORDS = """
    the a an is are was were be been am do does did can could will would shall should may might i me my mine you your yours we our us they them their
    he she it its this that these those of to in on at for from with by and or but if then than there here about what which who how when where why
    much many have has had get need want like know tell buy sell make take please thanks thank hello open close price shipping ship order payment pay
    return size color store shop
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())


def vote(text: tuple[Word, ...]) -> str:
    """ "id", "en", or an empty string on a tie."""
    english = indonesian = 0
    for word in text:
        if word.text in _ENGLISH:
            english += 1
        elif word.known and not word.text.isdigit() and (word.root in ROOTS or word.text != word.root or word.role < 2):
            indonesian += 1
    if english == indonesian:
        return ""
    return "en" if english > indonesian else "id"
