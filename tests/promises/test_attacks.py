"""The short form of the attacks and faults, in every test run: each once, with the times scaled down. `make promises` tries the full counts."""

from pathlib import Path

import pytest

from tests.promises import altered_server, attacks, faults, hogging, stops
from tests.promises.ground import Ground
from tests.promises.oracle import Result

pytestmark = pytest.mark.live
QUICK = {"REQUEST_HEAD_SECONDS": "1", "REQUEST_BODY_SECONDS": "1", "KEEP_ALIVE_SECONDS": "1", **faults.beat(0.04)}


def check(result: Result) -> None:
    assert result.kept, result


async def test_attacks_are_refused_and_neither_cost_memory_nor_hold_up_a_neighbour(tmp_path: Path) -> None:
    ground = Ground(tmp_path / "data")
    ground.server.env |= QUICK
    async with ground:
        check(await attacks.forge_headers(ground, 36))
        check(await attacks.flood_bodies(ground, 16))
        check(await attacks.send_bad_frames(ground, len(attacks.ANSWERS)))
        check(await attacks.drip(ground, 4, scaled=True))
        check(await attacks.read_nothing(ground, 2, seconds="2"))
        check(await attacks.flood_messages(ground, 2, seconds="1"))
        check(await attacks.open_too_many(ground, 1, at_once=650, seconds="3"))


async def test_faults_of_the_way_and_of_the_process_are_survived(tmp_path: Path) -> None:
    ground = Ground(tmp_path / "data")
    ground.server.env |= QUICK
    ground.server.program = altered_server.program(hogging)
    async with ground:
        check(await faults.hog(ground, 2))
        check(await faults.fall_silent(ground, 5, scale=0.04))
        check(await faults.sit_idle(ground, 5, scale=0.04, seconds=4))
        check(await faults.small_machine(ground, 10, parts=[(stops.terminate_mid_stream, {"at_once": 10}, 20), (faults.live_short, {"seconds": 1.5}, 10)]))
        check(await faults.break_handlers(ground, 25))
