"""The short form of the stops, in every test run. `make promises` tries the full counts."""

from pathlib import Path

import pytest

from tests.promises import stops
from tests.promises.ground import Ground

pytestmark = pytest.mark.live


async def test_a_stop_in_mid_answer_sends_everybody_away_and_loses_nothing(tmp_path: Path) -> None:
    async with Ground(tmp_path / "data") as ground:
        result = await stops.terminate_mid_stream(ground, trials=20, at_once=10)
    assert result.kept, result
