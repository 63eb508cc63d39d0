"""The short form of the promises about PostgreSQL: one of each fault, and its connections counted. `make promises` tries the full counts."""

from typing import cast

import pytest

from tests.promises import outages
from tests.promises.ground import Ground

pytestmark = [pytest.mark.live, pytest.mark.postgres]
# These start their own.
NO_GROUND = cast(Ground, None)


@pytest.mark.promise("R24")
async def test_a_database_that_goes_away_costs_seconds_and_nothing_else() -> None:
    result = await outages.lose_the_database(NO_GROUND, len(outages.FAULTS) * outages.VISITORS)
    assert result.kept, result


@pytest.mark.promise("R25")
async def test_a_hundred_visitors_share_a_few_connections() -> None:
    result = await outages.bounded_connections(NO_GROUND, 100)
    assert result.kept, result
