"""The short form of what happens between the assistant and people, on the database this run is on. `make promises` tries the full counts."""

from pathlib import Path

import pytest

from tests.promises.absences import vanish
from tests.promises.ground import Ground
from tests.promises.snapshots import meet
from tests.promises.takeovers import race

pytestmark = pytest.mark.live


@pytest.mark.promise("R43")
async def test_of_two_people_at_once_one_has_the_conversation_and_the_assistant_is_silent(tmp_path: Path) -> None:
    async with Ground(tmp_path / "data") as ground:
        result = await race(ground, trials=10)
    assert result.kept and result.trials == 10, result


@pytest.mark.promise("R44", "R15")
async def test_a_person_who_vanishes_is_told_of_and_tabs_that_come_in_meanwhile_see_the_same(tmp_path: Path) -> None:
    async with Ground(tmp_path / "data") as ground:
        met = await meet(ground, trials=40)
        gone = await vanish(ground, trials=6, scaled=True, people=2)
    assert met.kept and met.trials >= 40, met
    assert gone.kept and gone.trials == 6, gone
