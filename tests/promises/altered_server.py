"""The shipped server with one thing changed in it: run in the place of manage.py with the name of a module whose `alter()` makes the change.

Those modules are hogging.py, filling.py and withholding.py; trials start them by `ground.serve_altered(hogging)`. They import by name what they
change, since nothing of Django may be imported before the settings are named here.
"""

import os
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType


def program(change: ModuleType) -> list[str]:
    """What a `Server` runs instead of manage.py."""
    return [__file__, change.__name__]


def main() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    import_module("django").setup()
    import_module(sys.argv.pop(1)).alter()
    import_module("manage").main()


if __name__ == "__main__":
    main()
