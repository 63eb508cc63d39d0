"""What a page is about, without menu, footer and advertisement, as headings and paragraphs in their order. Called by crawl.py with markup.py's tree.

Two readers look at the tree: trafilatura, which knows articles, and our own, which keeps what trafilatura drops of the short pages businesses have
(questions that unfold, price tables, three lines of opening hours). Whoever found clearly more is believed.
"""

import logging
from collections.abc import Iterator

from lxml import etree, html
from trafilatura import bare_extraction

from widget.knowledge.crawling.shown_blocks import clean, shown_blocks
from widget.knowledge.reading.cutting import Block
from widget.knowledge.reading.grid import spoken

ENOUGH = 0.6
# The library says of every short page that it discards it.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def main_blocks(tree: html.HtmlElement, first_page: bool = False) -> list[Block]:
    """`first_page`: the footer is taken too, since that is where address and opening hours stand."""
    ours = shown_blocks(tree, first_page)
    found = bare_extraction(tree, include_comments=False, include_tables=True, include_formatting=True, output_format="xml", favor_recall=True)
    body = found.body if found is not None else None
    # A single paragraph is its last resort: all words of the page, menus too.
    theirs = list(_their_blocks(body)) if body is not None and len(body) > 1 else []
    # The library takes what unfolds an answer for a heading like others, without its end.
    if ours and tree.find(".//details") is not None:
        return ours
    return theirs if _length(theirs) >= ENOUGH * _length(ours) and _headings(theirs) >= _headings(ours) else ours


def _length(blocks: list[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _headings(blocks: list[Block]) -> int:
    return sum(1 for block in blocks if block.level and block.text)


def _their_blocks(body: etree._Element) -> Iterator[Block]:
    for element in body:
        if element.tag == "table":
            text = _table(element)
        elif element.tag == "list":
            text = clean("\n".join(_said(item) for item in element.iter("item")))
        elif element.tag == "head":
            text = _said(element)
        else:
            text = clean(_with_breaks(element))
        if text:
            level = int(element.get("rend", "h2")[1:2] or 2) if element.tag == "head" else 0
            yield Block(text, level)


def _table(table: etree._Element) -> str:
    rows = [[_said(cell) for cell in row.iter("cell")] for row in table.iter("row")]
    headed = any(cell.get("role") == "head" for cell in table.iter("cell")) or not any(
        letter.isdigit() for cell in rows[:1] for word in cell for letter in word
    )
    return clean("\n".join(spoken(rows, headed)))


def _with_breaks(element: etree._Element) -> str:
    """Only what the page breaks is a line; how its source is written is not."""
    verbatim = element.tag in ("code", "quote")
    said = [element.text or ""]
    for child in element:
        said.append("\0" if child.tag == "lb" else _with_breaks(child).replace("\n", "\0"))
        said.append(child.tail or "")
    text = "".join(said)
    return (text if verbatim else text.replace("\n", " ")).replace("\0", "\n")


def _said(element: etree._Element) -> str:
    return clean("".join(element.itertext())).replace("\n", " ")
