"""The short form of the attacks, in every test run: each once, with the times scaled down. `make promises` tries the full counts."""

from pathlib import Path

import pytest

from tests.promises import altered_server, attacks, faults, hogging
from tests.promises.ground import Ground
from tests.promises.oracle import Result
from tests.promises.test_short import check

# A neighbour's waits are measured while thousands of connections and frames come in.
pytestmark = [pytest.mark.live, pytest.mark.alone]
QUICK = {"REQUEST_HEAD_SECONDS": "1", "REQUEST_BODY_SECONDS": "1", "KEEP_ALIVE_SECONDS": "1"}


async def test_attacks_are_refused_and_neither_cost_memory_nor_hold_up_a_neighbour(tmp_path: Path) -> None:
    ground = Ground(tmp_path / "data")
    ground.server.env |= QUICK
    async with ground:
        check(await attacks.forge_headers(ground, 36))
        check(await attacks.flood_bodies(ground, 16))
        check(await attacks.send_bad_frames(ground, len(attacks.ANSWERS)))
        check(await attacks.drip(ground, 4, scaled=True))
        check(await attacks.read_nothing(ground, 2, seconds="2"))
        check(await attacks.open_too_many(ground, 1, at_once=650, seconds="3"))
        held = Result("R55", "all of that in 256 MB", trials=1)
        faults.judge_peak(ground, held)
        check(held)


async def test_a_flood_of_messages_and_a_slow_query_hold_no_neighbour_up(tmp_path: Path) -> None:
    ground = Ground(tmp_path / "data")
    ground.server.env |= QUICK
    ground.server.program = altered_server.program(hogging)
    async with ground:
        check(await attacks.flood_messages(ground, 2, seconds="1"))
        check(await faults.hog(ground, 2))
