"""`manage.py knowledge_import FILE|URL`: reads a file, a website or a feed into a site's knowledge, as the pages do it but without a browser or a server."""

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections import Counter
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, no_translations

from widget.knowledge.models import Run, Source
from widget.knowledge.reading import formats, mapping
from widget.knowledge.reading.errors import NoColumnsError
from widget.knowledge.reading.piece import REMARKS
from widget.knowledge.sources import files, intake, removing, running
from widget.lib.told_errors import ToldError
from widget.sites.models import Site

_HELP = """Reads a file, a website or a feed into a site's knowledge. The new pieces are used all at once when everything
was read; until then, and when it fails, what was there before goes on answering. Run twice it adds nothing twice.

  knowledge_import faq.csv --site toko              a table, PDF, DOCX, Markdown, HTML, text or an export of a shop
  knowledge_import notes.jsonl --site toko          lines of {"id","title","text","lang","url"?,"tags"?,"products"?}
  knowledge_import https://toko.example --site toko a website, page by page
  knowledge_import https://toko.example/feed.xml --site toko --format merchant

--mapping says which column holds what, as JSON from role to column; "text" may be a list of columns. Roles of questions and texts:
  {knowledge}
and of products:
  {products}

Exit code 0: in use (or nothing new); 1: failed, nothing was changed; 2: wrong call (no such file, site or role);
3: read, but it waits for an owner's look in the admin; 4: stopped. Progress goes to standard error, --json prints one
object to standard output."""
WRONG_CALL, WAITS, STOPPED = 2, 3, 4
_COLUMNS_HINT = 'Say it with --mapping \'{"title": "name of a column", "text": "name of another"}\'; "text" may be a list of names.'
# What --json prints of an import that was refused before anything was read; every answer has these names.
_NOTHING: dict[str, Any] = {
    "source": None,
    "name": "",
    "run": None,
    "state": Run.State.FAILED,
    "unchanged": False,
    "taken": 0,
    "skipped": 0,
    "reasons": {},
    "findings": [],
    "error": None,
}
FORMATS = ("auto", intake.WEBSITE, *formats.READERS)


class Command(BaseCommand):
    help = _HELP.replace("{knowledge}", " ".join(mapping.KNOWLEDGE)).replace("{products}", " ".join(mapping.PRODUCTS))

    def create_parser(self, *args: Any, **kwargs: Any) -> Any:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", metavar="FILE|URL")
        parser.add_argument("--site", required=True, metavar="KEY")
        parser.add_argument("--format", default="auto", choices=FORMATS, help="auto looks at the content, then at the name")
        parser.add_argument("--replace-source", action="store_true", help="put a changed file of the same name in the place of the one before")
        parser.add_argument("--name", default="", help="what the source is called; two files of one name stay apart by it")
        parser.add_argument("--mapping", default="", metavar="JSON", help='columns of a table: {"title": "Pertanyaan", "text": "Jawaban"}')
        parser.add_argument("--json", action="store_true", help="for programs: one JSON object")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        site = Site.objects.filter(key=options["site"]).first()
        if site is None:
            self._refuse(options, "no_site", f"There is no site {options['site']}. `manage.py create_site` makes one.", WRONG_CALL)
        source, former = self._source(site, options)
        is_new = source.pk is None
        source.save()
        run = self._read(source)
        if run.state != Run.State.DONE:
            _take_back(source, former, is_new and run.state != Run.State.READY)
        self._tell(source, run, options["json"])

    def _source(self, site: Site, options: dict[str, Any]) -> tuple[Source, Source | None]:
        """The source to be read, and what it was before, where there was one."""
        if not _is_there(options):
            self._refuse(options, "no_file", f"There is no file {options['what']}, and an address begins with https://.", WRONG_CALL)
        if options["mapping"] and (wrong := _wrong_mapping(options["mapping"])):
            self._refuse(options, "mapping", wrong, WRONG_CALL)
        try:
            made = _made(site, options)
        except ToldError as error:
            self._refuse(options, error.code, f"{options['what']} was not imported: {error.sentence}")
        if options["mapping"]:
            made.options["mapping"] = options["mapping"]
        made.name = options["name"][: intake.NAME_LENGTH] or made.name
        known = intake.same_source(made)
        former = (known.filter(name=options["name"]) if options["name"] else known).first()
        if former is None:
            return made, None
        if made.file and intake.same_file(made, former):
            files.path_of(made).unlink()
            made.file = former.file
        elif made.file and not options["replace_source"]:
            files.path_of(made).unlink()
            hint = "Use --replace-source to put it in the place of the one before, or --name to keep both."
            self._refuse(options, "other_content", f"There is a source “{former.name}” already, and this file says something else. {hint}")
        before = Source.objects.get(pk=former.pk)
        former.kind, former.file, former.options = made.kind, made.file, made.options
        return former, before

    def _refuse(self, options: dict[str, Any], code: str, sentence: str, returncode: int = 1) -> NoReturn:
        if options["json"]:
            self.stdout.write(json.dumps({**_NOTHING, "error": {"code": code, "message": sentence}}, ensure_ascii=False))
        raise CommandError(f"{sentence} Nothing was changed.", returncode=returncode)

    def _read(self, source: Source) -> Run:
        shown = ""

        def watch(run: Run) -> None:
            nonlocal shown
            now = f"{run.taken} taken, {run.skipped} skipped" + (f", page {run.visited} of {run.total} known" if run.total else "")
            if now != shown:
                self.stderr.write(now)
            shown = now

        self.stderr.write(f"Reading {source.address or source.options['file_name']} ...")
        try:
            return running.run_here(source.pk, watch)
        except KeyboardInterrupt:
            run = Run.objects.filter(source=source).first()
            assert run is not None
            running.stop(run.pk)
            run.refresh_from_db()
            return run

    def _tell(self, source: Source, run: Run, as_json: bool) -> None:
        counts = Counter(run.findings.values_list("code", flat=True))
        result = _NOTHING | {
            "source": source.pk,
            "name": source.name,
            "run": run.pk,
            "state": run.state,
            "unchanged": run.unchanged,
            "taken": run.taken,
            "skipped": run.skipped,
            "reasons": dict(counts.most_common()),
            "findings": [{"place": one.place, "code": one.code, "detail": one.detail} for one in run.findings.all()[:50]],
            "error": {"code": run.error, "message": run.sentence} if run.error else None,
        }
        if as_json:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        elif run.state == Run.State.DONE:
            self.stdout.write(_done(source, run, counts))
        if run.state == Run.State.READY:
            raise CommandError(f"{run.sentence or 'Read.'} It waits for somebody to look at it in the admin.", returncode=WAITS)
        if run.state == Run.State.STOPPED:
            raise CommandError("Stopped. What was there before is still used.", returncode=STOPPED)
        if run.state != Run.State.DONE:
            hint = f" {_COLUMNS_HINT}" if run.error == NoColumnsError.code else ""
            raise CommandError(f"{run.sentence}{hint} Nothing was changed.")


