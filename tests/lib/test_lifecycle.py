"""Start steps run once; a failed start is heard by everybody who waited for it and can be tried again."""

import asyncio

import pytest

from widget.lib import lifecycle


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    ran: list[str] = []

    async def step() -> None:
        ran.append("step")
        await asyncio.sleep(0)
        if len(ran) == 1:
            raise OSError("the disk is full")

    monkeypatch.setattr(lifecycle, "_starts", {"step": step})
    monkeypatch.setattr(lifecycle, "_started", None)
    return ran


async def test_a_failed_start_is_heard_by_all_who_wait_and_can_be_tried_again(steps: list[str]) -> None:
    async with asyncio.timeout(5):
        heard = await asyncio.gather(*(lifecycle.start() for _ in range(3)), return_exceptions=True)
        assert [str(error) for error in heard] == ["the disk is full"] * 3
        await asyncio.gather(lifecycle.start(), lifecycle.start())
    assert steps == ["step", "step"] and lifecycle.is_started()
