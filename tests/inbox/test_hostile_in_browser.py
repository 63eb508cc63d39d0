"""Sixty hostile texts in every field a visitor controls, every page of the admin opened in Chromium: nothing runs and nothing is fetched (S19)."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.driver import Server

pytestmark = [pytest.mark.browser, pytest.mark.promise("S19")]
# Some four thousand pages are opened in `make promises`: in parts, for each of which a test has its time.
PARTS = 8
Count = Callable[[int, int], int]

PREPARE = """
import json
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from tests.inbox import admin_pages, hostile
hostile.furnish()
client = Client(HTTP_HOST="localhost")
client.force_login(User.objects.get(username="ibu"))
made = {"cookie": settings.SESSION_COOKIE_NAME, "session": client.cookies[settings.SESSION_COOKIE_NAME].value}
print(json.dumps({**made, "few": admin_pages.addresses(1), "all": admin_pages.addresses(61)}))
"""
# What a page may never hold, whatever ran: a handler in an attribute, a frame, a script or style written in it, a link that runs or leads elsewhere by itself.
MARKUP = """() => {
  const wrong = [];
  for (const one of document.querySelectorAll("*")) {
    for (const { name } of one.attributes) if (name.startsWith("on")) wrong.push(`${one.tagName} ${name}`);
    if (["IFRAME", "OBJECT", "EMBED", "BASE", "MARQUEE", "MATH"].includes(one.tagName)) wrong.push(one.tagName);
    if (one.tagName === "SCRIPT" && !one.src && one.type !== "application/json" && one.textContent.includes("canary")) wrong.push("inline script");
    if (one.tagName === "META" && one.httpEquiv) wrong.push("META");
    const leads = String(one.href?.baseVal ?? one.href ?? one.action ?? "");
    if (/^\\s*(javascript|data|vbscript):/i.test(leads)) wrong.push(leads.slice(0, 60));
  }
  return wrong;
}"""


@dataclass
class House:
    """An installation full of hostile texts, and the addresses of its pages: for one row of each kind, and for all of them."""

    server: Server
    made: dict

    def sign_in(self, context: BrowserContext) -> None:
        context.add_cookies([{"name": self.made["cookie"], "value": self.made["session"], "url": self.server.address}])


@dataclass
class Watched:
    """A page, and what would betray that a text became more than text."""

    page: Page
    wrong: list[str] = field(default_factory=list)


def watch(page: Page, home: str) -> Watched:
    watched = Watched(page)
    page.expose_function("canary", lambda number: watched.wrong.append(f"script {number} ran"))
    page.add_init_script("addEventListener('securitypolicyviolation', (event) => console.error('CSP', event.violatedDirective, event.blockedURI))")
    page.on("console", lambda message: watched.wrong.append(message.text) if message.text.startswith("CSP") else None)
    page.on("dialog", lambda dialog: (watched.wrong.append("a dialog"), dialog.dismiss()))
    page.on("request", lambda request: None if request.url.startswith((home, "data:", home.replace("http", "ws"))) else watched.wrong.append(request.url))
    return watched


@pytest.fixture(scope="module")
def house(installation: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    server = Server(copytree(installation, tmp_path_factory.mktemp("hostile") / "data"))
    try:
        made = json.loads(server.python(PREPARE).splitlines()[-1])
        server.start()
        yield House(server, made)
    finally:
        server.kill()


def signed_in(house: House, new_page: Callable[..., Page]) -> Watched:
    page = new_page()
    house.sign_in(page.context)
    return watch(page, house.server.address)


@pytest.fixture(scope="module")
def for_posts_alone(house: House, browser: Browser) -> set[str]:
    """Kinds of addresses that answer a visit with nothing, for which a browser has a page of its own. One of each kind is asked."""
    kinds = {kind_of(path): path for path in house.made["all"] if not path.endswith(".csv")}
    with closing(browser.new_context()) as context:
        house.sign_in(context)
        return {kind for kind, path in kinds.items() if context.request.get(house.server.address + path, max_redirects=0).status == 405}


def kind_of(path: str) -> str:
    """An address without the numbers and codes that name a row."""
    return re.sub(r"(?<=/)(?:\d+|[-0-9a-f]{36}|[-\w]{22})(?=/)", "#", path)


def is_telling(path: str) -> bool:
    """For a quick look: not each template once more with another kind of rows."""
    return "?q=" not in path and ("/conversation/" in path or not path.endswith(("/add/", "/history/", "/delete/", "/password/")))


def is_live(path: str) -> bool:
    return path.startswith("/admin/inbox/") and path.count("/") == 4 and not path.endswith("ticket/")


@pytest.mark.parametrize("part", range(PARTS))
def test_no_text_of_a_visitor_runs_or_fetches_on_any_page_of_the_admin(
    part: int, house: House, for_posts_alone: set[str], new_page: Callable[..., Page], full_count: Count
) -> None:
    """Lists show all sixty always; of each kind of rows one in every test run (the first conversation holds all sixty), all of them in `make promises`."""
    paths = house.made["all"] if full_count(1, 60 // PARTS) > 1 else [path for path in house.made["few"] if is_telling(path)]
    watched, home = signed_in(house, new_page), house.server.address
    page, wrong, opened, shown = watched.page, [], 0, 0
    for path in [path for path in paths if not path.endswith(".csv") and kind_of(path) not in for_posts_alone][part::PARTS]:
        watched.wrong.clear()
        answer = page.goto(home + path)
        assert answer is not None, path
        if is_live(path):
            expect(page.locator(".bubble").first).to_be_visible(timeout=20_000)
        opened += answer.ok
        shown += "canary" in page.locator("body").inner_text()
        wrong += [f"{path}: {one}" for one in [*watched.wrong, *page.evaluate(MARKUP)]]
    assert not wrong, "\n".join(wrong[:40])
    assert opened > 60 // PARTS and shown > opened / 2, f"{shown} of {opened} pages showed any of it"


def test_what_scripts_draw_of_a_conversation_is_text(house: House, new_page: Callable[..., Page]) -> None:
    """The live inbox is drawn from frames: its list, and the whole of the longest conversation, scrolled back through."""
    watched = signed_in(house, new_page)
    page = watched.page
    page.goto(house.server.address + next(path for path in house.made["few"] if is_live(path)))
    expect(page.locator(".bubble").first).to_be_visible(timeout=20_000)
    for _page in range(4):
        page.locator(".bubble").first.scroll_into_view_if_needed()
    assert page.locator(".bubble").count() >= 50 and watched.wrong + page.evaluate(MARKUP) == []


def test_downloads_are_files_and_begin_no_formula(house: House, new_page: Callable[..., Page]) -> None:
    page = signed_in(house, new_page).page
    tables = [path for path in house.made["few"] if path.endswith(".csv")]
    answers = [answer for path in tables if (answer := page.request.get(house.server.address + path)).ok]
    assert len(answers) >= 4
    for answer in answers:
        assert answer.headers["content-disposition"].startswith("attachment") and answer.headers["x-content-type-options"] == "nosniff"
        cells = [cell.strip('"') for line in answer.text().splitlines()[1:] for cell in line.split(",")]
        assert not [cell for cell in cells if cell.startswith(("=", "@", "+"))]
