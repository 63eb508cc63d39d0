"""A light stemmer for English words: plurals and the commonest verb endings, nothing that changes the kind of a word.

Called by forms.py for words the Indonesian root finder does not know.
"""

_IRREGULAR = {
    "sent": "send", "paid": "pay", "bought": "buy", "sold": "sell", "made": "make", "broken": "break", "broke": "break", "came": "come",
    "arrived": "arrive", "children": "child", "men": "man", "women": "woman", "went": "go", "took": "take", "gave": "give", "wrong": "wrong",
    "shipping": "ship", "shipped": "ship", "shipment": "ship", "delivery": "deliver", "delivered": "deliver", "payment": "pay",
    "cancellation": "cancel", "cancelled": "cancel", "canceled": "cancel", "refunded": "refund", "exchanged": "exchange", "orders": "order",
    "business": "business", "address": "address", "this": "this", "less": "less", "glass": "glass", "dress": "dress", "price": "price",
}  # fmt: skip
_DOUBLED = frozenset("bdgmnprt")


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
        return english_root(word[:-1]) if word.endswith(("ings", "eds")) else word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and any(vowel in word[: -len(ending)] for vowel in "aeiouy"):
            return _repair(word[: -len(ending)])
    return word


def _repair(stem: str) -> str:
    """ "stopp" -> "stop", "mak" -> "make": what the ending did to the last letters is undone."""
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] in _DOUBLED:
        return stem[:-1]
    if (len(stem) >= 3 and stem[-1] in "cgsuvz") or stem.endswith(("at", "bl", "iz")):
        return stem + "e"
    return stem
