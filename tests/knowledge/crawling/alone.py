"""One crawl in a process of its own, as the child of a source would run it: prints how it ended, how long each page took and how much memory it cost.

`python -m tests.knowledge.crawling.alone ADDRESS PAGES SECONDS`; called by test_hostile.py, which names the project's settings and the one private
target in the environment. SECONDS is the time one answer may take.
"""

import json
import re
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from widget.knowledge.crawling import crawl, visiting
from widget.knowledge.crawling.errors import CrawlingError


def memory(name: str) -> int:
    """Bytes: VmRSS now, VmHWM at most since this program began (the kernel's count for children would hold the parent's too)."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) * 1024 if found else 0


def main(address: str, pages: str, seconds: str) -> None:
    visiting.PAGE_SECONDS = float(seconds)
    before, began = memory("VmRSS"), time.monotonic()
    took: dict[str, float] = {}
    skipped: dict[str, str] = {}
    pieces, ended, last = 0, "whole", began

    def on_page(progress: crawl.Progress) -> None:
        nonlocal last
        took[urlsplit(progress.address).path[:60]] = round(time.monotonic() - last, 2)
        last = time.monotonic()

    try:
        for read in crawl.crawl(address, {"pages": pages}, on_page=on_page, wait=lambda rest: None):
            if isinstance(read, crawl.Skipped):
                skipped[read.place[len(address) :][:60]] = read.code
            else:
                pieces += 1
    except CrawlingError as error:
        ended = error.code
    grown = memory("VmHWM") - before
    print(
        json.dumps(
            {
                "ended": ended,
                "pieces": pieces,
                "took": took,
                "skipped": skipped,
                "seconds": round(time.monotonic() - began, 1),
                "before": before,
                "grown": grown,
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
