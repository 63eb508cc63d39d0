"""Takes a source in: an address, or a file that somebody uploaded or named on the command line. Called by the pages and `manage.py knowledge_import`.

A file's first bytes say what it is before anything is stored; the name it had on its owner's device is only a label and leads nowhere.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import QuerySet

from widget.knowledge.crawling.addresses import canonical
from widget.knowledge.models import Source
from widget.knowledge.reading import formats
from widget.knowledge.reading.bounds import check_size
from widget.knowledge.reading.errors import EmptyFileError
from widget.knowledge.reading.letters import seen_line
from widget.knowledge.sources import files
from widget.lib.outbound import BadUrlError
from widget.sites.models import Site

WEBSITE = "website"
NAME_LENGTH = 120
_STEP = 262_144
# Options of an address: its scheme is our guess; https did not answer, so it is read by http.
GUESSED, PLAIN = "guessed", "plain"
_TABLES = ("csv", "tsv", "xlsx", "catalogue")


def website(site: Site, address: str) -> Source:
    """Not saved yet. Raises BadUrlError."""
    source = Source(site=site, kind=Source.Kind.WEBSITE)
    put_address(source, address)
    return source


def distant_file(site: Site, address: str, format: str = "auto", unnamed: Source.Kind = Source.Kind.CATALOGUE, catalogue: bool = False) -> Source:
    """A table, document or catalogue behind an address; not saved yet. `unnamed`: what it is where its address does not say. Raises BadUrlError."""
    checked = checked_address(address)
    wanted = format if format != "auto" else format_of_address(checked)
    reader = formats.READERS.get(wanted)
    kind = Source.Kind.CATALOGUE if catalogue else Source.Kind(reader.kind) if reader else unnamed
    source = Source(site=site, kind=kind, options={"format": format})
    put_address(source, address)
    return source


def uploaded(site: Site, name: str, pieces: Iterable[bytes], format: str = "auto", catalogue: bool = False) -> Source:
    """A file of one's own, stored; its source is not saved yet. Raises ReadingError, and nothing is kept then."""
    source = Source(site=site, name=clean_name(name))
    put_file(source, name, pieces, format, catalogue)
    return source


def put_file(source: Source, name: str, pieces: Iterable[bytes], format: str = "auto", catalogue: bool = False) -> None:
    """Gives a source another file; the next reading takes it, and the night removes the one before. Raises ReadingError, and nothing has changed then."""
    label = clean_name(name)
    kept = files.store(_bounded(pieces))
    path = files.folder() / kept
    with ExitStack() as refused:
        refused.callback(path.unlink, missing_ok=True)
        if not path.stat().st_size:
            raise EmptyFileError
        find = formats.catalogue_reader_of(path, label) if catalogue and format == "auto" else formats.reader_of(path, label, format)
        refused.pop_all()
    options = {option: value for option, value in source.options.items() if option not in ("mapping", "sheet") or source.options.get("format") == find.format}
    source.kind, source.file, source.options = Source.Kind(find.kind), kept, {**options, "format": find.format, "file_name": label}


def put_address(source: Source, address: str) -> None:
    """Gives a source an address, and its name where it was called by the one before. Not saved. Raises BadUrlError."""
    checked = checked_address(address)
    if not source.name or source.name == name_of_address(source.address):
        source.name = name_of_address(checked)
    source.address = checked
    # Nobody said https: as long as it was never read, it may turn out to be http.
    kept = {option: value for option, value in source.options.items() if option not in (GUESSED, PLAIN)}
    source.options = kept if "://" in address else {**kept, GUESSED: "1"}


def without_guess(source: Source) -> str:
    """The address as it was said: without a scheme where nobody said one and it was not read yet."""
    return source.address.partition("://")[2] if source.options.get(GUESSED) else source.address


def settle_address(source: Source, answered: str) -> None:
    """Keeps by which scheme an address answered that came without one."""
    if not source.options.get(GUESSED):
        return
    is_plain = urlsplit(answered).scheme == "http"
    left = {option: value for option, value in source.options.items() if option != GUESSED}
    address = f"http://{without_guess(source)}" if is_plain else source.address
    source.address, source.options = address, {**left, PLAIN: "1"} if is_plain else left
    source.save(update_fields=["address", "options"])


def is_table(source: Source) -> bool:
    """Whether its columns can be chosen; what lies behind an address may turn out to say by itself what it holds."""
    if source.address:
        return source.kind in (Source.Kind.TABLE, Source.Kind.CATALOGUE) and source.options.get("format") in ("auto", *_TABLES)
    return bool(source.file) and source.options.get("format") in _TABLES


def same_source(source: Source) -> QuerySet[Source]:
    """Sources of the site that are read from the same address, however it is spelled, or a file of the same name."""
    own = Source.objects.filter(site=source.site_id).exclude(state=Source.State.GOING)
    if not source.address:
        return own.filter(address="", options__file_name=source.options["file_name"])
    is_website = source.kind == Source.Kind.WEBSITE
    wanted = _spelled(source.address, is_website)
    return own.filter(pk__in=[one.pk for one in own.exclude(address="") if _spelled(one.address, is_website) == wanted])


def same_file(one: Source, other: Source) -> bool:
    """Whether their files hold the same bytes."""
    first, second = files.path_of(one), files.path_of(other)
    if not (one.file and other.file and first.is_file() and second.is_file() and first.stat().st_size == second.stat().st_size):
        return False
    return all(left == right for left, right in zip(read_pieces(first), read_pieces(second), strict=True))


def read_pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_STEP):
            yield piece


def checked_address(address: str) -> str:
    """With https:// where nothing stands in front. Raises BadUrlError; whether it leads to us is asked when it is fetched (lib/outbound.py)."""
    said = address.strip()
    said = said if "://" in said else f"https://{said}"
    parts = urlsplit(said) if len(said) <= 500 else None
    try:
        URLValidator(schemes=["http", "https"])(said)
    except ValidationError as error:
        raise BadUrlError from error
    if parts is None or parts.username is not None or parts.password is not None:
        raise BadUrlError
    return said


def format_of_address(address: str) -> str:
    """What its last part is called after; empty for a page."""
    return formats.format_of_name(urlsplit(address).path)


def name_of_address(address: str) -> str:
    """Its host and port; with the file's name, or where it is a part of a website with its path."""
    parts = urlsplit(address)
    where, path = parts.netloc.rpartition("@")[2].lower(), parts.path.rstrip("/")
    return (f"{where} {path.rpartition('/')[2]}" if format_of_address(address) else f"{where}{path}")[:NAME_LENGTH]


def clean_name(name: str) -> str:
    """What a person can see of its last part, shortened in the middle: the ending tells the format."""
    plain = seen_line(name.replace("\\", "/").rpartition("/")[2]).strip(". ") or "file"
    if len(plain) <= NAME_LENGTH:
        return plain
    ending = Path(plain).suffix[:12]
    return plain[: NAME_LENGTH - len(ending)] + ending


def _spelled(address: str, is_website: bool) -> str:
    """One spelling for each address; of a website also without what crawling takes for the same: http or https, www. and tracking."""
    place, _, query = address.partition("?")
    parts = urlsplit(canonical(address if is_website else place) or address)
    path = parts.path.rstrip("/")
    return f"{parts.netloc.removeprefix('www.')}{path}?{parts.query}" if is_website else f"{parts.scheme}://{parts.netloc}{path}?{query}"


def _bounded(pieces: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        check_size(size)
        yield piece
