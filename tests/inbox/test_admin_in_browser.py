"""Every admin page in a real browser: no report of the content policy, nothing axe finds, nothing wider than the phone; and what the small scripts promise."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.driver import Server

pytestmark = pytest.mark.browser

# Runs in the server's installation: an owner who is signed in, a site with everything on it, and a conversation that waits.
PREPARE = """
import json
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from tests.inbox import admin_pages
from widget.inbox.push import vapid
from widget.knowledge.starters import create_draft_questions
from widget.models import AlertTarget, AllowedOrigin, AuditEntry, CannedReply, Conversation, Invitation, Message, OpeningHours
from widget.knowledge.sources import attempt, intake, running
from widget.models import Provider, PushDevice, RefusedOrigin, Run, Site, Tag, TestQuestion, Turn
from widget.rules.starters import create_first_rules

now = timezone.now()
owner = User.objects.create_superuser("ibu", "ibu@tokosaya.com", first_name="Sari")
client = Client(HTTP_HOST="localhost")
client.force_login(owner)
shop = Site.objects.create(key="tokosaya", name="Toko Saya", whatsapp="6281234567890")
AllowedOrigin.objects.create(site=shop, origin="https://tokosaya.com", first_seen_at=now)
RefusedOrigin.objects.create(site=shop, origin="https://toko.test", last_at=now)
OpeningHours.objects.create(site=shop, weekday=0, opens="08:00", closes="17:00")
visitor = {"name": "Dewi", "contact": "0812-3456-7890", "page_url": "https://tokosaya.com/a"}
talk = Conversation.objects.create(site=shop, public_id="p1", handler="waiting", waiting_since=now, seq=2, **visitor)
Message.objects.create(conversation=talk, seq=1, client_id="1", author="visitor", text="ongkir ke Makassar?")
answer = {"author": "assistant", "answered_by": "model", "sources": [{"title": "Ongkir", "url": "https://tokosaya.com"}]}
Message.objects.create(conversation=talk, seq=2, client_id="2", text="Mulai Rp 38.000.", **answer)
receipt = {"provider": "Utama", "model": "kecil", "failures": ["Cadangan: timeout"], "first_token_ms": 600}
Turn.objects.create(conversation=talk, question_seq=1, answer_seq=2, state="done", **receipt)

