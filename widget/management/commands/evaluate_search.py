"""`manage.py evaluate_search`: how well a site's knowledge is found, over questions whose right entries are known."""

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from widget.knowledge.evaluation import Evaluation, EvaluationError, Outcome, evaluate, read_queries
from widget.knowledge.models import Entry
from widget.sites.models import Site

_HELP = """Asks a site's knowledge a set of questions and says how well it was found.

The file holds one JSON object a line: {"id": "q1", "text": "bisa cod?", "relevant": ["cod"], "lang": "id"}
"relevant" names the entries that answer the question: by the key (the "id" of an import) where an entry
has one, else by the number in its address in the admin; titles are understood too. An empty list means
that the question should not be answered. "lang" may be left out.

recall@k: the share of questions whose right entry is among the first k. false_answers@90: of those that should
not be answered, the share that would be, were nine of ten others answered; answered_falsely: at the mark in use."""


class Command(BaseCommand):
    help = _HELP

    def create_parser(self, *args: Any, **kwargs: Any) -> Any:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--site", required=True, metavar="KEY")
        parser.add_argument("--queries", required=True, metavar="FILE", help='JSONL as above; "-" reads standard input')
        parser.add_argument("--json", action="store_true", help="for programs: one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        site = Site.objects.filter(key=options["site"]).first()
        if site is None:
            raise CommandError(f"There is no site {options['site']}. `manage.py create_site` makes one.")
        try:
            result = evaluate(site, list(read_queries(_lines(options["queries"]))))
        except (OSError, UnicodeDecodeError, EvaluationError) as error:
            raise CommandError(f"{options['queries']} could not be used: {error}. Nothing was changed.") from error
        names = _shown_names(site)
        self.stdout.write(json.dumps(_as_json(result, names), ensure_ascii=False, indent=1) if options["json"] else _as_text(result, names))


def _lines(path: str) -> list[str]:
    if path == "-":
        return sys.stdin.readlines()
    with open(path, encoding="utf-8") as file:
        return file.readlines()


def _shown_names(site: Site) -> dict[int, str]:
    """What an entry is called in the output: its key, else its number."""
    return {number: key or str(number) for number, key in Entry.objects.of_site(site.pk).values_list("pk", "key")}


def _as_json(result: Evaluation, names: Mapping[int, str]) -> dict[str, Any]:
    figures = {name: round(value, 4) if isinstance(value, float) else value for name, value in result.as_figures().items()}
    return {**figures, "misses": [_miss(one, names) for one in result.misses], "unknown": list(result.unknown)}


def _miss(one: Outcome, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "id": one.query.id,
        "text": one.query.text,
        "relevant": sorted(one.query.relevant),
        "rank": one.rank or None,
        "confidence": one.confidence,
        "found": [{"id": names[found.entry_id], "title": found.title, "confidence": found.confidence} for found in one.found[:3]],
    }


def _as_text(result: Evaluation, names: Mapping[int, str]) -> str:
    lines = [f"{name:>18}  {_figure(name, value)}" for name, value in result.as_figures().items() if value is not None]
    if result.unknown:
        lines += ["", f"No entry of this site is called: {', '.join(result.unknown[:10])}{' ...' if len(result.unknown) > 10 else ''}"]
    if result.misses:
        lines += ["", "Worst misses (the right entry's rank, then what was found first; false: answered, and should not be):"]
        lines += [f"  {_rank(one):>5}  {one.query.text[:70]!r} wants {_wanted(one)}; {_first(one)}" for one in result.misses]
    return "\n".join(lines)


def _figure(name: str, value: float) -> str:
    if name in ("p50", "p95"):
        return f"{value:.1f} ms"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _rank(one: Outcome) -> str:
    return str(one.rank or "none") if one.query.relevant else "false"


def _wanted(one: Outcome) -> str:
    return ", ".join(sorted(one.query.relevant))[:60] or "no answer"


def _first(one: Outcome) -> str:
    return f"found {one.found[0].title[:50]!r} ({one.confidence:.2f})" if one.found else "found nothing"
