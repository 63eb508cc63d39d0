"""The child process that looks at what lies behind an address: `python -m widget.knowledge.sources.distant ADDRESS FORMAT OPTIONS`, started by columns.py.

Fetches it (downloading.py) and says the same lines as the child that looks at an uploaded file (reading/looking.py).
"""

import json
import sys
from importlib import import_module

import django

# Its owner waits; a reading takes its time.
SECONDS = 15.0


def main(address: str, format: str, options: dict[str, str]) -> None:
    say = import_module("widget.jobs.child").say
    outbound, reading = import_module("widget.lib.outbound"), import_module("widget.knowledge.reading.errors")
    try:
        with import_module("widget.knowledge.sources.downloading").downloaded(address, SECONDS) as (path, name):
            import_module("widget.knowledge.reading.looking").main(path, name, format, options)
    except outbound.OutboundError as error:
        say(unreached=error.code, detail=error.detail[:200])
    except reading.ReadingError as error:
        say(error=error.code, detail=error.detail[:200])


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))
