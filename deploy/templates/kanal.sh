#!/bin/sh
# Written by `make server`. Runs a command of Kanal as its own user with its own settings: kanal backup FILE, kanal createsuperuser, kanal check --deploy
exec env PYTHONPATH=$current PYTHONDONTWRITEBYTECODE=1 $current/.venv/bin/python -m deploy manage --root $root -- "$$@"
