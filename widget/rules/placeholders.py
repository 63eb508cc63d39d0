"""Fills {you}, {name}, {hours}, {whatsapp} and {email} in a rule's answer. Called by match.py for the rule that fires, and by the model to refuse others."""

import re
from collections.abc import Mapping

# What an owner may write -> what it stands for.
NAMES = {
    "you": "you", "sapaan": "you", "name": "name", "nama": "name", "hours": "hours", "jam": "hours", "whatsapp": "whatsapp", "wa": "whatsapp", "email": "email",
}  # fmt: skip
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def unknown_names(answer: str) -> list[str]:
    """Placeholders of an answer that stand for nothing, in order."""
    return [name for name in dict.fromkeys(_PLACEHOLDER.findall(answer)) if name not in NAMES]


def fill(answer: str, values: Mapping[str, str]) -> str:
    """The answer as the visitor reads it; a line that would say nothing ("WhatsApp: " without a number) is left out."""
    return "\n".join(_fill_line(line, values) for line in answer.splitlines() if _says_something(line, values)).strip()


def _says_something(line: str, values: Mapping[str, str]) -> bool:
    return all(values.get(NAMES.get(name, ""), "") for name in _PLACEHOLDER.findall(line) if name in NAMES)


def _fill_line(line: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: values.get(NAMES.get(match[1], ""), match[0]), line)
