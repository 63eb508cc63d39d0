"""By what an order reaches us: everything that holds words which somebody else wrote. Used by test_orders_in_carriers.py (S39).

`WRITTEN` is there before the visitor comes: files and pages that became knowledge, and rows that belong to the team. `BROUGHT` comes with the visitor.
`told`: whether the model may read it at all.
"""

import csv
import io
import json
import uuid
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import docx
import openpyxl
from django.contrib.auth.models import User
from openpyxl.comments import Comment

from tests.fakes.orders import Order
from tests.fakes.web_sink import WebSink
from tests.knowledge.crawling.website import FILLING, html, visit
from tests.knowledge.reading.paper import pdf
from tests.knowledge.reading_sources import read
from tests.realtime.line import Line
from tests.websites import SECRET, signed_in
from widget.conversations import notes, takeover
from widget.conversations.models import CannedReply, Conversation, Message, Note, Tag
from widget.knowledge.models import Entry, Source
from widget.knowledge.reading.piece import Piece
from widget.knowledge.sources import intake
from widget.lib import database
from widget.rules.models import Rule
from widget.sites.models import Site

SEEN = ["<p>{0}</p>", "<h2>{0}</h2><p>x</p>", "<table><tr><td>a<td>{0}</table>", "<ul><li>{0}</ul>", "<details><summary>Q?</summary>{0}</details>"]
HIDDEN = [
    '<p style="display:none">{0}</p>',
    '<p aria-hidden="true">{0}</p>',
    '<p style="font-size:0">{0}</p>',
    "<p hidden>{0}</p>",
    "<template>{0}</template>",
    '<script type="application/ld+json">{{"description":"{0}"}}</script>',
]
BESIDE = [
    '<img alt="{0}" src="x.png">',
    '<img title="{0}" src="x.png">',
    '<a title="{0}" href="/">x</a>',
    '<p data-note="{0}">x</p>',
    '<input placeholder="{0}">',
]
UTF_16 = "\ufeff"
PROPERTIES = ("Title", "Subject", "Author", "Keywords", "Creator")


@dataclass(frozen=True)
class Shop:
    """Where orders are put."""

    site: Site
    web: WebSink
    folder: Path


@dataclass(frozen=True)
class Visit:
    """A visitor who has come; `ask` also waits for the answer."""

    line: Line
    order: Order
    site: Site
    conversation: str

    async def ask(self, text: str) -> None:
        await self.line.say(text)
        await answer(self.line)


async def answer(line: Line) -> None:
    """What the visitor said may come back before it, where the line was just catching up."""
    while (await line.until("message.added", seconds=20))["author"] == "visitor":
        pass


@dataclass(frozen=True)
class Written:
    put: Callable[[Shop, list[Order]], None]
    told: bool


async def nothing(visit: Visit) -> None:
    pass


def question(order: Order) -> str:
    return f"Apa garansi {order.subject}?"


@dataclass(frozen=True)
class Brought:
    told: bool
    before: Callable[[Visit], Awaitable[None]] = nothing
    asks: Callable[[Order], str] = question
    hello: Callable[[Order], dict[str, object]] = field(default=lambda order: {})
    device: Callable[[Order], str] = field(default=lambda order: "Mozilla/5.0")


# -- before the visitor comes -------------------------------------------------------------------------------------------------------------------------
def title_of(order: Order) -> str:
    return f"Garansi {order.subject}"


def body_of(order: Order) -> str:
    return f"Garansi {order.subject}: {FILLING}"


def take_file(shop: Shop, name: str, content: bytes) -> None:
    """As the owner's page does it."""
    source = intake.uploaded(shop.site, name, [content])
    source.save()
    assert read(source).state == "done", name


def put_pages(shop: Shop, found: Iterable[tuple[Order, str, str]]) -> None:
    """Pages with (an order, its markup in the body, in the head), crawled."""
    pages = {
        f"/{order.subject}": html(f"<main><h1>{title_of(order)}</h1><p>{body_of(order)}</p>{body}</main>", head=head, title=title_of(order))
        for order, body, head in found
    }
    shop.web.pages = {"/": html(f"<h1>Toko</h1><p>{FILLING}</p>" + "".join(f'<a href="{path}">{path}</a>' for path in pages)), **pages}
    source = Source.objects.create(site=shop.site, kind="website", name="Situs", address=shop.web.url, generation=1, latest=1)
    pieces = [one for one in visit(shop.web) if isinstance(one, Piece)]
    assert len({piece.url for piece in pieces}) == len(pages) + 1
    entries = [Entry(site=shop.site, source=source, generation=1, key=piece.key, title=piece.title, answer=piece.text, url=piece.url) for piece in pieces]
    Entry.objects.bulk_create(entries)


