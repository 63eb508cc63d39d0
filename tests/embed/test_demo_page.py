"""The demo shop's page: another origin with the real tag, under a policy a careful shop would use."""

import gzip
import re
from typing import Any

import pytest

from widget.embed.demo import content
from widget.embed.demo.page import demo_application


class Answer:
    """What the application sent for one request."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""

    async def take(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.body += message.get("body", b"")


async def ask(path: str = "/", method: str = "GET", **headers: str) -> Answer:
    answer = Answer()
    given = {"host": "localhost:8001"} | {name.replace("_", "-"): value for name, value in headers.items()}
    scope = {"type": "http", "method": method, "path": path, "headers": [(name.encode(), value.encode()) for name, value in given.items()]}
    await demo_application(8000)(scope, None, answer.take)
    return answer


async def test_the_page_carries_the_tag_of_the_kanal_beside_it() -> None:
    page = (await ask()).body.decode()
    assert 'data-kanal>Chat lewat WhatsApp</a><script async src="http://localhost:8000/widget.js?site=demo" data-site="demo"></script>' in page


async def test_the_tag_follows_the_name_the_page_was_asked_by() -> None:
    assert 'src="http://127.0.0.1:8000/widget.js?site=demo"' in (await ask(host="127.0.0.1:8001")).body.decode()


async def test_every_source_an_answer_may_name_can_be_found_on_the_page() -> None:
    page = (await ask()).body.decode()
    ids = set(re.findall(r' id="([^"]+)"', page))
    assert {product.slug for product in content.products()} <= ids
    assert {answer.slug for answer in content.answers()} <= ids
    assert set(re.findall(r'href="#([^"]+)"', page)) <= ids


async def test_nothing_inline_and_nothing_from_elsewhere() -> None:
    answer = await ask()
    page = answer.body.decode()
    assert not re.search(r"<style|style=|\son\w+=|<script>", page)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src http://localhost:8000;" in policy and "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_its_files_are_served_compressed() -> None:
    plain, small = await ask("/toko.css"), await ask("/toko.css", accept_encoding="gzip")
    assert plain.headers["content-type"] == "text/css; charset=utf-8"
    assert small.headers["content-encoding"] == "gzip" and gzip.decompress(small.body) == plain.body
    assert (await ask("/kawung.svg")).headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize(
    ("path", "method", "headers", "status"),
    [
        ("/../page.py", "GET", {}, 404),
        ("/admin/", "GET", {}, 404),
        ("/", "POST", {}, 405),
        ("/", "GET", {"host": "evil.test"}, 400),
        ("/", "GET", {"host": '"><script>'}, 400),
    ],
)
async def test_everything_else_is_refused(path: str, method: str, headers: dict[str, str], status: int) -> None:
    assert (await ask(path, method, **headers)).status == status
