"""Web pages as files: the main text with headings, lists and tables; scripts, styles, navigation and everything hidden left out.

Loaded by formats.py; the catalogues take `text_of` for descriptions in HTML. Hidden text is dropped because only a machine would read it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from lxml import etree
from lxml import html as markup

from widget.knowledge.reading.bounds import WHOLE_BYTES, bounded, check_size
from widget.knowledge.reading.cutting import Block, cut
from widget.knowledge.reading.errors import EmptyFileError, NoTextError
from widget.knowledge.reading.grid import spoken
from widget.knowledge.reading.letters import decode, seen, seen_line
from widget.knowledge.reading.piece import Read

_LEFT_OUT = {
    *("script", "style", "template", "noscript", "head", "nav", "footer", "aside", "form", "button", "select", "option", "input", "textarea", "iframe"),
    *("object", "embed", "svg", "math", "canvas", "audio", "video", "dialog", "menu", "map"),
}
_HEADINGS = {f"h{level}": level for level in range(1, 7)} | {"summary": 5, "dt": 6, "legend": 6}
# What a heading stands for ends with the element that holds it.
_HOLDERS = {"details": 5, "dl": 6, "fieldset": 6}
_PARAGRAPHS = {
    *("p", "div", "section", "article", "main", "body", "header", "li", "ul", "ol", "dl", "dd", "blockquote", "pre", "figure", "figcaption", "address"),
    *("details", "center", "fieldset", "hgroup", "tr", "td", "th", "table"),
}
_ROLES_LEFT_OUT = {"navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alert"}
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0*)?\s*(?:[;!]|$)|font-size\s*:\s*0[a-z%.0]{0,6}\s*(?:[;!]|$)"
    r"|(?:left|top|text-indent)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*0|(?:width|height)\s*:\s*0(?:px)?\s*(?:[;!]|$)|color\s*:\s*transparent",
    re.I,
)
_RULE = re.compile(r"(?:^|(?<=[{}]))([^{}]{1,500})\{([^{}]{0,2000})\}")
_NAMED = re.compile(r"^\s*[a-z]*([.#])([\w-]{1,100})\s*$", re.I)
_DEPTH = 180
_ROWS = 5_000


def read(path: Path, options: Mapping[str, str]) -> Iterator[Read]:
    """Raises ReadingError."""
    return bounded(_read(path, options))


def _read(path: Path, options: Mapping[str, str]) -> Iterator[Read]:
    check_size(path.stat().st_size, WHOLE_BYTES)
    found = False
    for piece in cut(blocks(path.read_bytes()), url=options.get("address", "")):
        found = True
        yield piece
    if not found:
        raise NoTextError


def blocks(content: bytes) -> Iterator[Block]:
    """Of the element `main` where there is one, else of the whole page. Raises EmptyFileError."""
    root = _parsed(_decoded(content))
    page = _Page(_hidden_names(root))
    mains = root.xpath("//main|//*[@role='main']")
    chosen = mains[0] if len(mains) == 1 and len(mains[0].text_content()) >= 200 else root
    title = seen_line(root.findtext(".//title") or "")
    if title and not chosen.xpath(".//h1"):
        yield Block(title, level=1)
    page.walk(chosen, 0)
    page.flush()
    yield from page.blocks


def text_of(fragment: str) -> str:
    """The words of a piece of HTML, in paragraphs; what is no HTML stays as it is."""
    if not re.search(r"<[a-zA-Z/!]|&\w+;|&#", fragment):
        return seen(fragment)
    try:
        root = _parsed(fragment[:200_000])
    except EmptyFileError:
        return ""
    page = _Page(frozenset())
    page.walk(root, 0)
    page.flush()
    return "\n\n".join(block.text for block in page.blocks if block.text)


def _decoded(content: bytes) -> str:
    """By its marks, by what the page says of itself, else by guess."""
    named = re.search(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,40})", content[:4096], re.I)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode(named[1].decode("ascii")) if named and not content.startswith((b"\xff\xfe", b"\xfe\xff")) else decode(content)
    except (LookupError, UnicodeDecodeError):
        return decode(content)


def _parsed(text: str) -> Any:
    parser = markup.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, recover=True)
    try:
        root = markup.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise EmptyFileError from error
    return root


def _hidden_names(root: Any) -> frozenset[str]:
    """Classes and ids that the page's own style sheet hides: ".x", "#y"."""
    names: set[str] = set()
    for style in root.iter("style"):
        for rule in _RULE.finditer((style.text or "")[:500_000]):
            if _HIDDEN.search(rule[2]):
                names |= {found[1] + found[2] for part in rule[1].split(",") if (found := _NAMED.match(part))}
    return frozenset(names)