def _is_there(options: dict[str, Any]) -> bool:
    """Whether it is an address, or the name of a file."""
    return "://" in options["what"] or options["format"] == intake.WEBSITE or Path(options["what"]).is_file()


def _wrong_mapping(said: str) -> str:
    """What is wrong with it; empty where nothing is. Whether the table has such columns is seen when it is read."""
    try:
        wanted = json.loads(said)
    except ValueError as error:
        return f"--mapping is not JSON: {error}."
    if not isinstance(wanted, dict) or not wanted or not all(column and _is_column(column) for column in wanted.values()):
        return '--mapping is not of the form {"role": "column", ...}.'
    unknown = [role for role in wanted if mapping.role_of(role) not in {*mapping.KNOWLEDGE, *mapping.PRODUCTS}]
    roles = ", ".join(dict.fromkeys([*mapping.KNOWLEDGE, *mapping.PRODUCTS]))
    return f"--mapping names what is no role: {', '.join(unknown)}. The roles are: {roles}." if unknown else ""


def _is_column(said: object) -> bool:
    """A name, or several of them."""
    return isinstance(said, str) or (isinstance(said, list) and all(isinstance(one, str) for one in said))


def _made(site: Site, options: dict[str, Any]) -> Source:
    """Raises ReadingError or OutboundError."""
    what, format = options["what"], options["format"]
    path = Path(what)
    if "://" in what:
        if format == intake.WEBSITE or (format == "auto" and intake.format_of_address(what) in ("", "html")):
            return intake.website(site, what)
        return intake.distant_file(site, what, format)
    if format == intake.WEBSITE:
        return intake.website(site, what)
    return intake.uploaded(site, path.name, intake.read_pieces(path), format)


def _take_back(source: Source, former: Source | None, is_new: bool) -> None:
    """As if nothing had been said: a source that never gave anything goes, one that did keeps its file."""
    if is_new:
        removing.remove(source.pk)
        removing.finish(source.pk)
    elif former is not None:
        Source.objects.filter(pk=source.pk).update(kind=former.kind, file=former.file, options=former.options)


def _done(source: Source, run: Run, counts: Counter[str]) -> str:
    one = run.taken == 1
    in_use = f"1 piece {'stays' if run.unchanged else 'is'}" if one else f"{run.taken} pieces {'stay' if run.unchanged else 'are'}"
    said = f"“{source.name}”: {'nothing new, ' if run.unchanged else ''}{in_use} in use."
    remarks = "".join(f"\n  look at: {code}" for code in counts if code in REMARKS)
    return said + remarks + "".join(f"\n  {number} skipped: {code}" for code, number in counts.most_common() if code not in REMARKS)
