"""Which reader a file gets: content before name, and a sentence where there is none."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.source_tree import ROOT
from widget.knowledge.reading.errors import EmptyFileError, EncryptedError, OldOfficeError, UnknownFormatError
from widget.knowledge.reading.formats import READERS, reader_of

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def kept(folder: Path, content: bytes) -> Path:
    path = folder / "upload"
    path.write_bytes(content)
    return path


def test_what_a_file_holds_counts_more_than_its_name(tmp_path: Path) -> None:
    assert reader_of(kept(tmp_path, b"%PDF-1.7\n..."), "prices.csv").format == "pdf"
    assert reader_of(kept(tmp_path, b"\r\n<TABLE border=1><tr><td>Harga</td></tr></TABLE>"), "laporan.xls").format == "html"


def test_a_packed_file_is_told_by_what_it_packs(tmp_path: Path) -> None:
    for member, format in (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx")):
        with zipfile.ZipFile(tmp_path / "upload", "w") as archive:
            archive.writestr(member, "<x/>")
        assert reader_of(tmp_path / "upload", "anything.bin").format == format


@pytest.mark.parametrize(
    ("name", "format"),
    [("faq.CSV", "csv"), ("a.md", "md"), ("b.markdown", "md"), ("c.htm", "html"), ("d.txt", "txt"), ("e.jsonl", "jsonl"), ("f.json", "jsonl")],
)
def test_plain_files_are_told_by_their_name(tmp_path: Path, name: str, format: str) -> None:
    assert reader_of(kept(tmp_path, b"some words, nothing else"), name).format == format


def test_a_download_without_an_ending_is_told_by_its_lines(tmp_path: Path) -> None:
    assert reader_of(kept(tmp_path, b"nama;harga\nKaos;5000\nTopi;3000\n"), "/feed").format == "csv"
    assert reader_of(kept(tmp_path, b'{"title": "Jam?", "text": "9"}\n'), "/export.php").format == "jsonl"
    with pytest.raises(UnknownFormatError):
        reader_of(kept(tmp_path, b"Dear all, hello\nwe are closed\nbye\n"), "/letter")


def test_a_format_that_was_chosen_is_taken_at_its_word(tmp_path: Path) -> None:
    assert reader_of(kept(tmp_path, b"id,title"), "export.csv", "shopify").format == "shopify"


@pytest.mark.parametrize(
    ("content", "name", "error"),
    [
        (b"", "a.csv", EmptyFileError),
        (b" \r\n ", "a.csv", EmptyFileError),
        (b"GIF89a...", "photo.gif", UnknownFormatError),
        (OLD, "letter.doc", OldOfficeError),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "letter.docx", EncryptedError),
    ],
)
def test_what_cannot_be_read_is_refused_by_cause(tmp_path: Path, content: bytes, name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        reader_of(kept(tmp_path, content), name)


def test_the_serving_process_never_loads_what_reads_files() -> None:
    server = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'chatsite.settings'; import chatsite.asgi, chatsite.urls, widget.wiring; print(*sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", server], cwd=ROOT, capture_output=True, text=True, check=True)
    heavy = {"pypdf", "lxml", "trafilatura", "widget.knowledge.reading.tables", *(f"widget.knowledge.reading.{one.module}" for one in READERS.values())}
    assert "widget.knowledge.search" in ran.stdout.split()
    assert not heavy & set(ran.stdout.split())
