"""No regular expression of ours can be made to think long (S60): each is tried with fifty kilobytes of what is worst for it."""

import re
import time
from itertools import product

import pytest

from tests.regexes import LENGTH, Found, every_expression, worst_strings

pytestmark = pytest.mark.promise("S60")
MOST_SECONDS = 0.05
EVERY = list(every_expression())


# Shorter ones first: what grows fast is seen before it would never end.
LENGTHS = (24, 500, 5_000, LENGTH)


def slowest(found: Found) -> tuple[float, str]:
    """CPU seconds of the slowest string, and how it begins. A second try forgives a moment in which the machine was elsewhere."""
    compiled = re.compile(found.pattern, found.flags)
    worst = (0.0, "")
    for text in worst_strings(found.pattern, found.flags):
        for use, length in product(found.uses, LENGTHS):
            tried = text[: length - 1] + text[-1]
            took = seconds(compiled, use, tried)
            if took > MOST_SECONDS:
                took = seconds(compiled, use, tried)
            worst = max(worst, (took, f"{use} {length} times {text[:30]!r}"))
            if took > MOST_SECONDS:
                return worst
    return worst


def seconds(compiled: re.Pattern[str], use: str, text: str) -> float:
    began = time.thread_time()
    if use in ("sub", "subn"):
        getattr(compiled, use)("", text)
    elif use == "finditer":
        list(compiled.finditer(text))
    else:
        getattr(compiled, use)(text)
    return time.thread_time() - began


@pytest.mark.parametrize("found", EVERY, ids=lambda found: found.place)
def test_no_text_makes_an_expression_think_long(found: Found) -> None:
    took, how = slowest(found)
    assert took <= MOST_SECONDS, f"{found.place} {found.pattern!r}: {took:.3f} s for {how}"


def test_all_of_them_are_found_and_the_worst_strings_are_bad_enough() -> None:
    assert len(EVERY) > 30 and len({found.place for found in EVERY}) == len(EVERY)
    for pattern in (r"(a+)+$", r"\s+$", r"(\d+)x(\d+)"):
        assert slowest(Found(pattern, 0, ("search",), "here"))[0] > MOST_SECONDS, pattern
