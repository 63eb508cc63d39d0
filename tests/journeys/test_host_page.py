"""The chat as a guest: on pages with strict policies, denied storage and odd scripts it leaves no trace, and without its server the plain link stays."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import ARGUMENTS, find_chromium
from tests.driver import Server
from tests.fakes.model_server import ModelServer
from tests.journeys.chat import Chat
from tests.journeys.conftest import Watched
from tests.journeys.shop import MODEL
from tests.journeys.website import LINK, Website, tag
from tests.ports import free_ports

pytestmark = pytest.mark.browser

STRICT = "default-src 'none'; img-src data:; style-src 'self'; base-uri 'none'; form-action 'none'; trusted-types 'none'; require-trusted-types-for 'script'"
UNKNOWN = "kak jual tiket konser dangdut ga"
NAMES = "JSON.stringify([Object.getOwnPropertyNames(window), Object.getOwnPropertySymbols(window).map(String)])"
KEPT = "indexedDB.databases().then((found) => [localStorage.length, sessionStorage.length, found.length])"

# A page as twenty years of scripts left it.
ODD = """<script>
Array.prototype.toJSON = function () { return "patched"; };
Array.prototype.first = function () { return this[0]; };
Object.prototype.extend = function () { return this; };
String.prototype.trimmed = function () { return this.trim(); };
const parse = JSON.parse;
JSON.parse = (text, reviver) => parse(text, reviver);
window.fetch = window.XMLHttpRequest = () => { throw new Error("not here"); };
window.Panel = window.site = window.chat = "taken";
</script>
<style>* { font-size: 9px !important; box-sizing: content-box } button { display: none !important } :not(:defined) { visibility: hidden }</style>
<form id="kanal"><input name="shadowRoot"></form>"""


@pytest.mark.parametrize(
    ("scripts", "more"),
    [("'nonce-kunci' 'strict-dynamic'", ' nonce="kunci"'), ("{kanal}", "")],
    ids=["nonce and strict-dynamic", "list of hosts"],
)
def test_a_strict_policy_reports_nothing_in_a_whole_chat(
    shop: Server, tagged: Callable[..., str], watched_page: Callable[..., Watched], model_server: ModelServer, scripts: str, more: str
) -> None:
    model_server.set(MODEL, "text:Ada Kak, **ready**.\n\n- rotan\n- pandan")
    policy = f"{STRICT}; connect-src {shop.address} ws://127.0.0.1:{shop.port}; script-src {scripts.format(kanal=shop.address)}"
    watched = watched_page(locale="id-ID")
    chat = Chat(watched.page).visit(tagged("model", more, Content_Security_Policy=policy))
    assert chat.ask("ada tas?").text.startswith("Ada Kak, ready.")
    chat.person.click()
    expect(chat.contact_way).to_be_visible()
    assert watched.complaints == []


def test_before_it_is_opened_it_leaves_nothing_and_asks_nobody(shop: Server, website: Website, watched_page: Callable[..., Watched]) -> None:
    watched = watched_page(locale="id-ID")
    page, asked = watched.page, list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(website.page("<p>tanpa chat</p>"))
    names = page.evaluate(NAMES)
    asked.clear()
    chat = Chat(page)
    page.goto(website.page(tag(shop.address, "demo")))
    expect(chat.button).to_be_visible()
    assert [urlsplit(url).path for url in asked if url.startswith(shop.address)] == ["/widget.js"]
    assert page.evaluate(KEPT) == [0, 0, 0]
    with_ours = names.replace("],[]]", ',"Kanal"],[]]')
    assert page.evaluate(NAMES) == with_ours, "no global but the one for pages that sign customers in"
    chat.open()
    chat.ask("bisa cod ga kak")
    assert page.evaluate(NAMES) == with_ours
    assert page.context.cookies() == []
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith("data:")}
    assert hosts <= {urlsplit(website.origin).netloc, urlsplit(shop.address).netloc}
    assert watched.complaints == []


def test_it_chats_where_storage_is_denied(tagged: Callable[..., str], watched_page: Callable[..., Watched]) -> None:
    watched = watched_page(locale="id-ID")
    watched.page.add_init_script(
        """for (const name of ["localStorage", "sessionStorage", "indexedDB"])
            Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });"""
    )
    chat = Chat(watched.page).visit(tagged())
    assert "COD 3 persen" in chat.ask("bisa cod ga kak").text
    assert chat.ask("harga tas rotan berapa").sources
    assert watched.complaints == []


def test_a_page_with_patched_built_ins_and_rough_styles_does_not_break_it(tagged: Callable[..., str], watched_page: Callable[..., Watched]) -> None:
    watched = watched_page(locale="id-ID")
    chat = Chat(watched.page).visit(tagged(body=ODD))
    assert "COD 3 persen" in chat.ask("bisa cod ga kak").text
    chat.ask(UNKNOWN)
    expect(chat.contact_way).to_be_visible()
    assert chat.box.evaluate("(box) => getComputedStyle(box).fontSize") == "16px"
    assert watched.complaints == []


def test_without_its_server_the_plain_link_stays(website: Website, new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto(website.page(tag(f"http://127.0.0.1:{free_ports()[0]}", "demo")))
    expect(page.get_by_role("link", name="Chat lewat WhatsApp")).to_be_visible()
    expect(Chat(page).button).to_have_count(0)


def test_with_a_wrong_key_the_plain_link_stays(tagged: Callable[..., str], watched_page: Callable[..., Watched]) -> None:
    watched = watched_page()
    with watched.page.expect_response("**/widget.js*"):
        watched.page.goto(tagged("tidak-ada"))
    watched.page.wait_for_load_state("networkidle")
    expect(watched.page.get_by_role("link", name="Chat lewat WhatsApp")).to_be_visible()
    expect(Chat(watched.page).button).to_have_count(0)
    assert watched.complaints == []


def test_on_a_website_that_is_not_allowed_it_says_so_and_offers_the_link(shop: Server, website: Website, watched_page: Callable[..., Watched]) -> None:
    watched = watched_page(locale="id-ID")
    chat = Chat(watched.page)
    watched.page.goto(website.foreign_origin + website.put(tag(shop.address, "demo")))
    chat.button.click()
    expect(chat.panel).to_contain_text("Chat belum bisa dipakai di sini.")
    expect(chat.panel.get_by_role("link", name="Hubungi kami langsung")).to_have_attribute("href", "https://wa.me/6281234567890")
    expect(chat.box).to_be_hidden()
    assert watched.complaints == []


def test_a_second_copy_of_the_tag_is_ignored(shop: Server, tagged: Callable[..., str], watched_page: Callable[..., Watched]) -> None:
    watched = watched_page(locale="id-ID")
    chat = Chat(watched.page)
    with watched.page.expect_event("load"):
        watched.page.goto(tagged(body=tag(shop.address, "demo", link="") + tag(shop.address, "model", link="")))
    watched.page.wait_for_load_state("networkidle")
    expect(chat.button).to_have_count(1)
    chat.open()
    assert chat.ask("bisa cod ga kak").sources
    assert watched.complaints == []


def test_a_link_elsewhere_in_the_page_stays_and_opens_the_chat(shop: Server, website: Website, new_chat: Callable[..., Chat]) -> None:
    chat = new_chat()
    chat.page.goto(website.page(LINK + "<p>Selamat datang</p>" + tag(shop.address, "demo", link="")))
    expect(chat.button).to_be_visible()
    chat.page.get_by_role("link", name="Chat lewat WhatsApp").click()
    expect(chat.box).to_be_visible()


def test_coming_back_to_a_page_kept_by_the_browser_goes_on_with_the_chat(tagged: Callable[..., str], browser: Browser) -> None:
    keeping = browser.browser_type.launch(executable_path=find_chromium(), args=ARGUMENTS, ignore_default_args=["--disable-back-forward-cache"])
    try:
        page = keeping.new_page(locale="id-ID")
        page.add_init_script("addEventListener('pageshow', (event) => { window.restored = event.persisted; })")
        chat = Chat(page).visit(tagged())
        chat.ask("bisa cod ga kak")
        page.goto(tagged("model"))
        page.evaluate("history.back()")
        page.wait_for_function("window.restored")
        assert "Rp189.000" in chat.ask("harga tas rotan berapa").text
        assert len(chat.said()) == 4
    finally:
        keeping.close()
