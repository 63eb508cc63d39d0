"""Every reason for which the crawler leaves a page out is said to the owner in words."""

import re

import pytest

from tests.source_tree import ROOT
from widget.knowledge.crawling.errors import RobotsUnreadableError
from widget.knowledge.pages.reasons import sentence_of
from widget.lib.outbound import OutboundError

_GIVEN = re.compile(r'(?:Skipped\([^,]+, |TurnedAwayError\(|code=|code = |return |else )"([a-z]+(?:_[a-z]+)*)"')
SOURCES = sorted((ROOT / "widget/knowledge/crawling").glob("*.py"))
FOUND = {code for path in SOURCES if path.name not in ("errors.py", "main_text.py") for code in _GIVEN.findall(path.read_text())}
CODES = sorted(FOUND | {RobotsUnreadableError.code} | {kind.code for kind in OutboundError.__subclasses__()})


def test_the_codes_are_found() -> None:
    assert {"robots", "trap", "no_page", "not_html", "duplicate", "bad_sitemap", "cut", "page_limit", "time_limit", "too_slow", "noindex", "outside"} <= set(
        CODES
    )


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_sentence(code: str) -> None:
    assert not sentence_of(code).startswith("Was not taken"), code