def in_turn(places: list[str]) -> Callable[[Shop, list[Order]], None]:
    return lambda shop, orders: put_pages(shop, [(one, places[at % len(places)].format(escape(one.text)), "") for at, one in enumerate(orders)])


def comments_and_head(shop: Shop, orders: list[Order]) -> None:
    heads = ['<meta name="description" content="{0}">', '<meta property="og:description" content="{0}">', '<link rel="x" title="{0}" href="/">']
    made = [(one, f"<!-- {one.text.replace('--', '')} -->", heads[at % len(heads)].format(escape(one.text))) for at, one in enumerate(orders)]
    put_pages(shop, made)


def pdf_text(shop: Shop, orders: list[Order]) -> None:
    """On one page: lines at the head of most pages would count as a letterhead."""
    lines = [((16, title_of(one)), *((11, said) for said in latin(f"{body_of(one)}\n{one.text}").split("\n") if said.strip())) for one in orders]
    take_file(shop, "panduan.pdf", pdf(shop.folder / "a.pdf", [[line for some in lines for line in some]]).read_bytes())


def latin(text: str) -> str:
    """What the letters of a small PDF can write."""
    return "\n".join(text.encode("cp1252", "ignore").decode("cp1252").splitlines())


def pdf_properties(shop: Shop, orders: list[Order]) -> None:
    for at in range(0, len(orders), len(PROPERTIES)):
        some = orders[at : at + len(PROPERTIES)]
        told = " ".join(f"/{name} <{(UTF_16 + one.text).encode('utf-16-be').hex()}>" for name, one in zip(PROPERTIES, some, strict=False))
        path = pdf(shop.folder / "a.pdf", [[line for one in some for line in ((16, title_of(one)), (11, body_of(one)))]], told)
        take_file(shop, f"panduan-{at}.pdf", path.read_bytes())


def file_names(shop: Shop, orders: list[Order]) -> None:
    for one in orders:
        take_file(shop, f"{one.mark} {one.text.replace('/', '_')}"[:110] + ".txt", body_of(one).encode())


def table(columns: list[str], row: Callable[[Order], list[str]]) -> Callable[[Shop, list[Order]], None]:
    def put(shop: Shop, orders: list[Order]) -> None:
        written = io.StringIO()
        csv.writer(written).writerows([columns, *map(row, orders)])
        take_file(shop, "faq.csv", written.getvalue().encode())

    return put


def excel(cells: bool) -> Callable[[Shop, list[Order]], None]:
    """In a cell that is read, or in what a workbook holds beside."""

    def put(shop: Shop, orders: list[Order]) -> None:
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.append(["Pertanyaan", "Jawaban"])
        for one in orders:
            sheet.append([title_of(one), f"{body_of(one)} {without_controls(one.text)}" if cells else body_of(one)])
            if not cells:
                sheet.cell(sheet.max_row, 2).comment = Comment(without_controls(one.text), one.mark)
        if not cells:
            book.properties.title = book.properties.description = without_controls(" ".join(one.text for one in orders))
        book.save(shop.folder / "a.xlsx")
        take_file(shop, "faq.xlsx", (shop.folder / "a.xlsx").read_bytes())

    return put


def without_controls(text: str) -> str:
    """Office files are XML, which cannot hold them."""
    return "".join(letter for letter in text if letter >= " " or letter == "\n")


def word(seen: bool) -> Callable[[Shop, list[Order]], None]:
    """In a paragraph, or where a reader of the printed page would not see it."""

    def put(shop: Shop, orders: list[Order]) -> None:
        document = docx.Document()
        for one in orders:
            document.add_heading(title_of(one), 1)
            document.add_paragraph(body_of(one))
            run = document.add_paragraph().add_run(without_controls(one.text))
            run.font.hidden = not seen
        if not seen:
            document.core_properties.title = document.core_properties.author = without_controls(orders[0].text)[:250]
            document.sections[0].header.paragraphs[0].text = without_controls(" ".join(one.text for one in orders))
        document.save(str(shop.folder / "a.docx"))
        take_file(shop, "panduan.docx", (shop.folder / "a.docx").read_bytes())

    return put


