"""A word without an end, in whatever somebody else named or asked, does not widen a page beyond a phone's screen."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Page, expect

from tests.driver import Server

pytestmark = pytest.mark.browser
PREPARE = """
import json
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from tests.inbox import admin_pages, hostile
hostile.furnish(["Panjangsekali" * 40])
client = Client(HTTP_HOST="localhost")
client.force_login(User.objects.get(username="ibu"))
print(json.dumps({"cookie": settings.SESSION_COOKIE_NAME, "session": client.cookies[settings.SESSION_COOKIE_NAME].value, "all": admin_pages.addresses(1)}))
"""
IN_INBOX = re.compile(r"/admin/inbox/[-0-9a-f]{36}/")
# How far the page reaches beyond the screen.
BEYOND = "() => document.documentElement.scrollWidth - innerWidth"
# What each subject has of its own; other pages are of the same templates.
QUICK = ("/admin/", "/admin/insights/missing/", "/admin/inbox/", "/admin/try/")
QUICK_PARTS = ("/widget/conversation/1/", "/widget/source/", "/widget/testquestion/", "/widget/cannedreply/1/change/")


@pytest.fixture(scope="module")
def house(installation: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, dict]]:
    server = Server(copytree(installation, tmp_path_factory.mktemp("long") / "data"))
    try:
        made = json.loads(server.python(PREPARE).splitlines()[-1])
        yield server.start(), made
    finally:
        server.kill()


def test_no_page_is_wider_than_a_phone(house: tuple[Server, dict], new_page: Callable[..., Page], full_count: Callable[[int, int], int]) -> None:
    server, made = house
    page = new_page(viewport={"width": 360, "height": 740})
    page.context.add_cookies([{"name": made["cookie"], "value": made["session"], "url": server.address}])
    paths = [path for path in made["all"] if "?" not in path and not path.endswith((".csv", "/password/"))]
    if full_count(1, 2) == 1:
        paths = [path for path in paths if path in QUICK or path.startswith("/admin/inbox/") or any(part in path for part in QUICK_PARTS)]
    wide = []
    for path in paths:
        if page.request.get(server.address + path, max_redirects=0).status != 200:
            continue
        page.goto(server.address + path)
        if IN_INBOX.fullmatch(path):
            expect(page.locator(".bubble").first).to_be_visible(timeout=20_000)
        beyond = page.evaluate(BEYOND)
        wide += [f"{path}: {beyond} px"] if beyond > 1 else []
    assert not wide, "\n".join(wide)
