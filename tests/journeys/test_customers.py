"""A shared computer and a second phone, in real browsers: customers whom the website signed in, one after the other and at once (S11, S10)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.driver import Server
from tests.fakes.chaos_proxy import ChaosProxy
from tests.journeys.chat import Chat
from tests.journeys.website import Website, tag
from tests.websites import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.promise("S11")]
OF_A, OF_A_UNSENT, OF_B, OF_NOBODY = "apakah pesanan Ani sudah dikirim?", "belum terkirim dari Ani", "pertanyaan Budi", "tanya tanpa masuk"
_WHO_SAID = """
from widget.models import Customer, Message
rows = Message.objects.filter(text={text!r})
print(set(Customer.objects.filter(talk__in=rows.values("conversation__public_id")).values_list("sub", flat=True)), rows.count())
"""


@pytest.fixture
def page_for(shop: Server, website: Website) -> Callable[..., str]:
    """The address of a page as the website renders it now for this customer, or for nobody."""

    def render(sub: str = "", kanal: str = "") -> str:
        more = f' data-identity="{signed_in(sub, name=sub)}"' if sub else ""
        return website.page(tag(kanal or shop.address, "demo", more))

    return render


def who_said(shop: Server, text: str) -> str:
    return shop.python(_WHO_SAID.format(text=text)).splitlines()[-1]


def kept(page: Page) -> str:
    """All that the browser's storage holds for the website."""
    return str(page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.cookie"))


def another_tab(chat: Chat) -> Chat:
    return Chat(chat.page.context.new_page())


def test_on_a_shared_computer_the_next_customer_sees_nothing_of_the_one_before(
    shop: Server, page_for: Callable[..., str], new_chat: Callable[..., Chat]
) -> None:
    ani = new_chat().visit(page_for("ani-1"))
    ani.ask(OF_A + " 1")
    second = another_tab(ani).visit(page_for("ani-1"))
    expect(second.log).to_contain_text(OF_A)
    # Words in the box, and words that the line could not take any more.
    ani.page.context.set_offline(True)
    ani.say(OF_A_UNSENT)
    ani.box.fill("draf Ani")
    expect(ani.log).to_contain_text(OF_A_UNSENT)
    ani.page.context.set_offline(False)
    ani.page.evaluate("Kanal.logout()")
    expect(ani.log).not_to_contain_text("Ani")
    expect(ani.box).to_have_value("")
    expect(second.log).not_to_contain_text("Ani")
    # Nobody signed in, on the same page.
    ani.ask(OF_NOBODY)
    assert ani.texts("visitor") == [OF_NOBODY]
    budi = Chat(ani.page).visit(page_for("budi-1"))
    expect(budi.answers).to_have_count(1)
    budi.ask(OF_B + " 1")
    for chat in (budi, another_tab(budi).visit(page_for("budi-1")), another_tab(budi).visit(page_for())):
        expect(chat.box).to_be_visible()
        assert not [text for text in chat.texts() if "Ani" in text]
        assert "Ani" not in kept(chat.page) and "ani-1" not in kept(chat.page)
    assert who_said(shop, OF_A + " 1") == "{'ani-1'} 1" and who_said(shop, OF_B + " 1") == "{'budi-1'} 1"
    assert who_said(shop, OF_A_UNSENT) in ("set() 0", "{'ani-1'} 1"), "sent by whom it is from, or by nobody"


def test_the_next_customer_without_a_logout_between_sees_nothing_either(page_for: Callable[..., str], new_chat: Callable[..., Chat]) -> None:
    ani = new_chat().visit(page_for("ani-2"))
    ani.ask(OF_A)
    left_open = another_tab(ani).visit(page_for("ani-2"))
    expect(left_open.log).to_contain_text(OF_A)
    nobody = Chat(ani.page).visit(page_for())
    expect(nobody.panel).to_be_visible()
    nobody.ask(OF_NOBODY)
    assert nobody.texts("visitor") == [OF_NOBODY]
    budi = Chat(ani.page).visit(page_for("budi-2"))
    expect(budi.answers).to_have_count(1)
    budi.ask(OF_B)
    assert budi.texts("visitor") == [OF_NOBODY, OF_B]
    # The tab that was left open learns that somebody else is there.
    expect(left_open.log).not_to_contain_text("Ani")


def test_what_a_customer_could_not_send_is_not_sent_by_the_next_one(shop: Server, page_for: Callable[..., str], new_chat: Callable[..., Chat]) -> None:
    unsent = "belum sempat terkirim"
    with ChaosProxy.in_thread("127.0.0.1", shop.port) as proxy:
        kanal = f"http://{proxy.host_port}"
        ani = new_chat().visit(page_for("ani-3", kanal))
        ani.ask(OF_A)
        ani.page.context.set_offline(True)
        ani.say(unsent)
        expect(ani.log).to_contain_text(unsent)
        # The browser is closed and opened again; the website's session is another one now.
        ani.page.goto("about:blank")
        ani.page.context.set_offline(False)
        budi = Chat(ani.page).visit(page_for("budi-3", kanal))
        budi.ask(OF_B)
        assert budi.texts("visitor") == [OF_B]
        nobody = Chat(ani.page).visit(page_for("", kanal))
        nobody.ask(OF_NOBODY)
        assert nobody.texts("visitor") == [OF_NOBODY] and who_said(shop, unsent).endswith(" 0")
        again = Chat(ani.page).visit(page_for("ani-3", kanal))
        expect(again.log).to_contain_text(unsent)
        again.page.wait_for_function("() => !JSON.stringify(localStorage).includes('belum sempat')")
    assert who_said(shop, unsent) == "{'ani-3'} 1"


@pytest.mark.promise("S10")
def test_a_customer_finds_the_same_talk_on_another_device_and_what_was_asked_before_signing_in(
    page_for: Callable[..., str], new_chat: Callable[..., Chat]
) -> None:
    laptop, phone = new_chat().visit(page_for("ani-4")), new_chat(viewport={"width": 360, "height": 740}).visit(page_for())
    laptop.ask(OF_A)
    phone.ask(OF_NOBODY)
    phone.page.evaluate("token => Kanal.identify(token)", signed_in("ani-4"))
    expect(phone.log).to_contain_text(OF_A)
    expect(laptop.log).to_contain_text(OF_NOBODY)
    assert phone.texts("visitor") == [OF_A, OF_NOBODY] == laptop.texts("visitor")
    expect(phone.panel).to_be_visible()


@pytest.mark.promise("S10")
def test_a_token_that_is_refused_leaves_the_chat_to_its_visitor_and_says_so(page_for: Callable[..., str], new_chat: Callable[..., Chat]) -> None:
    chat = new_chat("en").visit(page_for())
    chat.ask("hello?")
    expired = signed_in("ani-5", seconds=-1)
    for token in (signed_in("ani-5", secret="a guess"), "nonsense", expired):
        chat.page.evaluate("token => Kanal.identify(token)", token)
        expect(chat.log).to_contain_text("the chat goes on without it" if token == expired else "The chat goes on without it")
        expect(chat.log).to_contain_text("hello?")
    chat.ask("still here?")
    assert chat.texts("visitor") == ["hello?", "still here?"]


@pytest.mark.promise("S10")
def test_an_older_page_of_somebody_who_signed_out_shows_nothing_of_them(page_for: Callable[..., str], new_chat: Callable[..., Chat]) -> None:
    older = page_for("ani-6")
    ani = new_chat().visit(page_for("ani-6"))
    ani.ask(OF_A)
    with ani.page.expect_response("**/frames"):
        ani.page.evaluate("Kanal.logout()")
    expect(ani.log).not_to_contain_text(OF_A)
    replay = Chat(ani.page).visit(older)
    replay.ask(OF_NOBODY)
    assert replay.texts("visitor") == [OF_NOBODY]


def test_what_was_written_under_a_refused_token_is_not_for_the_next_customer_either(page_for: Callable[..., str], new_chat: Callable[..., Chat]) -> None:
    ani = new_chat().visit(page_for())
    refused = signed_in("ani-7", secret="a guess")
    ani.page.evaluate("token => Kanal.identify(token)", refused)
    expect(ani.log).to_contain_text("tetap bisa dipakai")
    ani.ask(OF_A)
    second = another_tab(ani).visit(page_for())
    expect(second.log).to_contain_text(OF_A)
    second.page.evaluate("token => Kanal.identify(token)", refused)
    expect(second.log).to_contain_text("tetap bisa dipakai")
    expect(second.log).to_contain_text(OF_A)
    ani.page.evaluate("Kanal.logout()")
    for chat in (ani, second):
        expect(chat.log).not_to_contain_text("Ani")
    ani.ask(OF_NOBODY)
    assert ani.texts("visitor") == [OF_NOBODY]
    # Without a logout: the page of the next customer is the first to know.
    ani.page.evaluate("token => Kanal.identify(token)", refused)
    expect(ani.log).to_contain_text("tetap bisa dipakai")
    expect(ani.answers).to_have_count(1)
    ani.ask(OF_A)
    budi = Chat(ani.page).visit(page_for("budi-7"))
    budi.ask(OF_B)
    assert budi.texts("visitor") == [OF_B]
