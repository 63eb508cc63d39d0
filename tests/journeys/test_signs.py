"""What the two sides see of each other while a person answers: who writes, what was read; and what a visitor thinks of an answer."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.driver import Server
from tests.journeys.chat import Chat
from tests.journeys.shop import OWNER, PASSWORD

pytestmark = pytest.mark.browser
# The operator's line as any page of ours may open it; `window.desk` says and hears.
_DESK = """async () => {
    const csrf = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const { ticket } = await (await fetch("/admin/inbox/ticket/", { method: "POST", headers: { "X-CSRFToken": csrf } })).json();
    const heard = [];
    const socket = new WebSocket(location.origin.replace("http", "ws") + "/ws/inbox");
    const told = (type) => new Promise((resolve) => {
        const look = () => { const frame = heard.find((one) => one.type === type); frame ? resolve(frame) : setTimeout(look, 20); };
        look();
    });
    socket.onmessage = ({ data }) => heard.push(JSON.parse(data));
    await new Promise((resolve) => (socket.onopen = resolve));
    window.desk = { heard, told, say: (frame) => socket.send(JSON.stringify(frame)) };
    desk.say({ type: "hello", protocol: 1, ticket });
    await told("ready");
    desk.say({ type: "list.get", view: "all" });
    const { items } = await told("list.page");
    const { conversation } = items[0];
    desk.say({ type: "talk.open", conversation });
    const { seq } = await told("talk.shown");
    desk.say({ type: "message.send", conversation, id: crypto.randomUUID(), text: "Halo Kak, saya Sari." });
    desk.say({ type: "read.set", seq });
}"""


@pytest.fixture
def desk(shop: Server, new_page: Callable[..., Page]) -> Callable[[], Page]:
    """Opens the newest conversation as its operator, who has read it and answered."""

    def open_desk() -> Page:
        page = new_page(locale="en-GB")
        page.goto(f"{shop.address}/admin/")
        page.get_by_label("Username").fill(OWNER)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page).to_have_url(f"{shop.address}/admin/")
        page.evaluate(_DESK)
        return page

    return open_desk


def test_both_sides_see_who_writes_and_the_visitor_what_was_read(
    shop: Server, tagged: Callable[..., str], new_chat: Callable[..., Chat], desk: Callable[[], Page]
) -> None:
    chat = new_chat().visit(tagged())
    chat.ask("bisa cod ga kak")
    expect(chat.log.get_by_text("Terkirim")).to_have_count(1)
    operator = desk()
    expect(chat.log.get_by_text("Halo Kak, saya Sari.")).to_be_visible()
    expect(chat.log.get_by_text("Dibaca")).to_have_count(1)

    operator.evaluate("desk.say({ type: 'typing.set', on: true })")
    expect(chat.log.locator(".dots")).to_be_visible()
    operator.evaluate("desk.say({ type: 'typing.set', on: false })")
    expect(chat.log.locator(".dots")).to_have_count(0)

    chat.box.press_sequentially("mau pesan dua")
    assert operator.evaluate("desk.told('typing.shown')") == {"type": "typing.shown", "author": "visitor", "on": True}
    assert operator.evaluate("desk.heard.filter(({ type }) => type === 'typing.shown').length") == 1, "not for each letter"
    chat.box.fill("")
    operator.wait_for_function("desk.heard.some(({ type, on }) => type === 'typing.shown' && !on)")


@pytest.mark.parametrize(("language", "good", "bad"), [("id", "Membantu", "Kurang membantu"), ("en", "Helpful", "Not helpful")])
def test_an_answer_is_rated_and_the_last_word_stays(
    shop: Server, tagged: Callable[..., str], new_chat: Callable[..., Chat], language: str, good: str, bad: str
) -> None:
    chat = new_chat(language).visit(tagged())
    chat.ask("bisa cod ga kak")
    thumbs = [chat.log.get_by_role("button", name=name, exact=True) for name in (good, bad)]
    for thumb, pressed in ((thumbs[0], ("true", "false")), (thumbs[1], ("false", "true"))):
        thumb.click()
        for one, state in zip(thumbs, pressed, strict=True):
            expect(one).to_have_attribute("aria-pressed", state)
    # What is asked after it is stored after it.
    chat.ask("harga tas rotan?")
    chat.page.reload()
    chat.open()
    expect(thumbs[1].first).to_have_attribute("aria-pressed", "true")
    code = "from widget.models import Rating; print(list(Rating.objects.order_by('-pk').values_list('seq', 'value')[:1]))"
    assert shop.python(code).splitlines()[-1] == "[(2, -1)]"
