"""A light stemmer for English words, and the English verbs of two words ("top up", "turn down") as the one word they mean. Written for Kanal.

Called by forms.py for words the Indonesian root finder does not know: `english_root` takes off plurals and the commonest verb endings, `english_stem`
also what changes the kind of a word ("verification", "verified" -> "verif"). `one_word` is asked before a text is cut into words.
"""

import re

_IRREGULAR = {
    "sent": "send", "paid": "pay", "bought": "buy", "sold": "sell", "made": "make", "broken": "break", "broke": "break", "came": "come",
    "arrived": "arrive", "children": "child", "men": "man", "women": "woman", "went": "go", "took": "take", "taken": "take", "gave": "give",
    "given": "give", "wrong": "wrong", "shipping": "ship", "shipped": "ship", "shipment": "ship", "delivery": "deliver", "delivered": "deliver",
    "payment": "pay", "cancellation": "cancel", "cancelled": "cancel", "canceled": "cancel", "cancelling": "cancel", "refunded": "refund",
    "exchanged": "exchange", "orders": "order", "business": "business", "address": "address", "this": "this", "less": "less", "glass": "glass",
    "dress": "dress", "price": "price", "left": "leave", "leaves": "leave", "lost": "lose", "stole": "steal", "stolen": "steal", "forgot": "forget",
    "forgotten": "forget", "written": "write", "wrote": "write", "chose": "choose", "chosen": "choose", "kept": "keep", "held": "hold",
    "found": "find", "knew": "know", "known": "know", "got": "get", "gotten": "get", "done": "do", "spent": "spend", "lent": "lend",
    "withdrew": "withdraw", "withdrawn": "withdraw", "withdrawal": "withdraw", "subscription": "subscribe", "subscriber": "subscribe",
    "application": "apply", "applied": "apply", "applies": "apply", "expiry": "expire", "expiration": "expire", "feet": "foot", "teeth": "tooth",
    "mice": "mouse", "wives": "wife", "lives": "life", "knives": "knife", "better": "good", "worse": "bad", "begun": "begin", "began": "begin",
    "worn": "wear", "wore": "wear", "torn": "tear", "tore": "tear", "seen": "see", "saw": "see", "taught": "teach", "thought": "think",
    "understood": "understand", "sung": "sing", "slept": "sleep", "met": "meet", "grew": "grow", "grown": "grow", "drove": "drive", "driven": "drive",
    "ate": "eat", "eaten": "eat", "flew": "fly", "flown": "fly", "flight": "fly", "loss": "lose", "sale": "sell", "purchase": "purchase",
    "choice": "choose", "proof": "prove", "growth": "grow", "speech": "speak", "spoke": "speak", "spoken": "speak", "heard": "hear",
    "died": "die", "dying": "die", "tying": "tie", "lying": "lie", "shoes": "shoe", "goods": "goods", "details": "detail",
    "clothes": "clothes", "news": "news", "fees": "fee", "movies": "movie", "cookies": "cookie", "hiring": "hire", "wiring": "wire",
}  # fmt: skip
_DOUBLED = frozenset("bdgmnprt")
# Longest first; taken off once, and a silent letter after it.
_ENDINGS = (
    "ibility", "ability", "ication", "ization", "isation", "iveness", "fulness", "ational", "ically", "ation", "ition", "ement", "ingly", "ment",
    "ness", "able", "ible", "ance", "ence", "ancy", "ency", "ings", "ship", "ally", "ful", "ous", "ive", "ion", "ity", "ise", "ize", "ate", "ant",
    "ent", "age", "al", "er", "or", "ly", "y", "e",
)  # fmt: skip
_SHORTEST_STEM = 4
# What a verb and its particle mean together; the particles alone say nothing.
_PHRASES = {
    "topup": r"top(?:s|ped|ping)?[ -]ups?|load(?:s|ed|ing)? (?:up )?(?:money|funds|cash)|add(?:s|ed|ing)? (?:money|funds|cash)",
    "login": r"(?:log|logs|logged|logging|sign|signs|signed|signing)[ -](?:back )?in(?:to)?",
    "logout": r"(?:log|logs|logged|logging|sign|signs|signed|signing)[ -]out",
    "register": r"sign(?:s|ed|ing)?[ -]up",
    "setup": r"set(?:s|ting)?[ -]up",
    "decline": r"turn(?:s|ed|ing)? (?:me |it |us )?down|knock(?:ed)? back|(?:doesn't|does not|didn't|did not|won't|not) go(?:ing)? through|not gone through",
    "collect": r"pick(?:s|ed|ing)?[ -](?:it |them )?up",
    "return": r"(?:bring|send|give|take|ship|hand)(?:s|ing)? (?:it |them |this |something |things )?back|sent back|taken back|gave back|took back",
    "cancel": r"call(?:s|ed|ing)? (?:it )?off|back(?:s|ed|ing)? out of",
    "soldout": r"sold[ -]out|out of stock",
    "expire": r"(?:run|runs|ran|running)[ -]out",
    "checkout": r"check(?:s|ed|ing)?[ -]out",
    "activate": r"(?:turn|switch)(?:s|es|ed|ing)? (?:it |them )?on",
    "disable": r"(?:turn|switch|shut)(?:s|es|ed|ing)? (?:it |them )?off|opt(?:s|ed|ing)?[ -]out",
    "close": r"shut(?:s|ting)? (?:it |them |my account )?down",
    "remove": r"get(?:ting)? rid of|take(?:n)? off",
    "replace": r"swap(?:s|ped|ping)? out",
    "atm": r"cash ?(?:machine|point)s?",
    "backup": r"back(?:s|ed|ing)?[ -]up",
    "paper": r"paper[ -]?work",
    "break": r"(?:stop|stopped|stops) working|fall(?:s|ing)? apart|fell apart|came off|out of order",
    "mobile": r"cell ?phones?",
}
# As each of them begins: most words are passed over by their first two letters.
_BEGINNING = r"\b(?=[abcdfghklnoprstw][adehinoprtuw])(?:"
_ANY_PHRASE = re.compile(_BEGINNING + "|".join(f"(?P<{word}>{pattern})" for word, pattern in _PHRASES.items()) + r")\b")
# What every phrase above holds, so that most texts are never looked through.
_PARTICLES = re.compile(r"\b(?:up|ups|in|into|out|down|through|back|off|of|on|funds|cash|cell|cellphones?|work|working|apart|paperwork)\b|\w-(?:up|out|in)")


