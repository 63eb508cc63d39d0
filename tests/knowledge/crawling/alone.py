"""One crawl in a process of its own, as the child of a source would run it: prints how it ended, what each page and the whole cost.

`python -m tests.knowledge.crawling.alone ADDRESS PAGES SECONDS [MEMORY]`; called by test_hostile.py, which names the project's settings and the one private
target in the environment. SECONDS is the time one answer may take.
"""

import json
import re
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from widget.knowledge.crawling import crawl, visiting
from widget.knowledge.crawling.errors import CrawlingError
from widget.knowledge.reading.piece import Skipped
from widget.lib import outbound


def memory(name: str) -> int:
    """Bytes: VmRSS now, VmHWM at most since this program began (the kernel's count for children would hold the parent's too)."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) * 1024 if found else 0


class Watch:
    """How long each answer took to come by the clock on the wall, and what each page cost in processor time: others may be using this machine."""

    def __init__(self) -> None:
        self.answers: dict[str, float] = {}
        self.work: dict[str, float] = {}
        self._last = time.process_time()

    def fetch(self, method: str, url: str, **more: Any) -> outbound.Response:
        began = time.monotonic()
        try:
            return outbound.fetch(method, url, **more)
        finally:
            self.answers[urlsplit(url).path[:60]] = round(time.monotonic() - began, 2)

    def on_page(self, progress: crawl.Progress) -> None:
        now = time.process_time()
        self.work[urlsplit(progress.address).path[:60]] = round(now - self._last, 2)
        self._last = now


def main(address: str, pages: str, seconds: str, kept: str = "") -> None:
    visiting.PAGE_SECONDS = float(seconds)
    watch, skipped, pieces, ended = Watch(), dict[str, str](), 0, "whole"
    before, began = memory("VmRSS"), time.monotonic()
    try:
        for read in crawl.crawl(address, {"pages": pages}, watch.fetch, memory=Path(kept) if kept else None, on_page=watch.on_page, wait=lambda rest: None):
            if isinstance(read, Skipped):
                skipped[read.place[len(address) :][:60]] = read.code
            else:
                pieces += 1
    except CrawlingError as error:
        ended = error.code
    spent = {"seconds": round(time.monotonic() - began, 1), "before": before, "grown": memory("VmHWM") - before, "address_space": memory("VmPeak")}
    print(json.dumps({"ended": ended, "pieces": pieces, "answers": watch.answers, "work": watch.work, "skipped": skipped, **spent}))


if __name__ == "__main__":
    main(*sys.argv[1:])
