"""What the journeys share: a prepared shop that serves for the whole run, shops to kill, the website around the chat, and pages that note every complaint."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.driver import Server
from tests.fakes.model_server import ModelServer
from tests.journeys import shop as shops
from tests.journeys.chat import Chat
from tests.journeys.website import Website, tag
from tests.ports import free_ports

Ports = tuple[int, int]
expect.set_options(timeout=15_000)
_DESK = """
from django.contrib.auth.models import User
from widget.models import CannedReply, Member, Site, Tag
demo = Site.objects.get(key="demo")
rina, new = User.objects.get_or_create(username="rina", defaults={"first_name": "Rina", "is_staff": True})
if new:
    rina.set_password("kunci-toko-bu-sari")
    rina.save()
    Member.objects.create(site=demo, user=rina, role="agent")
Tag.objects.get_or_create(site=demo, name="Grosir", defaults={"colour": "#2563eb"})
CannedReply.objects.get_or_create(site=demo, shortcut="kenal", defaults={"title": "Perkenalan", "text": "Halo {name}, saya {me} dari {site}."})
CannedReply.objects.get_or_create(site=demo, shortcut="promo", defaults={"title": "Promo", "text": "Promonya {diskon} ya Kak."})
"""


@pytest.fixture(scope="session")
def website() -> Iterator[Website]:
    with Website().running() as running:
        yield running


@pytest.fixture(scope="session")
def shop_ports() -> Ports:
    return free_ports()


@pytest.fixture(scope="session")
def shop_folder(installation: Path, tmp_path_factory: pytest.TempPathFactory, website: Website, shared_model_server: ModelServer, shop_ports: Ports) -> Path:
    """A prepared installation. Not to be served from: copy it."""
    folder = shops.copy(installation, tmp_path_factory.mktemp("journeys") / "prepared")
    return shops.prepare(folder, shop_ports, website.origin, shared_model_server.url)


@pytest.fixture(scope="session")
def shop(shop_folder: Path, shop_ports: Ports, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo shop as `make run` serves it, and the other sites of shop.py; for all journeys that leave it running."""
    running = Server(shops.copy(shop_folder, tmp_path_factory.mktemp("shop") / "data"), demo=True)
    running.port, running.demo_port = shop_ports
    try:
        yield running.start()
    finally:
        running.kill()


@pytest.fixture
def mortal_shop(shop_folder: Path, tmp_path: Path) -> Iterator[Server]:
    """A shop of this test's own, which it may kill."""
    running = Server(shops.copy(shop_folder, tmp_path / "data"))
    try:
        yield running.start()
    finally:
        running.kill()


@pytest.fixture
def tagged(shop: Server, website: Website) -> Callable[..., str]:
    """The address of a page of the website with the tag of a site: `tagged("demo")`; further arguments go to Website.page."""

    def put(key: str = "demo", more: str = "", body: str = "", **headers: str) -> str:
        return website.page(tag(shop.address, key, more) + body, **headers)

    return put


@dataclass
class Watched:
    """A page that notes what its browser complains about: console errors and warnings, policy reports, uncaught errors."""

    page: Page
    complaints: list[str] = field(default_factory=list)


@pytest.fixture
def watched_page(new_page: Callable[..., Page]) -> Callable[..., Watched]:
    def open_page(**options: Any) -> Watched:
        watched = Watched(new_page(**options))
        page = watched.page
        page.add_init_script("addEventListener('securitypolicyviolation', (report) => console.error('CSP', report.violatedDirective, report.blockedURI))")
        page.on("console", lambda message: watched.complaints.append(message.text) if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        return watched

    return open_page


@pytest.fixture
def new_chat(new_page: Callable[..., Page]) -> Callable[..., Chat]:
    """A visitor with a browser profile of their own: `new_chat()`, `new_chat("en")`; further arguments go to the browser's context."""

    def open_page(language: str = "id", **options: Any) -> Chat:
        return Chat(new_page(**{"locale": {"id": "id-ID", "en": "en-GB"}[language], **options}), language)

    return open_page


@pytest.fixture
def inbox(shop: Server, watched_page: Callable[..., Watched]) -> Callable[..., Watched]:
    """Signs somebody in on a phone and opens the inbox: `inbox("id")`, `inbox(person="rina")`; `script` runs in each page before its own; further
    arguments go to the browser's context."""

    def open_page(language: str = "en", person: str = shops.OWNER, server: Server = shop, script: str = "", **options: Any) -> Watched:
        phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
        watched = watched_page(**{"locale": {"id": "id-ID", "en": "en-GB"}[language], **phone, **options})
        if script:
            watched.page.add_init_script(script)
        watched.page.goto(f"{server.address}/admin/login/?next=/admin/inbox/")
        sign_in(watched.page, person)
        return watched

    return open_page


def sign_in(page: Page, person: str = shops.OWNER) -> None:
    page.locator("#id_username").fill(person)
    page.locator("#id_password").fill(shops.PASSWORD)
    page.locator("input[type=submit]").click()
    expect(page.locator("#inbox")).to_be_visible()


@pytest.fixture
def desk(shop: Server) -> Iterator[None]:
    """A colleague, a tag and two saved replies, one of which has a gap that nothing fills. What is made knowledge answers in no other test."""
    shop.python(_DESK)
    yield
    shop.python("from widget.models import Entry\nEntry.objects.filter(title__startswith='Apakah jual ').delete()")


@pytest.fixture
def visitor(tagged: Callable[..., str], new_chat: Callable[..., Chat]) -> Callable[..., Chat]:
    """Asks what nobody knows, leaves a number and waits for a person."""

    def ask(question: str, name: str, script: str = "") -> Chat:
        chat = new_chat()
        if script:
            chat.page.add_init_script(script)
        chat.visit(tagged())
        chat.ask(question, seconds=30)
        chat.contact_way.fill("0812-3456-7893")
        chat.contact_name.fill(name)
        chat.contact_save.click()
        return chat

    return ask
