"""What a log line may hold: one event is one line, and the words of visitors are not in it."""

import json
import logging
import sys
import time

import pytest

from widget.lib.logs import Discreet, JsonLines, Lines, Seldom, error_text, new_request_id, request_id

NASTY = "Budi\r\n2026-01-01 ERROR root: forged\x1b[2J\x00\x85\u2028\u202e{settings}%s=cmd|' /C calc'!A0"


def record(message: str, *arguments: object, error: BaseException | None = None, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("widget.test", logging.WARNING, "file.py", 1, message, arguments, (type(error), error, error.__traceback__) if error else None)
    made.__dict__.update(extra)
    return made


def raised(error: Exception) -> Exception:
    """The error with a way through the code."""
    try:
        raise error
    except type(error) as caught:
        return caught


@pytest.mark.promise("S25")
@pytest.mark.parametrize("formatter", [Lines(), JsonLines()])
def test_an_event_is_one_line_whatever_is_in_it(formatter: logging.Formatter) -> None:
    for made in (record("A name: %s", NASTY), record("Broken", error=raised(OSError(NASTY))), record(NASTY)):
        line = formatter.format(made)
        assert len(line.splitlines()) == 1 and line.isprintable()


@pytest.mark.promise("S25")
def test_a_name_is_told_literally() -> None:
    assert json.loads(JsonLines().format(record("A name: %s", NASTY)))["message"] == f"A name: {NASTY}"
    assert "{settings}%s=cmd" in Lines().format(record("A name: %s", NASTY))


def test_a_line_says_which_request_it_belongs_to() -> None:
    token = request_id.set("0123456789abcdef")
    try:
        assert Lines().format(record("Hello")).endswith("Hello [0123456789abcdef]")
        assert json.loads(JsonLines().format(record("Hello", fields={"status": 200}))).items() >= {"request": "0123456789abcdef", "status": 200}.items()
    finally:
        request_id.reset(token)


def test_an_id_of_a_proxy_is_taken_only_when_it_can_stand_in_a_log() -> None:
    assert new_request_id("abc-DEF_1.2345") == "abc-DEF_1.2345"
    for bad in ("", "short", "with space 12345", "line\nbreak12345", "x" * 65):
        assert len(new_request_id(bad)) == 16
    assert new_request_id() != new_request_id()


@pytest.mark.parametrize("error", [ValueError("CANARY"), KeyError("CANARY"), UnicodeDecodeError("utf-8", b"CANARY", 0, 1, "CANARY")])
def test_an_error_that_repeats_a_value_is_told_without_it(error: Exception) -> None:
    said = error_text(raised(error))
    assert said.startswith(type(error).__name__) and "test_logs.py" in said and "CANARY" not in said


def test_a_row_that_postgresql_quotes_is_left_out() -> None:
    said = error_text(OSError('duplicate key value violates unique constraint "one"\nDETAIL:  Key (text)=(CANARY) already exists.'))
    assert said == 'OSError: duplicate key value violates unique constraint "one"'


def test_what_an_error_came_from_is_told_too() -> None:
    try:
        try:
            raise OSError("the disk")
        except OSError as cause:
            raise RuntimeError("the work") from cause
    except RuntimeError as error:
        assert "RuntimeError: the work" in error_text(error) and "from OSError: the disk" in error_text(error)


def test_on_a_terminal_the_way_through_the_code_is_shown_as_developers_know_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    lines = Lines().format(record("Broken", error=raised(OSError(NASTY)))).splitlines()
    assert len(lines) > 3 and all(line.startswith("    ") and line.isprintable() for line in lines[1:])


def test_djangos_words_about_a_request_are_replaced() -> None:
    discreet, request = Discreet(), object()
    missing = record("%s: %s", "Not Found", "/CANARY", status_code=404, request=request)
    broken = record("%s: %s", "Internal Server Error", "/CANARY", status_code=500, request=request)
    assert not discreet.filter(missing)
    assert discreet.filter(broken) and broken.getMessage() == "A request broke its view."
    forged = record("Forbidden (%s): %s", "CANARY does not match", "/CANARY", status_code=403, request=request)
    forged.name = "django.security.csrf"
    assert discreet.filter(forged) and "CSRF_TRUSTED_ORIGINS" in forged.getMessage() and "CANARY" not in forged.getMessage()
    assert discreet.filter(record("ours"))


def test_the_same_trouble_is_told_a_few_times_and_then_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    seldom = Seldom()
    assert [seldom.filter(record("No room: %s", number)) for number in range(50)].count(True) == 5
    assert seldom.filter(record("Another trouble"))
    now += 11
    told = record("No room: %s", "100%")
    assert seldom.filter(told) and told.getMessage() == "No room: 100% (told 45 times more in 11 s)"
