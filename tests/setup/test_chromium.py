"""The browser tests take the browser that is named, else one that is installed, and never pretend there is one."""

from pathlib import Path

import pytest

from tests.chromium import NoBrowserError, find_chromium


def program(folder: Path, name: str) -> str:
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_the_named_browser_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path, "chromium")
    mine = program(tmp_path, "my-browser")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CHROMIUM", mine)
    assert find_chromium() == mine


def test_a_named_browser_that_is_not_there_fails_loudly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "nothing"))
    with pytest.raises(NoBrowserError, match=r"CHROMIUM names .*nothing, which cannot be run"):
        find_chromium()


@pytest.mark.parametrize("name", ["chromium", "google-chrome"])
def test_an_installed_browser_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    installed = program(tmp_path, name)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_chromium() == installed
