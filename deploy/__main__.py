"""`python3 -m deploy server|update|restore|rotate-keys`: what the Makefile calls. Reads the command line and prints one sentence for whatever goes wrong."""

import sys

# In words that an older Python still understands.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("Kanal needs Python 3.11 or newer (this is %d.%d). Name one: make server PYTHON=python3.11" % sys.version_info[:2])  # noqa: UP031

from deploy.command_line import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
