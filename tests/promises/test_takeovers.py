"""The short form of the promise about taking over, on the database this run is on. `make promises` tries both at the full count."""

from pathlib import Path

import pytest

from tests.promises.ground import Ground
from tests.promises.takeovers import race

pytestmark = [pytest.mark.live, pytest.mark.promise("R43")]


async def test_of_two_people_at_once_one_has_the_conversation_and_the_assistant_is_silent(tmp_path: Path) -> None:
    async with Ground(tmp_path / "data") as ground:
        result = await race(ground, trials=10)
    assert result.kept and result.trials == 10, result
