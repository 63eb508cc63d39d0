"""Writes the files that somebody hostile would upload: bombs, holes, depths and lengths. Each function takes a path and fills it."""

import json
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

MEGABYTE = 1024 * 1024
_CONTENT = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_BOOK = '<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
_RELATIONS = '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'
LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefghi", "bcdefghij", strict=True)) + "]>"
OUTSIDE = "<!DOCTYPE x [<!ENTITY j SYSTEM 'file:///etc/passwd'>]>"


def packed(path: Path, parts: Iterable[tuple[str, Iterable[bytes]]]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, chunks in parts:
            with archive.open(name, "w", force_zip64=True) as part:
                for chunk in chunks:
                    part.write(chunk)
    return path


def word(path: Path, document: Iterable[bytes], more: Iterable[tuple[str, Iterable[bytes]]] = ()) -> Path:
    return packed(path.with_suffix(".docx"), [("[Content_Types].xml", [_CONTENT.encode()]), ("word/document.xml", document), *more])


def excel(path: Path, sheet: Iterable[bytes], words: Iterable[bytes] = ()) -> Path:
    parts = [("xl/workbook.xml", [_BOOK.encode()]), ("xl/_rels/workbook.xml.rels", [_RELATIONS.encode()]), ("xl/worksheets/sheet1.xml", sheet)]
    return packed(path.with_suffix(".xlsx"), [*parts, *([("xl/sharedStrings.xml", words)] if words else [])])


def repeated(begin: bytes, filling: bytes, size: int, end: bytes = b"") -> Iterable[bytes]:
    yield begin
    block = filling * max(1, MEGABYTE // len(filling))
    for _ in range(size // len(block) + 1):
        yield block
    yield end


def sheet_of_rows(count: int, words: bool = True) -> Iterable[bytes]:
    """Rows of three cells below their names; with `words` those of `shared_words`."""
    named = "".join(f'<c r="{column}1" t="inlineStr"><is><t>{name}</t></is></c>' for column, name in (("A", "Soal"), ("B", "Jawaban"), ("C", "Nomor")))
    yield f'<worksheet><sheetData><row r="1">{named}</row>'.encode()
    for start in range(1, count + 1, 1000):
        rows = []
        for at in range(start, min(start + 1000, count + 1)):
            cells = f'<c r="A{at + 1}" t="s"><v>{at}</v></c>' if words else f'<c r="A{at + 1}" t="inlineStr"><is><t>Soal {at}?</t></is></c>'
            answer = f'<c r="B{at + 1}" t="str"><f>A{at + 1}&amp;"x"</f><v>Jawaban nomor {at} ada.</v></c>'
            rows.append(f'<row r="{at + 1}">{cells}{answer}<c r="C{at + 1}"><v>{at}</v></c></row>')
        yield "".join(rows).encode()
    yield b"</sheetData></worksheet>"


def shared_words(count: int) -> Iterable[bytes]:
    yield b"<sst>"
    for start in range(0, count + 1, 1000):
        yield "".join(f"<si><t>Pertanyaan nomor {at} tentang barang?</t></si>" for at in range(start, start + 1000)).encode()
    yield b"</sst>"


def claimed(path: Path, size: int) -> Path:
    """The same packed file whose list says that its last part unpacks to `size`."""
    content = bytearray(path.read_bytes())
    struct.pack_into("<L", content, content.rfind(b"PK\x01\x02") + 24, size)
    path.write_bytes(content)
    return path


def overlapping(path: Path) -> Path:
    """Thousands of names for the same packed bytes."""
    data = zlib.compress(b"\0" * 10 * MEGABYTE, 9)[2:-4]
    name = b"word/document.xml"
    check = zlib.crc32(b"\0" * 10 * MEGABYTE)
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, check, len(data), 10 * MEGABYTE, len(name), 0) + name + data
    entries = b""
    for at in range(5_000):
        called = name if not at else b"w%d" % at
        entries += struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, check, len(data), 10 * MEGABYTE, len(called), 0, 0, 0, 0, 0, 0) + called
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 5_000, 5_000, len(entries), len(local), 0)
    path = path.with_suffix(".docx")
    path.write_bytes(local + entries + end)
    return path


def many_parts(path: Path) -> Path:
    return packed(path.with_suffix(".xlsx"), [("xl/workbook.xml", [b"<x/>"]), *((f"p{at}", [b""]) for at in range(30_000))])


