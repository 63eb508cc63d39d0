#!/bin/sh
# Written by `make server`. Runs a command of Kanal as its own user with its own settings: kanal backup FILE, kanal createsuperuser, kanal check --deploy
# Without -P a folder `deploy` where root happens to stand would be run instead of ours.
exec env PYTHONPATH=$current PYTHONDONTWRITEBYTECODE=1 $current/.venv/bin/python -P -m deploy manage --root $root -- "$$@"
