"""The short form of what is promised for several processes, on one installation after the other. `make promises` tries the full counts."""

from pathlib import Path

import pytest

from tests.promises import redis_faults, restarts
from tests.promises.oracle import Result
from tests.promises.scaled_ground import ScaledGround

pytestmark = [pytest.mark.live, pytest.mark.postgres]


def check(result: Result) -> None:
    assert result.kept, result


async def test_redis_in_trouble_and_two_restarts_lose_nothing(tmp_path: Path) -> None:
    async with ScaledGround(tmp_path / "data") as ground:
        check(await redis_faults.lose_redis(ground, trials=18, seconds=0.6, troubles=["kill", "freeze"]))
        check(await redis_faults.drop_rings(ground, trials=2))
        check(await restarts.roll(ground, trials=1, sockets=8))
        check(await restarts.stampede(ground, trials=100))
