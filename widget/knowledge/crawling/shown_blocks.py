"""Our own reader of a page: headings, paragraphs, lists, tables and folded answers in their order, without menus. Called by main_text.py.

Made for the short pages businesses have, where a library that knows articles keeps one paragraph with the menu in it.
"""

import re

from lxml import etree, html

from widget.knowledge.reading.cutting import Block
from widget.knowledge.reading.grid import spoken
from widget.knowledge.reading.letters import seen

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BOILERPLATE = frozenset(("nav", "aside", "footer", "dialog"))
_BOILERPLATE_ROLES = frozenset(("navigation", "banner", "contentinfo", "search", "complementary", "menu", "menubar", "dialog", "alert"))
_BOILERPLATE_NAMES = re.compile(
    r"(^|[\s_-])(nav|navbar|navigation|menu|offcanvas|sidebar|breadcrumbs?|cookies?|consent|gdpr|share|sharing|social|related|upsells?|cross-sells|pagination|pager"
    r"|comments?|popup|modal|newsletter|skip-link|screen-reader-text|sr-only|visually-hidden|footer)($|[\s_-])",
    re.IGNORECASE,
)
# Where a line of its own begins and ends.
_TAGS = """
    address article aside blockquote body button caption center dd details div dl dt fieldset figcaption figure footer form header hr html legend li
    main nav ol p pre section summary table tbody td tfoot th thead tr ul
"""
_BLOCKS = frozenset(_TAGS.split()) | set(_HEADINGS)
_QUESTIONS = frozenset(("summary", "dt", "button"))
_FOLDED = 6
_FOLDING = frozenset(("details", "dl"))
_LINKED = 0.6
_APART = frozenset(("p", "ul", "ol", "table", "dl", "blockquote", "pre", "section", "article", "dd"))


def shown_blocks(tree: html.HtmlElement, first_page: bool = False) -> list[Block]:
    """`first_page`: the footer is taken too, since that is where address and opening hours stand."""
    return _Reader(first_page).read(_root(tree))


def clean(text: str) -> str:
    """What a person would see of it; lines stay, empty ones do not."""
    return "\n".join(line for line in seen(text).split("\n") if line)


def text_length(element: html.HtmlElement) -> int:
    return sum(len(text.strip()) for text in element.itertext())


