"""Writes small PDFs for the tests of their reader: lines of text in letters of a size, or pages of nothing but a picture."""

from pathlib import Path

Line = tuple[int, str]


def pdf(path: Path, pages: list[list[Line]], properties: str = "") -> Path:
    """One page per list of (size in points, text); a size below zero is bold. An empty list is a page with a drawing only."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"]
    objects += ["<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>", f"<< {properties} >>"]
    kids = []
    for lines in pages:
        drawn = _drawn(lines)
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
        fonts = "<< /Font << /F1 3 0 R /F2 4 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources {fonts} /Contents {len(objects)} 0 R >>")
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    path.write_bytes(_assembled(objects))
    return path


def _drawn(lines: list[Line]) -> str:
    if not lines:
        return "0.5 g 50 50 400 600 re f"
    parts, height = [], 800
    for size, text in lines:
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        parts.append(f"BT /F{2 if size < 0 else 1} {abs(size)} Tf 50 {height} Td ({escaped}) Tj ET")
        height -= abs(size) + 4
    return "\n".join(parts)


def _assembled(objects: list[str]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info 5 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    return out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()
