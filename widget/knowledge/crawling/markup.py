"""Reads the markup of one page in one pass: what a visitor sees becomes a small tree, beside it title, language, links and what the page says to robots.

Called by crawl.py with the bytes of a page; the tree goes to main_text.py. What a visitor does not see (hidden elements, comments, scripts) never gets
into the tree, and however large or deep the page is, the tree stays small: what comes after the limits is left out and `cut` says so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree, html

from widget.knowledge.crawling.addresses import canonical

ELEMENTS = 15_000
CHARACTERS = 400_000
LINKS = 1_000
DEEP = 120
# Never text for people, or text of something else.
_TAGS = """
    script style noscript template iframe frame object embed applet svg math canvas audio video source track input select option textarea datalist
"""
_DROPPED = frozenset(_TAGS.split())
_ABOUT_PAGE = frozenset({"html", "head", "title", "body", "meta", "link", "base"})
_KEPT_ATTRIBUTES = ("class", "id", "role", "itemprop", "colspan", "rowspan")
_ATTRIBUTE_LENGTH = 200
# Not opacity and max-height: builders of websites begin with them and let the text come in.
_UNSEEN_STYLE = re.compile(
    r"display:none|visibility:(hidden|collapse)|font-size:0(\.0+)?([a-z%]+)?(;|$|!)|(^|;)(width|height):[01](\.0+)?(px)?(;|$|!)"
    r"|text-indent:-\d{3,}|(left|top|right|bottom):-\d{4,}|clip:rect\([01](px)?[, ]|clip-path:inset\((50|100)%"
)
_COLOUR = re.compile(r"(?:^|;)color:([^;!]+)")
_BACKGROUND = re.compile(r"(?:^|;)background(?:-color)?:([^;!]+)")
_COLOUR_NAMES = {"white": "#ffffff", "black": "#000000", "#fff": "#ffffff", "#000": "#000000", "rgb(255,255,255)": "#ffffff", "rgb(0,0,0)": "#000000"}
# A picture within its tag, or a million attributes: the parser would hold them all.
_ENDLESS_TAG = re.compile(r"<[a-zA-Z][^<>]{100000,}")
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{2,40})""", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"""charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w-]{2,40})""", re.IGNORECASE)
_REFRESH = re.compile(r"url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CONTROLS = {code: None for code in (*range(9), 11, 12, *range(14, 32), 127)}


@dataclass(slots=True)
class Markup:
    """What stands on a page. `links`: canonical addresses in their order, each once, without those a robot is asked not to follow."""

    tree: html.HtmlElement
    title: str = ""
    heading: str = ""
    language: str = ""
    canonical: str = ""
    index: bool = True
    follow: bool = True
    links: list[str] = field(default_factory=list)
    more_links: int = 0
    cut: bool = False


def read_markup(body: bytes, address: str, headers: Mapping[str, str]) -> Markup:
    """Any bytes give something; nothing is raised for broken pages."""
    target = _Target(address)
    target.heed(headers.get("x-robots-tag", ""), header=True)
    parser = etree.HTMLParser(target=target, encoding="utf-8", huge_tree=False)
    text = _ENDLESS_TAG.sub("<p ", decode(body, headers.get("content-type", "")).translate(_CONTROLS))
    try:
        # In steps, so that the copy in UTF-8 is never whole; the target stops hearing where its limits are.
        for at in range(0, len(text), 100_000):
            parser.feed(text[at : at + 100_000].encode("utf-8", "replace"))
            if target.is_full:
                break
        parser.close()
    except etree.XMLSyntaxError:
        target.page.cut = True
    return target.done()


def decode(body: bytes, content_type: str) -> str:
    """Letters by byte order mark, header, the page's own word, or what fits: UTF-8, else that of old Windows."""
    names = [name for mark, name in _MARKS if body.startswith(mark)]
    named = _HEADER_CHARSET.search(content_type)
    names += [named[1]] if named else []
    inside = _CHARSET.search(body[:4096])
    names += [inside[1].decode("ascii")] if inside else []
    for name in (*names, "utf-8"):
        try:
            return body.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    return body.decode("cp1252", "replace")


class _Target:
    """Hears tags and text from the parser and builds the small tree of what is seen."""

    def __init__(self, address: str) -> None:
        self._tree = etree.TreeBuilder(element_factory=html.html_parser.makeelement)
        self._tree.start("html", {})
        self._tree.start("body", {})
        self._open: list[str] = []
        self._base, self._address = address, address
        self._unseen = 0  # how many elements are open below and with one that is not seen
        self._elements = self._characters = self._flat = 0
        self._saying = ""
        self._seen_links: set[str] = set()
        self.page = Markup(html.html_parser.makeelement("html"))

    @property
    def is_full(self) -> bool:
        return self.page.cut

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._unseen:
            self._unseen += 1
        elif self.page.cut:
            return
        elif tag in _ABOUT_PAGE:
            self._whole_page(tag, attributes)
        elif tag in _DROPPED or is_unseen(tag, attributes):
            self._unseen = 1
        else:
            self._element(tag, attributes)

    def _whole_page(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "title" and not self.page.title:
            self._saying = tag
        elif tag == "html":
            self.page.language = attributes.get("lang", attributes.get("xml:lang", ""))[:10].lower().replace("_", "-").partition("-")[0]
        elif tag == "base" and attributes.get("href"):
            self._base = canonical(attributes["href"], self._address) or self._address
        elif tag == "link":
            relations = attributes.get("rel", "").lower().split()
            if "canonical" in relations:
                self.page.canonical = canonical(attributes.get("href", ""), self._base)
            elif "next" in relations or ("alternate" in relations and attributes.get("hreflang")):
                self._link(attributes)
        elif tag == "meta":
            self._meta(attributes)

    def _meta(self, attributes: Mapping[str, str]) -> None:
        name, content = attributes.get("name", "").lower(), attributes.get("content", "")
        if name in ("robots", "kanal"):
            self.heed(content)
        elif attributes.get("http-equiv", "").lower() == "refresh" and (found := _REFRESH.search(content)):
            self._link({"href": found[1]})

    def heed(self, said: str, header: bool = False) -> None:
        """Words like "noindex, nofollow"; in a header those for other robots stand behind their names."""
        for part in said.lower().split(","):
            name, colon, word = part.partition(":")
            if header and colon and name.strip() != "kanal":
                continue
            word = (word if colon and header else part).strip()
            self.page.index = self.page.index and word not in ("noindex", "none")
            self.page.follow = self.page.follow and word not in ("nofollow", "none")

    def _element(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in ("a", "area"):
            self._link(attributes)
        elif tag in ("br", "div", "p") and self._saying == "h1":
            self.page.heading += " "
        self._elements += 1
        if self._elements > ELEMENTS:
            self.page.cut = True
            return
        if tag == "h1" and not self.page.heading:
            self._saying = tag
        # Deeper than any page needs: the text is taken, the nesting is not.
        if len(self._open) < DEEP:
            kept = {name: attributes[name][:_ATTRIBUTE_LENGTH] for name in _KEPT_ATTRIBUTES if name in attributes}
            self._tree.start(tag, kept)
            self._open.append(tag)
        else:
            self._flat += 1

    def _link(self, attributes: Mapping[str, str]) -> None:
        href = attributes.get("href", "")
        if not href or "nofollow" in attributes.get("rel", "").lower().split() or href.startswith(("#", "mailto:", "tel:", "javascript:", "data:")):
            return
        if len(self.page.links) >= LINKS:
            self.page.more_links += 1
            return
        address = canonical(href[:4096], self._base)
        if address and address not in self._seen_links:
            self._seen_links.add(address)
            self.page.links.append(address)

    def end(self, tag: str) -> None:
        if self._unseen:
            self._unseen -= 1
        elif self.page.cut or tag in _ABOUT_PAGE:
            pass
        elif self._flat:
            self._flat -= 1
        elif self._open and self._open[-1] == tag:
            self._tree.end(self._open.pop())
        if tag == self._saying:
            self._saying = ""

    def data(self, text: str) -> None:
        if self._unseen or self.page.cut:
            return
        self._characters += len(text)
        if self._characters > CHARACTERS:
            text, self.page.cut = text[: max(0, CHARACTERS - self._characters + len(text))], True
        if self._saying == "title":
            self.page.title = (self.page.title + text)[:1_000]
        else:
            if self._saying == "h1":
                self.page.heading = (self.page.heading + text)[:1_000]
            self._tree.data(text)

    def comment(self, text: str) -> None:
        """Nobody sees comments."""

    def pi(self, target: str, data: str | None = None) -> None:
        """Nobody sees processing instructions."""

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        """Says nothing about the text."""

    def close(self) -> None:
        """The parser asks for a result; `done` gives it."""

    def done(self) -> Markup:
        for tag in (*reversed(self._open), "body", "html"):
            self._tree.end(tag)
        self._open = []
        self.page.tree = self._tree.close()
        self.page.title, self.page.heading = " ".join(self.page.title.split()), " ".join(self.page.heading.split())
        return self.page


def is_unseen(tag: str, attributes: Mapping[str, str]) -> bool:
    """Whether an element says by itself that nobody sees it. What a stylesheet says is not read: the answers of folded questions hide that way."""
    if ("hidden" in attributes and attributes["hidden"] != "until-found") or attributes.get("aria-hidden", "").lower() == "true":
        return True
    if tag == "dialog" and "open" not in attributes:
        return True
    style = "".join(attributes.get("style", "").lower().split())[:2_000]
    if not style:
        return False
    colour, background = _COLOUR.search(style), _BACKGROUND.search(style)
    return bool(
        _UNSEEN_STYLE.search(style) or (colour and background and _plain(colour[1]) == _plain(background[1])) or (colour and colour[1] == "transparent")
    )


def _plain(colour: str) -> str:
    return _COLOUR_NAMES.get(colour, colour)
