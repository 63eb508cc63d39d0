"""What background work says of a database that is away: once when it goes, once when it is back."""

import logging

import psycopg
import pytest
from django.db import OperationalError

from widget.jobs.outage import Outage


def away() -> OperationalError:
    error = OperationalError("connection to server at 127.0.0.1 failed: Connection refused\n\tIs the server running?")
    error.__cause__ = psycopg.OperationalError("connection refused")
    return error


def meet(outage: Outage, error: Exception) -> None:
    try:
        raise error
    except Exception as met:
        outage.met(met)


def test_an_outage_is_told_once_without_a_trace_and_its_end_too(caplog: pytest.LogCaptureFixture) -> None:
    outage = Outage()
    for _ in range(2):
        outage.over()
        for _ in range(5):
            meet(outage, away())
        outage.over()
        outage.over()
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 4
    assert not any(record.exc_info for record in caplog.records)
    assert "Connection refused). Nothing is lost" in caplog.messages[0] and "is back after 0 s" in caplog.messages[1]


def test_anything_else_is_told_whole(caplog: pytest.LogCaptureFixture) -> None:
    outage = Outage()
    meet(outage, ValueError("a defect of ours"))
    outage.over()
    assert [record.levelno for record in caplog.records] == [logging.ERROR] and caplog.records[0].exc_info