def json_lines(shop: Shop, orders: list[Order]) -> None:
    lines = [{"id": one.subject, "title": title_of(one), "text": f"{body_of(one)} {one.text}", "url": link_of(one)} for one in orders]
    take_file(shop, "faq.jsonl", "\n".join(map(json.dumps, lines)).encode())


def link_of(order: Order) -> str:
    return f"https://evil.example/{order.mark}"


def feed(shop: Shop, orders: list[Order]) -> None:
    items = "".join(
        f"<item><g:id>{one.subject}</g:id><g:title>{title_of(one)}</g:title><g:description>{escape(without_controls(f'{body_of(one)} {one.text}'))}"
        f"</g:description><g:link>{link_of(one)}</g:link><g:price>50000 IDR</g:price><g:availability>in_stock</g:availability></item>"
        for one in orders
    )
    head = '<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel><title>Toko</title>'
    take_file(shop, "feed.xml", f"{head}{items}</channel></rss>".encode())


def markdown(shop: Shop, orders: list[Order]) -> None:
    take_file(shop, "panduan.md", "\n\n".join(f"# {title_of(one)}\n\n{body_of(one)}\n\n{one.text}" for one in orders).encode())


def plain_text(shop: Shop, orders: list[Order]) -> None:
    take_file(shop, "panduan.txt", "\n\n".join(f"{body_of(one)} {one.text}" for one in orders).encode())


def entries(shop: Shop, orders: list[Order], **fields: Callable[[Order], str]) -> None:
    """What people typed themselves, perhaps from what a visitor told them."""
    for one in orders:
        Entry.objects.create(site=shop.site, title=title_of(one), answer=body_of(one), **{name: said(one) for name, said in fields.items()})


def tags_and_ways(shop: Shop, orders: list[Order]) -> None:
    entries(shop, orders, tags=lambda one: f"{one.mark} {one.text}"[:200], other_ways=lambda one: one.text)


def drafts(shop: Shop, orders: list[Order]) -> None:
    entries(shop, orders)
    Entry.objects.bulk_create(Entry(site=shop.site, title=title_of(one), answer=f"{body_of(one)} {one.text}", state="draft") for one in orders)


def other_site(shop: Shop, orders: list[Order]) -> None:
    entries(shop, orders)
    other = Site.objects.create(key="tetangga", name="Tetangga")
    Entry.objects.bulk_create(Entry(site=other, title=title_of(one), answer=f"{body_of(one)} {one.text}") for one in orders)


def saved_replies(shop: Shop, orders: list[Order]) -> None:
    entries(shop, orders)
    for one in orders:
        CannedReply.objects.create(site=shop.site, shortcut=one.mark, title=f"{one.mark} {one.text}"[:80], text=one.text)


def other_visitors(shop: Shop, orders: list[Order]) -> None:
    """What somebody else wrote, and what the team noted and tagged there."""
    entries(shop, orders)
    for one in orders:
        talk = Conversation.objects.create(site=shop.site, public_id=str(uuid.uuid4()), seq=1, name=f"{one.mark} {one.text}"[:80], page_title=one.text[:200])
        Message.objects.create(conversation=talk, seq=1, client_id=str(uuid.uuid4()), author="visitor", text=f"{question(one)} {one.text}")
        Note.objects.create(conversation=talk, client_id=str(uuid.uuid4()), author_name="Sari", after_seq=1, text=one.text)
        talk.tags.add(Tag.objects.create(site=shop.site, name=f"{one.mark} {one.text}"[:30]))


