"""The short form of the promises, in every test run: twenty kills and twenty cuts in mid-answer. `make promises` tries the full counts."""

from pathlib import Path

import pytest

from tests.promises import kills, lines, resends
from tests.promises.ground import Ground
from tests.promises.oracle import Result

pytestmark = pytest.mark.live


def check(result: Result) -> None:
    assert result.kept, result


async def test_twenty_kills_in_mid_answer_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    async with Ground(tmp_path / "data") as ground:
        check(await kills.kill_mid_stream(ground, trials=60, at_once=3, script="tokens:12@30"))


async def test_twenty_cuts_of_the_socket_end_in_the_same_text(tmp_path: Path) -> None:
    async with Ground(tmp_path / "data") as ground:
        check(await lines.cut_sockets(ground, trials=20 * lines.AT_ONCE))
        check(await resends.lose_acknowledgements(ground, trials=40))
        check(await lines.cut_frames(ground, trials=60, visitors_at_once=6))
        check(await lines.come_back_late(ground, trials=1))


async def test_a_process_that_sleeps_past_its_lease_writes_nothing_late(tmp_path: Path) -> None:
    async with Ground(tmp_path / "data") as ground:
        check(await kills.freeze_past_lease(ground, trials=kills.AT_ONCE))