create_draft_questions(shop)
create_first_rules(shop)
table = intake.uploaded(shop, "harga.csv", [b"Pertanyaan,Jawaban\\nBisa COD?,Bisa.\\n"])
table.needs_approval = True
table.save()
attempt.read_source(running.start(table.pk))
Run.objects.get().findings.create(place="row 9", code="empty")
TestQuestion.objects.create(site=shop, question="bisa cod ga")
Provider.objects.create(name="Utama", base_url="http://127.0.0.1:9/v1", model="kecil", last_failed_at=now, last_failure="timeout")
AlertTarget.objects.create(site=shop, kind="email", address="ibu@tokosaya.com", last_ok_at=now)
Invitation.objects.create(site=shop, account="budi", by=owner)
Tag.objects.create(site=shop, name="keluhan")
CannedReply.objects.create(site=shop, shortcut="ongkir", title="Ongkir", text="Mulai Rp 38.000")
PushDevice.objects.create(user=owner, key=vapid.current_key(), endpoint="https://push.example/1", name="Chrome", language="en")
AuditEntry.objects.create(site=shop, name="ibu", action="read", kind="widget.rule", row="1")
pages = [path for path in admin_pages.opened(client, 1) if "?q=" not in path]
cookie = client.cookies[settings.SESSION_COOKIE_NAME]
made = {"cookie": cookie.key, "session": cookie.value, "language_cookie": settings.LANGUAGE_COOKIE_NAME}
print(json.dumps({**made, "pages": pages, "talk": talk.pk, "site": shop.pk}))
"""


@dataclass
class Admin:
    """A running installation and what PREPARE made in it."""

    server: Server
    made: dict

    def url(self, path: str) -> str:
        return f"{self.server.address}{path}"

    @property
    def talk(self) -> str:
        return f"/admin/widget/conversation/{self.made['talk']}/change/"


@dataclass
class Watched:
    """A page and every complaint of its browser."""

    page: Page
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def admin(installation: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Admin]:
    running = Server(copytree(installation, tmp_path_factory.mktemp("admin") / "data"))
    try:
        made = json.loads(running.python(PREPARE).splitlines()[-1])
        running.start()
        yield Admin(running, made)
    finally:
        running.kill()


@pytest.fixture
def sign_in(admin: Admin, new_page: Callable[..., Page]) -> Callable[..., Watched]:
    def open_page(width: int = 1280, language: str = "en", **options: object) -> Watched:
        page = new_page(viewport={"width": width, "height": 780}, locale=language, **options)
        cookies = {admin.made["cookie"]: admin.made["session"], admin.made["language_cookie"]: language}
        page.context.add_cookies([{"name": name, "value": value, "url": admin.server.address} for name, value in cookies.items()])
        watched = Watched(page)
        page.add_init_script(
            "addEventListener('securitypolicyviolation', (event) => console.error('CSP', event.violatedDirective, event.blockedURI, event.sourceFile))"
        )
        page.on("console", lambda message: watched.complaints.append(message.text) if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        return watched

    return open_page


def found_by_axe(page: Page, **options: object) -> list[str]:
    # Without preload, in which axe fetches stylesheets by itself and by wrong addresses.
    violations = Axe().run(page, options={"preload": False, **options}).response["violations"]
    return [f"{violation['id']}: {[node['target'] for node in violation['nodes']][:3]}" for violation in violations]


@pytest.mark.parametrize(("width", "language", "scheme"), [(360, "id", "light"), (1280, "en", "dark")])
def test_every_page_is_quiet_fits_and_is_accessible(admin: Admin, sign_in: Callable[..., Watched], width: int, language: str, scheme: str) -> None:
    watched = sign_in(width, language, color_scheme=scheme)
    page, wrong = watched.page, []
    # In the dark only colours can differ from what the first round has seen.
    rules = {"runOnly": ["color-contrast", "link-in-text-block"]} if scheme == "dark" else {}
    for path in admin.made["pages"]:
        watched.complaints.clear()
        page.goto(admin.url(path))
        complaints = list(watched.complaints)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            complaints.append("wider than the screen")
        if page.locator("html").get_attribute("lang") != language:
            complaints.append("another language")
        wrong += [f"{path}: {complaint}" for complaint in [*complaints, *found_by_axe(page, **rules)] if complaint]
    assert len(admin.made["pages"]) > 50
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_sign_in_page_is_quiet_and_accessible(admin: Admin, sign_in: Callable[..., Watched], scheme: str) -> None:
    watched = sign_in(360, "id", color_scheme=scheme)
    watched.page.context.clear_cookies()
    watched.page.goto(admin.url("/admin/login/"))
    assert watched.complaints + found_by_axe(watched.page) == []


def test_an_owner_answers_from_the_first_page_with_one_thumb_and_hands_back(admin: Admin, sign_in: Callable[..., Watched]) -> None:
    watched = sign_in(360, has_touch=True, is_mobile=True)
    page = watched.page
    page.goto(admin.url("/admin/"))
    page.get_by_text("Dewi").tap()
    box = page.get_by_role("textbox", name="Write to the visitor")
    box.fill("Halo Kak Dewi,\nsaya cek dulu ya.")
    page.get_by_role("button", name="Send", exact=True).tap()
    expect(page.locator(".row.operator:not(.pending) .bubble").last).to_have_text("Halo Kak Dewi,\nsaya cek dulu ya.", use_inner_text=True)
    expect(box).to_have_value("")
    page.get_by_role("button", name="To the assistant").tap()
    expect(page.get_by_role("button", name="To the assistant")).to_have_count(0)
    assert watched.complaints == []


def test_new_messages_appear_while_typing_and_the_text_stays(admin: Admin, sign_in: Callable[..., Watched]) -> None:
    watched = sign_in()
    page = watched.page
    page.clock.install()
    page.goto(admin.url(admin.talk))
    box = page.get_by_role("textbox", name="Your reply")
    box.press_sequentially("Sebentar ya")
    admin.server.python(
        "from widget.models import Conversation, Message\n"
        f"talk = Conversation.objects.get(pk={admin.made['talk']})\n"
        "talk.seq += 1; talk.save()\n"
        "Message.objects.create(conversation=talk, seq=talk.seq, client_id='late', author='visitor', text='masih ada kak?')"
    )
    page.clock.fast_forward(5000)
    expect(page.get_by_text("masih ada kak?")).to_be_visible()
    expect(box).to_have_value("Sebentar ya")
    expect(box).to_be_focused()
    page.reload()
    expect(box).to_have_value("Sebentar ya")
    assert watched.complaints == []


def test_a_reply_whose_session_was_over_is_still_in_the_box_after_signing_in(admin: Admin, sign_in: Callable[..., Watched]) -> None:
    page = sign_in().page
    page.goto(admin.url(admin.talk))
    page.get_by_role("textbox", name="Your reply").fill("Ongkirnya Rp 38.000")
    cookies = page.context.cookies()
    page.context.clear_cookies(name=admin.made["cookie"])
    page.get_by_role("button", name="Send").click()
    expect(page).to_have_url(re.compile("/admin/login/"))
    page.context.add_cookies(cookies)
    page.goto(admin.url(admin.talk))
    expect(page.get_by_role("textbox", name="Your reply")).to_have_value("Ongkirnya Rp 38.000")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".row.operator .bubble").last).to_have_text("Ongkirnya Rp 38.000")
    expect(page.get_by_role("textbox", name="Your reply")).to_have_value("")


def test_the_tag_is_copied_and_a_refused_website_allowed_with_one_tap_each(admin: Admin, sign_in: Callable[..., Watched]) -> None:
    watched = sign_in()
    page = watched.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(admin.url(f"/admin/widget/site/{admin.made['site']}/change/"))
    page.get_by_role("button", name="Copy the tag").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert 'data-site="tokosaya"></script>' in page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("button", name="Allow https://toko.test").click()
    expect(page.locator("input[value='https://toko.test']")).to_have_count(1)
    assert watched.complaints == []


def test_the_menu_opens_on_a_phone_and_the_language_changes(admin: Admin, sign_in: Callable[..., Watched]) -> None:
    page = sign_in(360).page
    page.goto(admin.url("/admin/"))
    expect(page.locator("#menu")).to_be_hidden()
    page.get_by_role("link", name="Menu", exact=True).click()
    expect(page.locator("#menu")).to_be_visible()
    page.get_by_role("button", name="Bahasa Indonesia").click()
    expect(page.locator("html")).to_have_attribute("lang", "id")


def test_a_row_of_hours_added_by_hand_can_be_saved(admin: Admin, sign_in: Callable[..., Watched]) -> None:
    watched = sign_in()
    page = watched.page
    page.goto(admin.url(f"/admin/widget/site/{admin.made['site']}/change/"))
    page.locator("#id_hours-5-opens").fill("09:00")
    page.locator("#id_hours-5-closes").fill("12:00")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(admin.url(f"/admin/widget/site/{admin.made['site']}/change/"))
    expect(page.locator("#hours-group input[value='09:00']")).to_have_count(1)
    assert watched.complaints == []