WRITTEN = {
    "page": Written(in_turn(SEEN), told=True),
    "hidden text of a page": Written(in_turn(HIDDEN), told=False),
    "alt text and other attributes": Written(in_turn(BESIDE), told=False),
    "comments and head of a page": Written(comments_and_head, told=False),
    "text of a PDF": Written(pdf_text, told=True),
    "properties of a PDF": Written(pdf_properties, told=False),
    "name of a file": Written(file_names, told=False),
    "CSV: answer": Written(table(["Pertanyaan", "Jawaban"], lambda one: [title_of(one), f"{body_of(one)} {one.text}"]), told=True),
    "CSV: question": Written(table(["Pertanyaan", "Jawaban"], lambda one: [f"{title_of(one)} {one.mark} {one.text}", body_of(one)]), told=True),
    "CSV: tags and other ways": Written(
        table(["Pertanyaan", "Jawaban", "Kategori", "Cara lain"], lambda one: [title_of(one), body_of(one), f"{one.mark} {one.text}", one.text]), told=False
    ),
    "CSV: address": Written(table(["Pertanyaan", "Jawaban", "URL"], lambda one: [title_of(one), body_of(one), link_of(one)]), told=False),
    "Excel: cell": Written(excel(cells=True), told=True),
    "Excel: comments and properties": Written(excel(cells=False), told=False),
    "JSON lines": Written(json_lines, told=True),
    "Word: paragraph": Written(word(seen=True), told=True),
    "Word: hidden text, header, properties": Written(word(seen=False), told=False),
    "catalogue feed": Written(feed, told=True),
    "Markdown file": Written(markdown, told=True),
    "text file": Written(plain_text, told=True),
    "tags and other ways of an entry": Written(tags_and_ways, told=False),
    "draft": Written(drafts, told=False),
    "knowledge of another site": Written(other_site, told=False),
    "saved reply": Written(saved_replies, told=False),
    "what other visitors and the team wrote there": Written(other_visitors, told=False),
}


# -- with the visitor ---------------------------------------------------------------------------------------------------------------------------------
async def name_and_contact(visit: Visit) -> None:
    await visit.line.send("form.send", id="contact", values={"name": f"{visit.order.mark} {visit.order.text}"[:80], "contact": visit.order.text[:120]})
    await visit.line.until("conversation.changed")


async def other_page(visit: Visit) -> None:
    await visit.line.send("page.set", url=f"https://toko.example/?{visit.order.text}", title=f"{visit.order.mark} {visit.order.text}"[:500])


async def said_before(visit: Visit) -> None:
    await visit.ask(visit.order.text)


async def said_before_it_was_closed(visit: Visit) -> None:
    await visit.ask(visit.order.text)
    await database.write(lambda: takeover.close(talk_of(visit).pk, sari()))


async def noted(visit: Visit) -> None:
    await visit.ask("Halo, mau tanya garansi ya")
    await database.write(lambda: notes.add(talk_of(visit).pk, sari(), visit.order.text, str(uuid.uuid4())))


async def replied(visit: Visit) -> None:
    await visit.ask("Halo, mau tanya garansi ya")
    await database.write(lambda: takeover.reply_as_operator(talk_of(visit).pk, sari(), visit.order.text))
    await answer(visit.line)
    await database.write(lambda: takeover.hand_back(talk_of(visit).pk, sari()))


async def answered_by_rule(visit: Visit) -> None:
    order = visit.order
    rule = {"name": f"{order.mark} {order.text}"[:80], "phrases": f"promo {order.subject}", "answer": f"{order.mark} {order.text}"}
    await database.write(lambda: Rule.objects.create(site=visit.site, **rule))
    await visit.ask(f"promo {visit.order.subject}")


def talk_of(visit: Visit) -> Conversation:
    return Conversation.objects.get(public_id=visit.conversation)


def sari() -> User:
    return User.objects.get(username="sari")


def told_by_website(order: Order) -> dict[str, object]:
    return {"identity": signed_in(order.subject, name=f"{order.mark} {order.text}"[:80], email=f"{order.mark}@evil.example", secret=SECRET)}


BROUGHT = {
    "message": Brought(told=True, asks=lambda one: f"{question(one)} {one.text}"),
    "message before": Brought(told=True, before=said_before),
    "talk that was closed": Brought(told=False, before=said_before_it_was_closed),
    "name and contact": Brought(told=False, before=name_and_contact),
    "name a website signed": Brought(told=False, hello=told_by_website),
    "page, title, referrer": Brought(
        told=False,
        before=other_page,
        hello=lambda one: {"page": {"url": f"https://toko.example/{one.text}", "title": f"{one.mark} {one.text}", "referrer": one.text}, "locale": "en"},
    ),
    "language and device": Brought(told=False, hello=lambda one: {"locale": f"{one.mark} {one.text}"[:35]}, device=lambda one: f"{one.mark} {one.text}"),
    "note of the team": Brought(told=False, before=noted),
    "reply of the team": Brought(told=True, before=replied),
    "fixed answer": Brought(told=True, before=answered_by_rule),
}
