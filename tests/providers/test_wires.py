"""A provider's package is loaded once, off the loop, and what it leaves in memory is never walked through by the collector again (R37, R38)."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from widget.providers import wires

_HEAVY = """
import gc

collecting = gc.isenabled()
kept = [[number] for number in range(1000)]
"""


@pytest.fixture
def thawed_afterwards() -> Iterator[None]:
    yield
    gc.unfreeze()


async def test_what_a_wire_loads_is_neither_collected_meanwhile_nor_looked_through_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, thawed_afterwards: None
) -> None:
    (tmp_path / "heavy_wire_of_a_test.py").write_text(_HEAVY)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(wires._modules, "heavy", "heavy_wire_of_a_test")
    monkeypatch.setattr(wires, "_loaded", {})
    heavy = await wires.load_wire("heavy")
    assert not heavy.collecting and gc.isenabled()
    walked = {id(one) for one in gc.get_objects()}
    assert not any(id(one) in walked for one in heavy.kept)
    assert await wires.load_wire("heavy") is heavy


async def test_the_collector_works_on_after_a_package_that_cannot_be_loaded(monkeypatch: pytest.MonkeyPatch, thawed_afterwards: None) -> None:
    monkeypatch.setitem(wires._modules, "missing", "no_such_module_of_a_test")
    with pytest.raises(ModuleNotFoundError):
        await wires.load_wire("missing")
    assert gc.isenabled()
