"""What a role may not do is not offered, and what rights showed goes with them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.driver import Server
from tests.journeys.chat import Chat
from tests.journeys.operator_page import Inbox, card, found_by_axe, write

pytestmark = pytest.mark.browser
_WATI = """
from django.contrib.auth.models import User
from widget.models import Member, Site
wati = User.objects.create_user("wati", password="kunci-toko-bu-sari", is_staff=True, first_name="Wati")
for key in ("demo", "model"):
    Member.objects.create(site=Site.objects.get(key=key), user=wati, role="agent")
"""
_ROLE = "from widget.models import Member\nMember.objects.filter(user__username='wati', site__key={site!r}).{change}"


def test_rights_that_are_taken_take_away_what_they_showed(desk: None, shop: Server, visitor: Callable[..., Chat], inbox: Inbox) -> None:
    visitor("kak ada garu sawah Delanggu?", "Bu Karti")
    shop.python(_WATI)
    page = inbox(person="wati").page
    card(page, "Bu Karti")
    write(page, "Saya tanyakan dulu, Bu.")
    learn, box = page.get_by_role("button", name="+ Knowledge"), page.get_by_role("textbox", name="Write to the visitor")
    expect(learn).to_be_visible()
    box.fill("Belum selesai")

    shop.python(_ROLE.format(site="demo", change="update(role='viewer')"))
    expect(box).to_be_hidden()
    expect(page.locator(".composer-hint")).to_contain_text("You may read this conversation")
    expect(learn).to_have_count(0)
    expect(page.get_by_role("button", name="Why this answer?").first).to_be_visible()

    shop.python(_ROLE.format(site="demo", change="delete()"))
    expect(page.locator(".talk-part")).to_contain_text("This conversation does not exist any more, or it belongs to a site you have no access to.")
    for words in ("Bu Karti", "0812-3456-7893", "Saya tanyakan dulu"):
        expect(page.locator("#inbox")).not_to_contain_text(words)
    expect(box).to_be_hidden()
    assert found_by_axe(page) == []

    shop.python(_ROLE.format(site="model", change="delete()"))
    expect(page.locator(".line-bar")).to_contain_text("The inbox does not open for you any more.")
    expect(page.locator(".list-side")).to_have_count(0)
    assert found_by_axe(page) == []
