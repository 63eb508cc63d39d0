"""What a page is about, without menu, footer and advertisement, as headings and paragraphs in their order. Called by crawl.py with markup.py's tree.

Two readers look at the tree: trafilatura, which knows articles, and our own, which keeps what trafilatura drops of the short pages businesses have
(questions that unfold, price tables, three lines of opening hours). Whoever found clearly more is believed.
"""

import logging
import re
from collections.abc import Iterator

from lxml import etree, html
from trafilatura import bare_extraction

from widget.knowledge.reading.cutting import Block
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
ENOUGH = 0.6
_LINKED = 0.6
# The library says of every short page that it discards it.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def main_blocks(tree: html.HtmlElement, first_page: bool = False) -> list[Block]:
    """`first_page`: the footer is taken too, since that is where address and opening hours stand."""
    ours = list(_own_blocks(tree, first_page))
    found = bare_extraction(tree, include_comments=False, include_tables=True, include_formatting=True, output_format="xml", favor_recall=True)
    body = found.body if found is not None else None
    # A single paragraph is its last resort: all words of the page, menus too.
    theirs = list(_their_blocks(body)) if body is not None and len(body) > 1 else []
    return theirs if _length(theirs) >= ENOUGH * _length(ours) and _headings(theirs) >= _headings(ours) else ours


def _length(blocks: list[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _headings(blocks: list[Block]) -> int:
    return sum(1 for block in blocks if block.level)


def clean(text: str) -> str:
    """What a person would see of it; lines stay, empty ones do not."""
    return "\n".join(line for line in seen(text).split("\n") if line)


# -- our own reader ---------------------------------------------------------------------------------------------------------
def _own_blocks(tree: html.HtmlElement, first_page: bool) -> Iterator[Block]:
    whole = _root(tree)
    lines: list[str] = []
    # An explicit stack: pages may be deep.
    for kind, text in _spoken(whole, first_page):
        if kind == "line":
            lines.append(text)
        elif kind == "cell":
            lines[-1:] = [f"{lines[-1]} | {text}" if lines else text]
        else:
            yield from _paragraph(lines)
            lines = []
            if kind != "break" and text:
                yield Block(clean(text).replace("\n", " "), int(kind))
    yield from _paragraph(lines)


def _paragraph(lines: list[str]) -> Iterator[Block]:
    text = clean("\n".join(lines))
    if text:
        yield Block(text)


def _root(tree: html.HtmlElement) -> html.HtmlElement:
    """The page's own word for its main part, where that holds most of what is said."""
    body = tree.find("body")
    body = tree if body is None else body
    mains = [element for element in body.iter("main", "article", "div", "section") if element.tag == "main" or element.get("role") == "main"]
    if not mains:
        return body
    main = max(mains, key=_text_length)
    return main if _text_length(main) * 3 >= _text_length(body) else body


def _text_length(element: html.HtmlElement) -> int:
    return sum(len(text.strip()) for text in element.itertext())


def _spoken(root: html.HtmlElement, first_page: bool) -> Iterator[tuple[str, str]]:
    """("line", text), ("cell", text) that continues a line, ("1".."6", heading), ("break", "")."""
    said: list[str] = []
    in_row = False

    def flush() -> Iterator[tuple[str, str]]:
        nonlocal in_row
        text = clean("".join(said))
        said.clear()
        if text:
            yield ("cell" if in_row else "line"), text.replace("\n", " " if in_row else "\n")
            in_row = in_row or False

    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if element is not root and _is_boilerplate(element, first_page):
                walk.skip_subtree()
                yield from flush()
                continue
            if tag in _HEADINGS or tag in _QUESTIONS:
                yield from flush()
                heading = clean("".join(element.itertext())).replace("\n", " ")
                walk.skip_subtree()
                if tag in _HEADINGS:
                    yield str(_HEADINGS[tag]), heading
                elif heading.endswith("?") or tag != "button":
                    yield "6", heading
                continue
            if tag in _BLOCKS or tag == "br":
                yield from flush()
            if tag in ("td", "th"):
                in_row = element.getprevious() is not None
            elif tag == "tr":
                in_row = False
            elif tag == "table":
                yield "break", ""
            if element.text:
                said.append(element.text)
        else:
            if tag in _BLOCKS and not (tag in _HEADINGS or tag in _QUESTIONS):
                yield from flush()
                if tag in ("td", "th", "tr", "table"):
                    in_row = False
                if tag in ("p", "ul", "ol", "table", "dl", "blockquote", "pre", "section", "article", "dd"):
                    yield "break", ""
        if event == "end" and element is not root and element.tail:
            said.append(element.tail)
    yield from flush()


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
    links = [_text_length(link) for link in element.iter("a")]
    return len(links) >= 3 and sum(links) >= _LINKED * _text_length(element) and sum(links) / len(links) < 30


# -- trafilatura's ----------------------------------------------------------------------------------------------------------
def _their_blocks(body: etree._Element) -> Iterator[Block]:
    for element in body:
        if element.tag == "table":
            rows = (" | ".join(_said(cell) for cell in row.iter("cell")) for row in element.iter("row"))
            text = clean("\n".join(rows))
        elif element.tag == "list":
            text = clean("\n".join(_said(item) for item in element.iter("item")))
        elif element.tag == "head":
            text = _said(element)
        else:
            text = clean(_with_breaks(element))
        if text:
            level = int(element.get("rend", "h2")[1:2] or 2) if element.tag == "head" else 0
            yield Block(text, level)


def _with_breaks(element: etree._Element) -> str:
    said = [element.text or ""]
    for child in element:
        said.append("\n" if child.tag == "lb" else _with_breaks(child))
        said.append(child.tail or "")
    return "".join(said)


def _said(element: etree._Element) -> str:
    return clean("".join(element.itertext())).replace("\n", " ")
