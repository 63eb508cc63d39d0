"""Errors that a person is told: the docstring of each class is the sentence, `code` is what is stored and counted.

Derived from by lib/outbound.py and the readers of knowledge/. A docstring can be translated when it is written as `__doc__ = gettext_noop("...")`.
"""

from typing import TypeVar

from django.utils.translation import gettext

Told = TypeVar("Told", bound="ToldError")


class ToldError(Exception):
    """`detail` is added in brackets. The exception's own text is English, for the log."""

    code = ""

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{type(self).__doc__} {detail}".strip())
        self.detail = detail

    @property
    def sentence(self) -> str:
        """In the active language."""
        said = gettext(type(self).__doc__ or "")
        return f"{said} ({self.detail})" if self.detail else said


def named(kind: type[Told], code: str, detail: str = "") -> Told:
    """The error of a code among `kind` and what derives from it, as a child process told it; `kind` itself for a code that nobody here knows."""
    waiting: list[type[Told]] = [kind]
    while waiting:
        found = waiting.pop()
        if found.code == code:
            return found(detail)
        waiting += found.__subclasses__()
    return kind(detail)
