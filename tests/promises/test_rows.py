"""`make promises` itself: whatever happens in one row, the row is broken and the others are tried (__main__.py), and its neighbour's waits are its own."""

import asyncio
import os
from pathlib import Path
from typing import cast

from tests.promises.__main__ import Trial, full_table, try_one
from tests.promises.ground import Ground
from tests.promises.oracle import Result
from tests.promises.witness import kept_waiting


class NoGround:
    """Nothing is started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def __aenter__(self) -> "NoGround":
        return self

    async def __aexit__(self, *_: object) -> None: ...


async def keeps(_ground: Ground, trials: int) -> Result:
    return Result("X01", "is kept", trials=trials)


async def stumbles(_ground: Ground, trials: int) -> Result:
    raise ConnectionResetError("the server hung up")


async def never_ends(_ground: Ground, trials: int) -> Result:
    await asyncio.Event().wait()
    raise AssertionError


def tried(run: object, patience: float = 5.0) -> Result:
    return try_one("X01", Trial(run, 3, cast(type[Ground], NoGround), patience))  # type: ignore[arg-type]


def test_a_row_that_stumbles_or_never_ends_is_broken_and_says_where() -> None:
    assert tried(keeps).kept
    stumbled, late = tried(stumbles), tried(never_ends, patience=0.1)
    assert not stumbled.kept and "ConnectionResetError: the server hung up (test_rows.py:" in stumbled.faults[0]
    assert not late.kept and "after 0 s" in late.faults[0] and late.id == "X01"


def test_every_row_has_its_time_and_the_long_ones_more() -> None:
    table = full_table()
    assert {name for name, trial in table.items() if trial.patience > 1800} == {"R46", "R49"}
    assert all(trial.count > 0 for trial in table.values())


def test_the_kernel_says_how_long_a_thread_waited_for_a_core() -> None:
    assert kept_waiting(os.getpid())[str(os.getpid())] >= 0
    assert kept_waiting(2**22 + 1) == {}
