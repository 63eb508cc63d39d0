"""The child process of a run: `python -m widget.knowledge.sources.child RUN`, started by running.py through jobs/child.py."""

import sys
from importlib import import_module

import django


def main() -> None:
    django.setup()
    # Only now, since models need the settings; by name, since imports stand on top.
    import_module("widget.knowledge.index.stored").stored.write_much()
    import_module("widget.knowledge.sources.attempt").read_source(int(sys.argv[1]))


if __name__ == "__main__":
    main()
