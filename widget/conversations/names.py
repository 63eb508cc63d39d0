"""What a visitor, or a website, may be called: words only. Called by record.py and identity.py.

The inbox marks who is verified with a badge of its own; a name that holds ticks, shields or characters nobody sees could pass for it.
"""

import unicodedata

# Ticks, shields, locks, stars and medals, as text and as emoji.
_SIGNS = frozenset("✓✔✅☑☐🗸🗹🛡🔏🔐🔒★☆⭐🌟🏅🎖✪✰◉🔵💮🆗")
# Controls, what is not seen or turns the direction of others, private use, and halves of characters.
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs"})


def plain_name(text: str) -> str:
    """Without what imitates a badge, and in one line."""
    kept = "".join(" " if letter.isspace() else letter for letter in text if letter.isspace() or _is_plain(letter))
    return " ".join(kept.split())


def _is_plain(letter: str) -> bool:
    return letter not in _SIGNS and letter != "\ufe0f" and unicodedata.category(letter) not in _UNSEEN
