"""The short form of R46. `make promises` kills a hundred times."""

from pathlib import Path

import pytest

from tests.promises import readings
from tests.promises.ground import Ground
from tests.promises.test_short import check

pytestmark = pytest.mark.live


async def test_a_source_that_is_read_survives_kill_9(tmp_path: Path) -> None:
    async with Ground(tmp_path / "data") as ground:
        check(await readings.kill_while_reading(ground, trials=2, entries=400))
