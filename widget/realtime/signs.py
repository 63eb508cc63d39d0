"""Signs of life between the two sides of a conversation: who types, how far somebody has read, that the visitor went to another page.

Given by visitor.py and operator.py, shown to whoever has the conversation open here, and carried to other processes in the doorbell's messages.
Only signs of typing may be lost: how far somebody has read stands in the database and is read with the next look.
"""

from collections.abc import Callable

from widget.realtime.hub import hub
from widget.realtime.protocol import frame

# (conversation, kind, author, number): kind is "typing" (1 or 0), "read" (a seq) or "seen" (nothing: look at the conversation again).
Sign = tuple[str, str, str, int]
KINDS = ("typing", "read", "seen")
# Filled in by wiring.py: the doorbell, and the desks, which read the conversation again.
carriers: list[Callable[[Sign], None]] = []
touched: list[Callable[[str], None]] = []


def give(conversation: str, kind: str, author: str, number: int = 0) -> None:
    """On the event loop. Shown here and told elsewhere."""
    sign = (conversation, kind, author, number)
    show(sign)
    for carry in carriers:
        carry(sign)


def show(sign: Sign) -> None:
    """To the other side, as far as it has the conversation open in this process."""
    conversation, kind, author, number = sign
    if kind not in KINDS:
        return
    if kind != "seen":
        text = frame("typing.shown", author=author, on=bool(number)) if kind == "typing" else frame("read.shown", author=author, seq=number)
        hub.pass_on(conversation, text, to_visitors=author == "operator")
    if kind != "typing":
        for touch in touched:
            touch(conversation)
