"""The way back into a conversation by a signed link: for its visitor on any device, for a week, on one site, and in no log."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from playwright.sync_api import Page, expect

from tests.driver import Server
from widget.conversations.errors import BadTokenError
from widget.conversations.models import Conversation
from widget.conversations.return_links import GOOD_SECONDS, issue_return, read_return
from widget.conversations.tokens import read_token
from widget.lib import database
from widget.sites import registry
from widget.sites.models import Site


@pytest.fixture
def talk(transactional_db: None) -> Any:
    registry.forget()
    site = Site.objects.create(key="kembali", name="Kembali")
    yield Conversation.objects.create(site=site, public_id="0b0e8e4c-0000-4000-8000-000000000001", contact="dewi@contoh.id")
    database.close()
    registry.forget()


def exchange(client: Client, token: str, key: str = "kembali") -> Any:
    return client.post(f"/c/{key}/exchange", token, content_type="text/plain")


def test_a_link_is_exchanged_for_the_visitors_token_on_any_device(talk: Conversation) -> None:
    token = issue_return(talk, "kembali")
    for device in (Client(), Client(enforce_csrf_checks=True)):
        answer = exchange(device, token)
        assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store" and not answer.cookies
        assert read_token(answer.json()["token"], "kembali") == talk.public_id


def test_an_expired_link_is_refused(talk: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    token = issue_return(talk, "kembali")
    now = time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + GOOD_SECONDS - 60)
    assert read_return(token, "kembali") == talk.public_id
    monkeypatch.setattr(signing.time, "time", lambda: now + GOOD_SECONDS + 60)
    with pytest.raises(BadTokenError):
        read_return(token, "kembali")


def test_a_forged_a_cut_and_a_visitors_own_token_are_refused(talk: Conversation, client: Client) -> None:
    token = issue_return(talk, "kembali")
    other = signing.TimestampSigner(salt="kanal.visitor.kembali").sign(talk.public_id)
    for bad in ("", "x", token[:-1], token.replace("0b0e8e4c", "0b0e8e4d"), f"{talk.public_id}.x:1:y", other, "é" * 20, "a" * 5000):
        assert exchange(client, bad).status_code == 410, bad


def test_a_link_of_one_site_is_nothing_at_another(talk: Conversation, client: Client) -> None:
    Site.objects.create(key="lain", name="Lain")
    assert exchange(client, issue_return(talk, "kembali"), "lain").status_code == 410
    # Signed for the other site, but the conversation is not of it.
    assert exchange(client, issue_return(talk, "lain"), "lain").status_code == 410
    assert exchange(client, issue_return(talk, "kembali"), "tidak-ada").status_code == 404


def test_a_corrected_contact_and_a_removed_conversation_end_the_link(talk: Conversation, client: Client) -> None:
    token = issue_return(talk, "kembali")
    Conversation.objects.update(contact="dewi@contoh.com")
    assert exchange(client, token).status_code == 410
    Conversation.objects.update(contact=" Dewi@contoh.id ")
    assert exchange(client, token).status_code == 200
    Conversation.objects.all().delete()
    assert exchange(client, token).status_code == 410


def test_the_page_says_nothing_about_a_link_and_a_get_exchanges_none(talk: Conversation, client: Client) -> None:
    page = client.get("/c/kembali/return")
    assert page.status_code == 200 and page.headers["Referrer-Policy"] == "no-referrer" and "dewi" not in page.content.decode()
    assert client.get("/c/kembali/exchange").status_code == 405


def test_a_foreign_page_cannot_exchange_a_link(talk: Conversation, client: Client) -> None:
    token = issue_return(talk, "kembali")
    own, foreign = ({"origin": origin} for origin in ("http://testserver", "https://jahat.example"))
    assert client.post("/c/kembali/exchange", token, content_type="text/plain", headers=foreign).status_code == 403
    assert client.post("/c/kembali/exchange", token, content_type="text/plain", headers=own).status_code == 200


PREPARE = """
from django.conf import settings
from widget.conversations.models import Conversation, Message
from widget.conversations.return_links import issue_return
from widget.sites.models import Site
site = Site.objects.create(key="kembali", name="Kembali")
talk = Conversation.objects.create(site=site, public_id="0b0e8e4c-0000-4000-8000-000000000001", contact="dewi@contoh.id", seq=2, handler="human")
Message.objects.create(conversation=talk, seq=1, client_id="1", author="visitor", text="ada ukuran XL?")
Message.objects.create(conversation=talk, seq=2, client_id="2", author="operator", answered_by="person", name="Sari", text="Ada, Kak. Tinggal dua.")
print(issue_return(talk, "kembali"))
"""


@pytest.mark.browser
def test_on_another_phone_the_link_opens_the_same_conversation(make_server: Callable[..., Server], new_page: Callable[..., Page]) -> None:
    server = make_server()
    token = server.python(PREPARE).splitlines()[-1]
    server.start()
    page = new_page(viewport={"width": 360, "height": 740}, locale="id")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.address}/c/kembali/return#{token}")
    expect(page.get_by_text("Ada, Kak. Tinggal dua.")).to_be_visible(timeout=15_000)
    assert page.url == f"{server.address}/c/kembali" and not any(token in url for url in asked)
    stranger = new_page(viewport={"width": 360, "height": 740}, locale="id")
    stranger.goto(f"{server.address}/c/kembali/return#{token[:-2]}xx")
    expect(stranger.locator("#gone")).to_be_visible()