class _Page:
    """Walks the elements and collects blocks; text between blocks is joined as a browser would show it."""

    def __init__(self, hidden: frozenset[str]) -> None:
        self.blocks: list[Block] = []
        self._hidden = hidden
        self._parts: list[str] = []
        self._ended = 0  # the level of headings that ended with their element

    def walk(self, element: Any, depth: int) -> None:
        tag = element.tag if isinstance(element.tag, str) else ""
        if not tag or depth > _DEPTH or tag in _LEFT_OUT or self._unseen(element):
            return
        if tag == "table" and not element.xpath(".//table"):
            self.flush()
            self._add(spoken(self._rows(element, depth)))
        elif tag in _HEADINGS:
            self.flush()
            if words := seen_line(self._words(element, depth)):
                self.blocks.append(Block(words, level=_HEADINGS[tag]))
                self._ended = 0
        else:
            self._inside(element, tag, depth)

    def flush(self) -> None:
        self._add([seen("".join(self._parts))])
        self._parts.clear()

    def _add(self, texts: Iterable[str]) -> None:
        for text in filter(None, texts):
            if self._ended:
                self.blocks.append(Block("", level=self._ended))
                self._ended = 0
            self.blocks.append(Block(text))

    def _inside(self, element: Any, tag: str, depth: int) -> None:
        parting = tag in _PARAGRAPHS
        if tag == "li":
            self._parts.append("\n- ")
        elif parting and tag not in ("ul", "ol") and not self._in_item(element):
            self.flush()
        elif tag == "br":
            self._parts.append("\n")
        self._say(element.text, tag)
        for child in element:
            self.walk(child, depth + 1)
            self._say(child.tail, tag)
        if parting and tag != "li" and not self._in_item(element):
            self.flush()
        if tag in _HOLDERS:
            self._ended = _HOLDERS[tag]

    def _in_item(self, element: Any) -> bool:
        above = element.getparent()
        return above is not None and above.tag == "li"

    def _say(self, text: str | None, tag: str) -> None:
        if text:
            self._parts.append(text if tag == "pre" else re.sub(r"\s+", " ", text))

    def _words(self, element: Any, depth: int) -> str:
        """The seen words of an element that is one block: a heading, a cell."""
        inner = _Page(self._hidden)
        inner._say(element.text, element.tag)
        for child in element:
            inner.walk(child, depth + 1)
            inner._say(child.tail, element.tag)
        inner.flush()
        return " ".join(block.text for block in inner.blocks if block.text)

    def _rows(self, table: Any, depth: int) -> list[list[str]]:
        rows: list[list[str]] = []
        for row in table.iter("tr"):
            if len(rows) >= _ROWS:
                break
            if not self._unseen(row):
                rows.append([seen_line(self._words(cell, depth)) for cell in row if cell.tag in ("td", "th") and not self._unseen(cell)])
        return rows

    def _unseen(self, element: Any) -> bool:
        if element.get("hidden") is not None or element.get("aria-hidden") == "true" or element.get("role") in _ROLES_LEFT_OUT:
            return True
        style = element.get("style")
        if style and _HIDDEN.search(style[:2_000]):
            return True
        names = [f".{name}" for name in (element.get("class") or "")[:2_000].split()] + [f"#{element.get('id')}"]
        return any(name in self._hidden for name in names)
