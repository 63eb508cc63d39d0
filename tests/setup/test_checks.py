"""What keeps an installation from starting, and that nothing else is looked at then."""

from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from widget import checks
from widget.management.commands.serve import Command


def test_versions_with_known_holes_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    old = {"Django": "5.2.13", "daphne": "4.2.1", "channels": "4.3.1", "Twisted": "24.3.0"}
    for package, release in old.items():
        with monkeypatch.context() as patch:
            patch.setattr(checks, "version", {**checks.SAFE_FROM, package: release}.__getitem__)
            with pytest.raises(SystemCheckError, match=f"{package} {release} has known security holes"):
                call_command("check", tags=[checks.START])


@pytest.mark.parametrize("release", ["5.2.14", "5.2.20", "5.10", "6.0.1", "5.2.14.post1"])
def test_versions_from_the_floor_on_are_served(monkeypatch: pytest.MonkeyPatch, release: str) -> None:
    monkeypatch.setattr(checks, "version", {**checks.SAFE_FROM, "Django": release}.__getitem__)
    assert checks.refuse_holes() == []


def test_serve_runs_them_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    command = Command()
    monkeypatch.setattr(command, "check", lambda **options: asked.append(options["tags"]))
    monkeypatch.setattr(command, "handle", lambda *arguments, **options: None)
    call_command(command, skip_checks=False)
    assert asked == [[checks.START]]


def test_open_private_targets_are_named(settings: Any) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE = ["toko.lan:8080"]
    assert "toko.lan:8080" in checks.list_open_private_targets()[0].msg
