"""What `make bench` understands."""

import pytest

from tests.bench.__main__ import read_arguments


@pytest.mark.parametrize("given", [[], ["tokens"], ["tokens", "idle", "--quick"]])
def test_scenarios_are_named_or_all_are_measured(given: list[str]) -> None:
    assert read_arguments(given).names == [name for name in given if not name.startswith("-")]


def test_a_scenario_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_arguments(["tokens", "nonsense"])
    assert "'nonsense' is none of bytes," in capsys.readouterr().err
