"""The shipped server, made to die between the commit of answers and the word about them (R07). Run by kills.py through altered_server.py.

While the file `withhold` lies in DATA_DIR with a number in it, committed answers are announced to nobody, and after so many of them
the process kills itself with SIGKILL: each of those conversations was then hit at exactly that point.
"""

import os
import signal
from importlib import import_module
from pathlib import Path
from typing import Any

ORDER = "withhold"


def alter() -> None:
    delivery = import_module("widget.conversations.delivery")
    ring, order = delivery.ring, Path(import_module("django.conf").settings.DATA_DIR) / ORDER
    withheld = 0

    def ring_or_die(channel: str, conversation: str, row: Any = None, changed: bool = False) -> None:
        nonlocal withheld
        if row is None or row.author != "assistant" or not order.exists():
            ring(channel, conversation, row, changed)
            return
        withheld += 1
        if withheld >= int(order.read_text()):
            os.kill(os.getpid(), signal.SIGKILL)

    delivery.ring = ring_or_die
