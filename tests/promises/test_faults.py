"""The short form of the faults of the way and of the process, in every test run. `make promises` tries the full counts."""

from pathlib import Path

import pytest

from tests.promises import altered_server, faults, hogging, stops
from tests.promises.ground import Ground
from tests.promises.test_short import check

pytestmark = pytest.mark.live


async def test_dead_lines_impatient_proxies_and_broken_handlers_are_survived(tmp_path: Path) -> None:
    ground = Ground(tmp_path / "data")
    ground.server.env |= faults.beat(0.04)
    ground.server.program = altered_server.program(hogging)
    async with ground:
        check(await faults.fall_silent(ground, 5, scale=0.04))
        check(await faults.sit_idle(ground, 5, scale=0.04, seconds=4))
        check(await faults.break_handlers(ground, 25))


async def test_stops_and_short_lives_lose_nothing_in_256_megabytes(tmp_path: Path) -> None:
    """What attackers cost beside it is seen in test_attacks.py."""
    parts: list[faults.Part] = [(stops.terminate_mid_stream, {"at_once": 10}, 20), (faults.live_short, {"seconds": 1.5}, 10)]
    async with Ground(tmp_path / "data") as ground:
        check(await faults.small_machine(ground, 10, parts, kinds=()))
