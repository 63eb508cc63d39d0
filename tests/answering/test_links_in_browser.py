"""Whatever an answer is made of, a browser finds no link in it to a place that nobody named (S21): the widget's own scripts read what the server let pass."""

import random
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.driver import ROOT
from tests.fakes.web_sink import Page as Served
from tests.fakes.web_sink import WebSink
from widget.answering.links import LinkFilter, Links

pytestmark = [pytest.mark.browser, pytest.mark.promise("S21")]
SOURCES = ROOT / "static" / "widget" / "src"
LINKS = Links(frozenset({"toko.example"}), frozenset({"https://wa.me/62811", "/garansi"}))
PARTS = [
    *("https://", "http://", "HTTPS://", "https:", "http:/", "/", "//", "\\", "://", "h", "ttp", "s:", "evil.example", "toko.example", ".", ".evil.example"),
    *("[", "]", "](", "(", ")", "!", "[x]", "[x](", "**", "*", "_", "__", "~~", "`", "``", "\\]", "\\[", "\\(", "<", ">", '"', "'", ",", "?", "#", "@", ":80"),
    *(
        " ",
        "\n",
        "\n> ",
        "\n- ",
        "\t",
        "\u00a0",
        "\ufeff",
        "\x85",
        "\x1c",
        "\u2028",
        "\u202e",
        "a",
        "/a",
        "?u=",
        "https://toko.example/",
        "https://wa.me/62811",
    ),
    *(
        "javascript:",
        "data:",
        "mailto:",
        "tel:",
        "/garansi",
        "//evil.example",
        "https://evil.example/",
        "[x](https://evil.example)",
        "[x](https://toko.example)",
    ),
]
READ = """async (texts) => {
  const { parseBlocks, parseInline } = await import("/markdown.js");
  const { anchor } = await import("/link.js");
  const found = [];
  const walk = (text) => {
    for (const token of parseInline(text)) {
      if (typeof token === "string") continue;
      if (token.tag === "a") { const node = anchor(token.text, token.href); if (node.href) found.push([token.href, node.href]); }
      else if (token.tag !== "code") walk(token.text);
    }
  };
  return texts.map((text) => { found.length = 0; for (const { kind, text: said } of parseBlocks(text)) if (kind !== "code") walk(said); return [...found]; });
}"""


@pytest.fixture
def scripts() -> Iterator[WebSink]:
    with WebSink() as sink:
        for name in ("markdown.js", "link.js", "element.js"):
            sink.pages[f"/{name}"] = Served(200, {"content-type": "text/javascript"}, (SOURCES / name).read_bytes())
        sink.pages["/"] = Served(200, {"content-type": "text/html"}, b"<!doctype html>")
        yield sink


def said(chance: random.Random) -> str:
    return "".join(chance.choices(PARTS, k=chance.randint(2, 12)))


def let_through(text: str, chance: random.Random) -> str:
    vet, at, shown = LinkFilter(LINKS), 0, []
    while at < len(text):
        end = at + chance.randint(1, 9)
        shown.append(vet.feed(text[at:end]))
        at = end
    return "".join((*shown, vet.end()))


def leads_elsewhere(written: str, opened: str) -> bool:
    """A bracket behind a named address may be read as a part of its path; the host and what stands before stay."""
    host = urlsplit(opened).hostname or ""
    return not (written.partition(")")[0] in LINKS.addresses or host == "toko.example" or host.endswith(".toko.example"))


def test_no_link_leads_to_a_place_that_nobody_named(scripts: WebSink, page: Page, full_count: Callable[[int, int], int]) -> None:
    chance = random.Random("S21")
    page.goto(scripts.url)
    texts = [said(chance) for _ in range(full_count(5_000, 200_000))]
    wrong, kept = [], 0
    for start in range(0, len(texts), 5_000):
        some = texts[start : start + 5_000]
        for text, links in zip(some, page.evaluate(READ, [let_through(text, chance) for text in some]), strict=True):
            wrong += [(text, opened) for written, opened in links if leads_elsewhere(written, opened)]
            kept += bool(links)
    assert not wrong, wrong[:10]
    assert kept > len(texts) // 50
    # The same texts as they were said do lead elsewhere.
    unvetted = page.evaluate(READ, texts[:2_000])
    assert sum(leads_elsewhere(*link) for links in unvetted for link in links) > 50
