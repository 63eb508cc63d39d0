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
    "registration": "register", "creation": "create", "movement": "move", "removal": "remove", "hidden": "hide", "hid": "hide", "shown": "show",
    "blew": "blow", "blown": "blow", "caught": "catch", "brought": "bring", "fell": "fall", "fallen": "fall", "felt": "feel", "fought": "fight",
    "froze": "freeze", "frozen": "freeze", "hung": "hang", "hurt": "hurt", "laid": "lay", "led": "lead", "lit": "light", "meant": "mean", "ran": "run",
    "rang": "ring", "rose": "rise", "risen": "rise", "said": "say", "sat": "sit", "shook": "shake", "shaken": "shake", "shot": "shoot", "shrank": "shrink",
    "shrunk": "shrink", "stood": "stand", "stuck": "stick", "struck": "strike", "swam": "swim", "swore": "swear", "told": "tell", "threw": "throw",
    "thrown": "throw", "upheld": "uphold", "woke": "wake", "woken": "wake", "won": "win", "bound": "bind", "bitten": "bite", "built": "build",
    "burnt": "burn", "dealt": "deal", "drew": "draw", "drawn": "draw", "drank": "drink", "drunk": "drink", "learnt": "learn", "sank": "sink", "spilt": "spill",
    "spoilt": "spoil", "wept": "weep", "undid": "undo", "undone": "undo", "redid": "redo", "redone": "redo", "overpaid": "overpay", "unpaid": "unpaid",
    "resent": "resend", "rebuilt": "rebuild", "mistook": "mistake", "mistaken": "mistake", "approval": "approve", "receipt": "receipt",
    "reception": "reception", "entry": "enter", "entries": "enter", "failure": "fail", "departure": "depart", "closure": "close", "signature": "sign",
    "storage": "store", "complaint": "complain", "pricing": "price", "pricey": "price", "costly": "cost", "sickness": "sick", "weight": "weigh",
    "strength": "strong", "length": "long", "width": "wide", "height": "high", "depth": "deep", "warmth": "warm", "safety": "safe", "driver": "drive",
    "charger": "charge", "sender": "send", "builder": "build", "cleaner": "clean",
    "subtraction": "subtract", "deduction": "deduct", "reduction": "reduce", "production": "produce", "introduction": "introduce",
    "description": "describe", "prescription": "prescribe", "transcription": "transcribe", "permission": "permit", "admission": "admit",
    "submission": "submit", "decision": "decide", "division": "divide", "extension": "extend", "collision": "collide", "explanation": "explain",
    "repetition": "repeat", "retention": "retain", "resolution": "resolve", "solution": "solve", "reopening": "reopen", "renting": "rent",
    "clothes": "clothes", "news": "news", "fees": "fee", "movies": "movie", "cookies": "cookie", "hiring": "hire", "wiring": "wire",
}  # fmt: skip
# Verbs on a silent letter that their endings do not show: "deleted" is "delete", "targeted" is not "targete".
_SILENT_VERBS = """
    delete complete compete change exchange charge arrange share waste store agree note rate quote vote promote remote restore explore compare prepare
    declare repair upgrade downgrade trade fade include decide provide guide hide ride slide divide code mode rule schedule handle single file compile
    while smile style type recipe hope escape scrape shape tape pipe wipe swipe stripe describe subscribe prescribe transcribe name game frame rename
    welcome become income time chime assume resume consume define decline combine determine engine examine imagine phone tune line outline online
    shine dine fine tire hire require acquire expire retire wire fire admire inspire score ignore bore core care scare stare spare bake make take
    shake wake mistake strike bike like hike smoke joke poke evoke revoke invite write unite excite despite site cite taste paste haste execute
    dispute distribute contribute institute mute route dilute pollute salute promise chase phase release lease increase decrease purchase base
"""
_SILENT = frozenset(_SILENT_VERBS.split())
_DOUBLED = frozenset("bdgmnprt")
# Longest first; taken off once, and a silent letter after it.
_ENDINGS = (
    "ibility", "ability", "ication", "ization", "isation", "ation", "ition", "ment", "ness", "able", "ible", "ance", "ence", "ings", "ion", "ise", "ize",
    "ate", "al", "ly", "y", "e",
)  # fmt: skip
_SHORTEST_STEM = 5
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
    if f"{stem}e" in _SILENT:
        return f"{stem}e"
    if (len(stem) >= 3 and stem[-1] in "cgsuvz" and stem[-2:] not in ("ss", "ng")) or stem.endswith(("at", "bl", "iz", "cl", "ir", "dl", "tl")):
        return stem + "e"
    return stem