def one_word(text: str) -> str:
    """The text, in small letters, with verbs of two words as one word that means the same."""
    return _ANY_PHRASE.sub(lambda match: match.lastgroup or match[0], text) if _PARTICLES.search(text) else text


def english_root(word: str) -> str:
    """The word without its ending; the word itself where nothing is certain."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is", "as", "os")):
        return english_root(word[:-1])
    if word.endswith("ied") and len(word) > 4:
        return word[:-3] + "y"
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and any(vowel in word[: -len(ending)] for vowel in "aeiouy"):
            return _repair(word[: -len(ending)])
    return word


def english_stem(root: str) -> str:
    """What a root of `english_root` shares with other kinds of the word: "activate" and "activation" -> "activ"."""
    if len(root) <= _SHORTEST_STEM or not root.isascii() or not root.isalpha():
        return root
    for ending in _ENDINGS:
        if root.endswith(ending) and len(root) - len(ending) >= _SHORTEST_STEM:
            return root[: -len(ending)]
    return root


def _repair(stem: str) -> str:
    """ "stopp" -> "stop", "mak" -> "make": what the ending did to the last letters is undone."""
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] in _DOUBLED:
        return stem[:-1]
    if (len(stem) >= 3 and stem[-1] in "cgsuvz" and stem[-2:] not in ("ss", "ng")) or stem.endswith(("at", "bl", "iz", "cl", "ir", "dl", "tl")):
        return stem + "e"
    return stem
