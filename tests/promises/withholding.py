"""The shipped server, made to die between the commit of answers and the word about them (R07). Run by kills.py in the place of manage.py.

While the file `withhold` lies in DATA_DIR with a number in it, committed answers are announced to nobody, and after so many of them
the process kills itself with SIGKILL: each of those conversations was then hit at exactly that point.
"""

import os
import signal
import sys
from pathlib import Path

ORDER = "withhold"


def main() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    import django
    from django.core.management import execute_from_command_line

    django.setup()
    _withhold_words()
    execute_from_command_line(sys.argv)


def _withhold_words() -> None:
    from django.conf import settings

    from widget.conversations import delivery
    from widget.conversations.log import Row

    ring, order = delivery.ring, Path(settings.DATA_DIR) / ORDER
    withheld = 0

    def ring_or_die(channel: str, conversation: str, row: Row | None = None, changed: bool = False) -> None:
        nonlocal withheld
        if row is None or row.author != "assistant" or not order.exists():
            ring(channel, conversation, row, changed)
            return
        withheld += 1
        if withheld >= int(order.read_text()):
            os.kill(os.getpid(), signal.SIGKILL)

    delivery.ring = ring_or_die


if __name__ == "__main__":
    main()
