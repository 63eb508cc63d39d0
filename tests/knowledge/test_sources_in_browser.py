"""A price list from the phone to an answer: uploaded, its columns chosen, read by the shipped server's jobs while the page tells, with no reload."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.driver import Server

pytestmark = pytest.mark.browser
PREPARE = """
import json
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from widget.models import Site
Site.objects.create(key="toko", name="Toko Saya")
client = Client(HTTP_HOST="localhost")
client.force_login(User.objects.create_superuser("ibu", "ibu@tokosaya.com"))
print(json.dumps({"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}))
"""


def test_a_table_from_a_phone_answers_without_a_reload(make_server: Callable[..., Server], new_page: Callable[..., Page], tmp_path: Path) -> None:
    server = make_server()
    cookie = json.loads(server.python(PREPARE).splitlines()[-1])
    server.start()
    table = tmp_path / "daftar harga.csv"
    table.write_text("Tanya;Balas\nOngkir ke Makassar?;Mulai Rp 38.000.\nKosong?;\n", "utf-8")
    page = new_page(viewport={"width": 360, "height": 740})
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.context.add_cookies([{**cookie, "url": server.address}])
    page.goto(f"{server.address}/admin/widget/source/add/")
    page.locator("details.way", has_text="A price list").locator("summary").click()
    large = tmp_path / "besar.csv"
    large.write_bytes(b"a,b\n" * 2_700_000)
    page.set_input_files("#file_file", str(large))
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("alert")).to_contain_text("larger than 10 MB")
    page.set_input_files("#file_file", str(table))
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="What the columns hold")).to_be_visible(timeout=30_000)
    page.get_by_label("Tanya", exact=True).select_option(label="Question or title")
    page.get_by_label("Balas", exact=True).select_option(label="Answer or text")
    page.get_by_role("button", name="Read the table").click()
    expect(page.locator("#standing .badge").first).to_have_text("in use", timeout=60_000)
    expect(page.locator("#standing .facts")).to_contain_text("1 piece")
    page.get_by_text("Has no question or no answer.").click()
    expect(page.get_by_text("row 3")).to_be_visible()
    page.goto(f"{server.address}/admin/try/?q=ongkir+ke+makassar+berapa")
    expect(page.locator("#content-main")).to_contain_text("Mulai Rp 38.000.")
    assert not wrong, wrong
