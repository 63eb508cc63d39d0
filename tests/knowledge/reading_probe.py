"""A process beside the server that changes a source, has it read, and searches as visitors do: one order and one answer a line (tests/promises/readings.py)."""

import json
import random
import sys
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402

from widget.knowledge.index.filing import ALL  # noqa: E402
from widget.knowledge.models import Entry, Run, Source  # noqa: E402
from widget.knowledge.search import search  # noqa: E402
from widget.knowledge.sources import files, running  # noqa: E402
from widget.sites.models import Site  # noqa: E402

ASKED_AT_ONCE = 3


def change(version: int, count: int) -> dict[str, object]:
    """The file says something else from now on, and is read."""
    site = Site.objects.get()
    source, _ = Source.objects.get_or_create(site=site, kind="table", name="Daftar", options={"format": "jsonl"})
    source.file = files.store(
        json.dumps({"id": str(number), "title": f"Berapa harga kain nomor {number}?", "text": f"versi {version}"}).encode() + b"\n" for number in range(count)
    )
    source.save(update_fields=["file"])
    return {"run": running.start(source.pk)}


def ask(count: int) -> dict[str, object]:
    """Which versions answer now, and how many of the questions nobody answers."""
    found = [search(Site.objects.get().pk, f"harga kain nomor {random.randrange(count)}", 1) for _ in range(ASKED_AT_ONCE)]
    state, taken = Run.objects.values_list("state", "taken").latest("pk")
    return {
        "state": state,
        "taken": taken,
        "versions": sorted({int(one.text.removeprefix("versi ")) for some in found for one in some}),
        "missed": sum(not some for some in found),
    }


def look() -> dict[str, object]:
    """How the last run stands, and what lies in the tables."""
    run = Run.objects.select_related("source").latest("pk")
    read = Entry.objects.filter(source=run.source)
    live = read.live()
    with connection.cursor() as cursor:
        cursor.execute("SELECT documents FROM knowledge_word WHERE scope = %s AND word = %s", [f"g{run.source_id}x{run.source.generation}", ALL])
        counted = cursor.fetchone()
        cursor.execute("SELECT COUNT(*) FROM knowledge_index WHERE scope <> %s", [f"s{run.source.site_id}"])
        filed = cursor.fetchone()
    return {
        "state": run.state,
        "taken": run.taken,
        "live": live.count(),
        "keys": live.values("key").distinct().count(),
        "texts": sorted(live.order_by().values_list("answer", flat=True).distinct()),
        "all": read.count(),
        "counted": counted[0] if counted else 0,
        "filed": filed[0],
    }


ORDERS: dict[str, Any] = {"change": change, "ask": ask, "look": look}
for line in sys.stdin:
    order = json.loads(line)
    print(json.dumps(ORDERS[order.pop("do")](**order)), flush=True)