def outside_names(path: Path) -> Path:
    """Names that climb out of any folder, and a link; the document itself is a good one."""
    path = word(path, [b"<document><body><p><r><t>Good words.</t></r></p></body></document>"])
    with zipfile.ZipFile(path, "a") as archive:
        for name in ("../../slipped", "/slipped", "..\\..\\slipped", "word/../../slipped"):
            archive.writestr(name, "slipped")
        link = zipfile.ZipInfo("word/media/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return path


def feed(path: Path, head: str, body: Iterable[bytes]) -> Path:
    with path.with_suffix(".xml").open("wb") as file:
        file.write(f"<?xml version='1.0'?>{head}<rss xmlns:g='http://base.google.com/ns/1.0'><channel>".encode())
        file.writelines(body)
        file.write(b"</channel></rss>")
    return path.with_suffix(".xml")


def filled(path: Path, ending: str, chunks: Iterable[bytes]) -> Path:
    with path.with_suffix(ending).open("wb") as file:
        file.writelines(chunks)
    return path.with_suffix(ending)


def holes(path: Path, ending: str, size: int) -> Path:
    """A file of so many bytes that takes no disk."""
    path = filled(path, ending, [b'{"title":"A?","text":"1"}\n'])
    with path.open("r+b") as file:
        file.truncate(size)
    return path


def noise(path: Path, ending: str, size: int, least: int) -> Path:
    made = random.Random(7)
    return filled(path, ending, (bytes(made.choices(range(least, 256), k=4096)) for _ in range(size // 4096)))


def json_lines(path: Path, size: int) -> Path:
    line = json.dumps({"title": "Soal %08d?", "text": "Jawaban. " * 100}) + "\n"
    return filled(path, ".jsonl", ((line % at).encode() for at in range(size // len(line))))


def paper(path: Path, objects: list[bytes]) -> Path:
    """A PDF of these objects, the first of which is the catalogue."""
    out, places = b"%PDF-1.5\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, out.rfind(b"xref\n0 "))
    return filled(path, ".pdf", [out])


def stream(content: bytes, about: bytes = b"") -> bytes:
    packed_content = zlib.compress(content, 9)
    return b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n" % (len(packed_content), about) + packed_content + b"\nendstream"


def _thrice(content: bytes) -> bytes:
    return stream(zlib.compress(zlib.compress(content, 9), 9)).replace(b"/FlateDecode", b"[/FlateDecode /FlateDecode /FlateDecode]")


_TREE = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"]
_PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << /XObject << /X 4 0 R >> /Font << /F 5 0 R >> >> /Contents 4 0 R >>"
_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
PAPERS: dict[str, Callable[[], list[bytes]]] = {
    "a page that unpacks to 300 MB": lambda: [*_TREE, _PAGE, stream(b"BT ET " * (50 * MEGABYTE)), _FONT],
    "a page of 1.9 MB of words": lambda: [*_TREE, _PAGE, stream(b"BT /F 9 Tf (word word) Tj ET\n" * (19 * MEGABYTE // 10 // 30)), _FONT],
    "a form that draws itself": lambda: [
        *_TREE,
        _PAGE,
        stream(b"/X Do /X Do", b"/Type /XObject /Subtype /Form /Resources << /XObject << /X 4 0 R >> >>"),
        _FONT,
    ],
    "pages that are their own parents": lambda: [_TREE[0], b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"],
    "a million pages that are not there": lambda: [
        _TREE[0],
        b"<< /Type /Pages /Kids [" + b"3 0 R " * 100_000 + b"] /Count 1000000 >>",
        _PAGE,
        stream(b""),
        _FONT,
    ],
    "arrays in arrays": lambda: [*_TREE, _PAGE.replace(b"/MediaBox", b"/A " + b"[" * 50_000 + b"]" * 50_000 + b" /MediaBox"), stream(b""), _FONT],
    "arrays in arrays of a page": lambda: [*_TREE, _PAGE, stream(b"[" * 500_000), _FONT],
    "a filter over a filter": lambda: [
        *_TREE,
        _PAGE,
        stream(zlib.compress(zlib.compress(b"\0" * 200 * MEGABYTE, 9), 9)).replace(b"/FlateDecode", b"[/FlateDecode /FlateDecode /FlateDecode]"),
        _FONT,
    ],
}
