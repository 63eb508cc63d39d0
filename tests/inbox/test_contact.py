"""A visitor's contact becomes a link only when it is plainly a number or an e-mail address."""

import pytest

from widget.inbox.contact import contact_link, web_link


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ("0812-3456-7890", "https://wa.me/6281234567890"),
        ("+62 812 3456 7890", "https://wa.me/6281234567890"),
        ("6281234567890", "https://wa.me/6281234567890"),
        ("+60 12-345 6789", "https://wa.me/60123456789"),
        (" budi@example.com ", "mailto:budi@example.com"),
    ],
)
def test_numbers_and_addresses_become_links(typed: str, link: str) -> None:
    assert contact_link(typed) == link


@pytest.mark.parametrize("typed", ["", "javascript:alert(1)", "budi", "1", "+" + "1" * 40, "a@b?bcc=c@d.com", "a@b.com&body=x", "0812'><b>", "http://wa.me/1"])
def test_anything_else_stays_text(typed: str) -> None:
    assert contact_link(typed) == ""


def test_only_web_addresses_become_links() -> None:
    assert web_link("https://tokosaya.com/a?b=1") == "https://tokosaya.com/a?b=1"
    assert [web_link(text) for text in ["javascript:alert(1)", "data:text/html,x", "//evil.test", " https://x", "https:///x", ""]] == [""] * 6
