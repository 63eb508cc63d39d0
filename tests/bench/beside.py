"""What runs beside the line: the search in a large knowledge base, and a source that is read while visitors talk.

Called by __main__.py; both run our own code on an installation of the benchmark.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from tests import databases, engines
from tests.bench.load import QUESTIONS
from tests.bench.processes import Installation, run_python, visit
from tests.bench.report import Row, middle
from tests.bench.scenarios import Bench, Measured
from tests.waiting import eventually

# A reading that takes longer is broken.
LONGEST_SECONDS = 600.0
# Entries as a shop's would be: a product, its colour, its size, a sentence about one of them and some words nobody shares.
_FILL = """
import itertools, json, random, time
from django.db import transaction
from widget.knowledge.models import Entry
from widget.sites.models import Site
random.seed(7)
site = Site.objects.get(key="bench")
things = "tas dompet sepatu kemeja celana jaket topi sandal kaos rok gaun jam ikat bantal selimut taplak handuk sarung mukena syal".split()
colours = "biru merah hitam putih hijau kuning coklat abu ungu krem".split()
talk = "bahan katun halus dijahit tangan dikirim setiap hari garansi ukuran warna motif tenun batik ringan kuat cuci setrika kado murah stok".split()
def entry(number):
    thing, colour = random.choice(things), random.choice(colours)
    words = " ".join(random.choices(talk, k={words}))
    return Entry(site=site, title=f"{{thing.title()}} {{colour}} seri {{number}}", answer=f"{{thing}} {{colour}} {{words}} kode{{number}}.", tags=thing)
began = time.time()
for start in range(0, {count}, 500):
    with transaction.atomic():
        Entry.objects.bulk_create([entry(number) for number in range(start, min({count}, start + 500))])
filled = time.time() - began
"""
_SEARCH = """
import gc
from widget.knowledge.search import search
questions = [f"{{random.choice(things)}} {{random.choice(colours)}} {{random.choice(talk)}} ada?" for _ in range(120)] + list({questions!r})
search(site.pk, questions[0])
times = []
for question in questions:
    began = time.perf_counter()
    search(site.pk, question, 5, "id")
    times.append(time.perf_counter() - began)
times.sort()
print(json.dumps({{"p50": times[len(times) // 2] * 1000, "p95": times[int(len(times) * 0.95)] * 1000, "filled": filled}}))
"""
# The next one on the same PostgreSQL begins with nothing.
_EMPTY = """
from widget.knowledge.index import indexing
from widget.sites.models import Site
Site.objects.all().delete()
indexing.clear()
print("{}")
"""
# A price list of so many rows, read by the server's own job in a child process.
_READ = """
import json, random
from widget.knowledge.models import Source
from widget.knowledge.sources import files, running
from widget.sites.models import Site
random.seed(7)
talk = "bahan katun halus dijahit tangan dikirim setiap hari garansi ukuran warna motif tenun batik ringan kuat cuci setrika kado murah stok".split()
def line(number):
    text = " ".join(random.choices(talk, k=80))
    return json.dumps({{"id": str(number), "title": f"Barang seri {{number}}", "text": f"{{text}} kode{{number}}."}}).encode() + b"\\n"
site, _ = Site.objects.get_or_create(key="beside", defaults={{"name": "Beside"}})
source = Source.objects.create(site=site, kind="table", name="Daftar", options={{"format": "jsonl"}}, file=files.store(map(line, range({count}))))
running.start(source.pk)
"""
_RUN = "SELECT id, state, taken, started_at, ended_at FROM widget_run ORDER BY id DESC LIMIT 1"


def search(bench: Bench) -> list[Row]:
    """In process, on SQLite and on PostgreSQL, with as many entries; the time of one search, not of the queue before it."""
    rows = []
    with engines.postgres() as url:
        for name, settings in (("SQLite", {}), ("PostgreSQL", {"DATABASE_URL": url})):
            for count, words, goal, stretch in ((1_000, 40, 20.0, 10.0), (100_000, 80, 60.0, 30.0)):
                if bench.quick and count > 1_000:
                    continue
                installation = Installation(bench.folder / f"search-{name}-{count}", None, settings=settings)
                code = _FILL.format(count=count, words=words) + _SEARCH.format(questions=QUESTIONS)
                result = run_python(code, installation.server.env)
                rows.append(Row(f"search in {count:,} entries on {name}, p95", "ms", result["p95"], None, goal, stretch))
                rows.append(Row("  p50", "ms", result["p50"]))
                rows.append(Row("  storing and indexing them", "s", result["filled"]))
                run_python(_EMPTY, installation.server.env)
    return rows


def reading(bench: Bench) -> list[Row]:
    """Visitors ask and hear the question back, alone and beside a source that a child process reads; and how quickly it is read with nobody there."""
    bench.model.play("echo")

    def talk() -> Measured:
        return visit(bench.ours, "ask", conversations=20, every=1.0, settle=1.0, window=bench.seconds(12))

    alone, among = list[Measured](), list[Measured]()
    for _ in range(bench.rounds):
        alone.append(talk())
        with _reading(bench, 20_000 if bench.quick else 60_000):
            among.append(talk())
            if _run(bench)[1] != "running":
                raise RuntimeError(f"the reading beside was over: {_run(bench)}")
    with _reading(bench, 5_000 if bench.quick else 20_000):
        speed = _read_to_the_end(bench)
    committed = middle(among, "acknowledged_p99")
    return [
        Row("a source read beside, visitors' echo p99, against none", "x", committed / middle(alone, "acknowledged_p99"), None, 2.0, 1.3),
        Row("  acknowledged p99, alone", "ms", middle(alone, "acknowledged_p99")),
        Row("  acknowledged p99, beside it", "ms", committed, None, 200.0, 100.0),
        Row("  whole answer p99, alone", "ms", middle(alone, "whole_p99")),
        Row("  whole answer p99, beside it", "ms", middle(among, "whole_p99")),
        Row("  entries of 80 words read, indexed and put into use, per second (goal 2,000)", "", speed),
    ]


@contextmanager
def _reading(bench: Bench, count: int) -> Iterator[None]:
    """From its first entry on. It must last longer than what is measured beside it."""
    bench.running.python(_READ.format(count=count))
    eventually(lambda: _run(bench)[2] or _is_over(bench), LONGEST_SECONDS)
    yield
    bench.running.python("from widget.knowledge.models import Run; Run.objects.update(stop_wanted=True)")
    eventually(lambda: _is_over(bench), LONGEST_SECONDS)
    bench.running.python('from widget.sites.models import Site; Site.objects.filter(key="beside").delete()')


def _read_to_the_end(bench: Bench) -> float:
    """Entries per second."""
    eventually(lambda: _is_over(bench), LONGEST_SECONDS)
    now = _run(bench)
    started, ended = (datetime.fromisoformat(str(moment)) for moment in now[3:])
    return float(now[2]) / (ended - started).total_seconds()


def _run(bench: Bench) -> tuple[Any, ...]:
    return databases.rows(bench.running.data_dir, _RUN)[0]


def _is_over(bench: Bench) -> bool:
    return _run(bench)[1] not in ("waiting", "running")