class _Reader:
    """Walks the tree once. What is `said` becomes a line or a cell, `lines` a paragraph."""

    def __init__(self, first_page: bool) -> None:
        self._first_page = first_page
        self._blocks: list[Block] = []
        self._lines: list[str] = []
        self._said: list[str] = []
        self._cells: list[str] | None = None  # of the row being read; None outside of tables that hold data
        self._rows: list[list[str]] = []
        self._headed = False
        self._verbatim = 0
        self._ended = False  # what unfolded an answer was left: what follows is none of it

    def read(self, root: html.HtmlElement) -> list[Block]:
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            if event == "end":
                self._leave(element)
                if element is not root:
                    self._say(element.tail)
            elif element is not root and (_is_boilerplate(element, self._first_page) or self._heading(element)):
                self._line()
                walk.skip_subtree()
            else:
                self._enter(element)
        self._paragraph()
        return self._blocks

    def _say(self, text: str | None) -> None:
        if text:
            self._said.append(text if self._verbatim else text.replace("\n", " "))

    def _enter(self, element: html.HtmlElement) -> None:
        tag = element.tag
        if tag in _BLOCKS or tag == "br":
            self._line()
        if tag == "pre":
            self._verbatim += 1
        elif tag == "table":
            self._paragraph()
            self._cells, self._rows, self._headed = None, [], False
        elif tag == "tr":
            self._cells = None if _is_layout(element) else []
        elif tag in ("td", "th") and self._cells is not None:
            self._cells.append("")
            self._headed = self._headed or (tag == "th" and not self._rows)
        self._say(element.text)

    def _leave(self, element: html.HtmlElement) -> None:
        tag = element.tag
        if tag not in _BLOCKS or tag in _HEADINGS or tag in _QUESTIONS:
            return
        self._line()
        if tag == "pre":
            self._verbatim -= 1
        elif tag == "tr" and self._cells is not None:
            self._rows.append(self._cells)
            self._cells = None
        elif tag == "table" and self._rows:
            self._lines += spoken(self._rows, self._headed or not any(letter.isdigit() for cell in self._rows[0] for letter in cell))
            self._rows = []
        if (tag in _APART or tag in _FOLDING) and self._cells is None:
            self._paragraph()
            self._ended = self._ended or tag in _FOLDING

    def _heading(self, element: html.HtmlElement) -> bool:
        """Whether it is one, and is taken as such: a heading, or what unfolds an answer."""
        tag = element.tag
        if tag not in _HEADINGS and tag not in _QUESTIONS:
            return False
        self._line()
        # The signs at its end are links to the heading itself.
        text = " ".join(clean(" ".join(_parts(element))).split()).removeprefix("§").rstrip(" ¶#")
        if text and self._cells is not None:
            self._said.append(text)
        elif text and (tag != "button" or text.endswith("?")):
            self._paragraph()
            self._blocks.append(Block(text, _HEADINGS.get(tag, _FOLDED)))
            self._ended = False
        return True

    def _line(self) -> None:
        text = clean("".join(self._said))
        self._said.clear()
        if text and self._cells:
            self._cells[-1] = f"{self._cells[-1]} {text}".strip().replace("\n", " ")
        elif text:
            self._lines.append(text)

    def _paragraph(self) -> None:
        self._line()
        text = clean("\n".join(self._lines))
        self._lines.clear()
        if text and self._ended:
            self._blocks.append(Block("", _FOLDED))
            self._ended = False
        if text:
            self._blocks.append(Block(text))


def _parts(element: html.HtmlElement) -> list[str]:
    """The text of a heading; what a line break or another line parts stays apart."""
    parts = [""]
    for event, inner in etree.iterwalk(element, events=("start", "end")):
        if inner.tag == "br" or (inner is not element and inner.tag in _BLOCKS):
            parts.append("")
        said = inner.text if event == "start" else inner.tail if inner is not element else None
        parts[-1] += said or ""
    return parts


def _is_layout(row: html.HtmlElement) -> bool:
    """A table that only puts things beside each other, as old websites do."""
    return any(next(row.iter(tag), None) is not None for tag in ("table", "h1", "h2", "h3", "ul", "ol"))


def _root(tree: html.HtmlElement) -> html.HtmlElement:
    """The page's own word for its main part, where that holds most of what is said."""
    body = tree.find("body")
    body = tree if body is None else body
    mains = [element for element in body.iter("main", "article", "div", "section") if element.tag == "main" or element.get("role") == "main"]
    if not mains:
        return body
    main = max(mains, key=text_length)
    return main if text_length(main) * 3 >= text_length(body) else body


def _is_boilerplate(element: html.HtmlElement, first_page: bool) -> bool:
    if first_page and (element.tag == "footer" or element.get("role") == "contentinfo"):
        return False
    if element.tag in _BOILERPLATE or element.get("role", "") in _BOILERPLATE_ROLES:
        return True
    if element.tag not in ("div", "section", "ul", "ol", "header", "form", "table"):
        return False
    if element.tag == "header":
        # That of the page has the menu; that of an article its title.
        return element.find(".//nav") is not None or element.find(".//h1") is None
    if _BOILERPLATE_NAMES.search(f"{element.get('class', '')} {element.get('id', '')}") and element.find(".//h1") is None:
        return not (first_page and "footer" in f"{element.get('class', '')} {element.get('id', '')}")
    return _is_menu(element)


def _is_menu(element: html.HtmlElement) -> bool:
    """A list of links with little beside them."""
    if element.tag not in ("ul", "ol", "div") or len(element) < 3:
        return False
    links = [text_length(link) for link in element.iter("a")]
    return len(links) >= 3 and sum(links) >= _LINKED * text_length(element) and sum(links) / len(links) < 30
