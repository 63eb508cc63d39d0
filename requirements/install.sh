#!/bin/sh
# Makes .venv and installs the locked packages: `requirements/install.sh run`, `... server` or `... test`. Called by the Makefile; asks nothing.
# Does nothing when .venv already holds exactly this lock. Uses uv inside the venv because it is several times faster, else plain pip.
set -eu
cd "$(dirname "$0")/.."
set_of_packages=$1
lock=requirements/$set_of_packages.txt

stop() {
    printf '%s\n' "$*" >&2
    exit 1
}

find_python() {
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s' "$name"
            return
        fi
    done
    found=$("${PYTHON:-python3}" -c 'import platform; print("this is " + platform.python_version())' 2>/dev/null || echo "none was found")
    stop "Kanal needs Python 3.11 or newer ($found). Install it, or name it: make run PYTHON=/path/to/python3.11"
}

if [ -x .venv/bin/python ] && .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    stamp=.venv/.ok-$set_of_packages-$(cksum < "$lock" | tr -d ' ')
    [ ! -e "$stamp" ] || exit 0
else
    python=$(find_python)
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        stop "This Python has no venv module. On Debian or Ubuntu install it with: sudo apt install python3-venv"
    echo "Making .venv with $("$python" --version) ..."
    "$python" -m venv --clear .venv || stop "The folder .venv could not be made here: is $(pwd) writable?"
    stamp=.venv/.ok-$set_of_packages-$(cksum < "$lock" | tr -d ' ')
fi

# Six tries of pip wait half a minute in all; each more would double that, and a machine without a connection is to be told so soon.
export PIP_DEFAULT_TIMEOUT=120 PIP_RETRIES=6 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 UV_HTTP_TIMEOUT=120
pip() { .venv/bin/python -m pip install --quiet --require-hashes --only-binary :all: -r "$1"; }

echo "Installing the packages of $lock (once; a minute or two) ..."
if [ ! -x .venv/bin/uv ]; then
    pip requirements/uv.txt 2>/dev/null || echo "uv could not be installed; pip does it, slower."
fi
if [ ! -x .venv/bin/uv ] || ! .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes --only-binary :all: -r "$lock"; then
    pip "$lock" || stop "The packages could not be installed. Check the connection to the internet (messages above) and run the command again; it goes on from there."
fi
: > "$stamp"
