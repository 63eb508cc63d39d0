"""Reads one file in a process of its own with little memory, and tells what came of it: run as a module by `Cell`, which the tests of hostile files hold."""

import importlib
import json
import os
import resource
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django

from tests.source_tree import ROOT
from widget.knowledge.reading.errors import ReadingError
from widget.knowledge.reading.formats import READERS, reader_of
from widget.knowledge.reading.piece import Piece

MEGABYTE = 1024 * 1024
# Address space over what the loaded program has: twice what the promise allows, so that an overrun is measured and not only refused.
_ROOM = 400 * MEGABYTE
_SECONDS = 90


@dataclass(frozen=True)
class Outcome:
    """`error` is the code of a refusal and `sentence` what the owner reads; `written` names what the process opened to write."""

    error: str
    sentence: str
    pieces: int
    skipped: dict[str, int]
    seconds: float
    grown: float  # MB of memory over the loaded reader
    written: list[str]


class Cell:
    """The process: everything is loaded once, each file is read in a fork of it that counts from zero."""

    def __init__(self) -> None:
        command = [sys.executable, "-B", "-m", "tests.knowledge.reading.confined"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def read(self, path: Path, format: str = "auto", **options: str) -> Outcome:
        assert self._process.stdin and self._process.stdout
        print(json.dumps([str(path), format, options]), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        assert line, f"reading {path.name} ended the process"
        return Outcome(**json.loads(line))

    def close(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(10)


def main() -> None:
    django.setup()
    for reader in READERS.values():
        importlib.import_module(f"widget.knowledge.reading.{reader.module}")
    for line in sys.stdin:
        path, format, options = json.loads(line)
        if not (child := os.fork()):
            print(json.dumps(_taken(Path(path), format, options)), flush=True)
            os._exit(0)
        os.waitpid(child, 0)


def _taken(path: Path, format: str, options: dict[str, str]) -> dict[str, Any]:
    written: list[str] = []
    sys.addaudithook(lambda event, arguments: _watch(event, arguments, written))
    before, room = _memory("VmRSS"), _memory("VmSize") * MEGABYTE + _ROOM
    resource.setrlimit(resource.RLIMIT_AS, (int(room), int(room)))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    found: Counter[str] = Counter()
    error = sentence = ""
    try:
        for read in reader_of(path, path.name, format).read(path, options):
            found["pieces" if isinstance(read, Piece) else read.code] += 1
    except ReadingError as refused:
        error, sentence = refused.code, refused.sentence
    used = resource.getrusage(resource.RUSAGE_SELF)
    pieces = found.pop("pieces", 0)
    grown, seconds = _memory("VmHWM") - before, used.ru_utime + used.ru_stime
    return {"error": error, "sentence": sentence, "pieces": pieces, "skipped": dict(found), "seconds": seconds, "grown": grown, "written": written}


def _memory(name: str) -> float:
    """MB, of this program and not of the one that started it."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) / 1024


def _watch(event: str, arguments: Any, written: list[str]) -> None:
    if (event == "open" and isinstance(arguments[2], int) and arguments[2] & 0b11) or event in (
        "os.mkdir",
        "os.rename",
        "os.remove",
        "os.symlink",
        "subprocess.Popen",
    ):
        written.append(f"{event} {arguments[0]}")


if __name__ == "__main__":
    main()
