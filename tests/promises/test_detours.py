"""The short form of R41 in every test run: the first answer behind a proxy that refuses WebSockets, resends, cuts and kills over the fallback."""

from pathlib import Path

import pytest

from tests.promises import backups, detours, kills, lines, resends, snapshots
from tests.promises.detours import going_by
from tests.promises.ground import Ground
from tests.promises.oracle import Result

pytestmark = pytest.mark.live


async def test_where_sockets_are_refused_the_same_promises_hold(tmp_path: Path) -> None:
    result = Result("R41", "WebSockets refused: streams and polls instead")
    async with Ground(tmp_path / "data") as ground:
        await detours.first_answers(ground, result, trials=2)
        result.add(await detours.mix_ways(ground, trials=5))
        with going_by(ground, "events"):
            result.add(await resends.lose_acknowledgements(ground, trials=20))
            result.add(await resends.resend_in_parallel(ground, trials=2))
            result.add(await lines.cut_frames(ground, trials=20, visitors_at_once=4))
            result.add(await lines.cut_sockets(ground, trials=5 * lines.AT_ONCE))
            result.add(await kills.kill_mid_stream(ground, trials=3, at_once=3, script="tokens:12@30"))
            result.add(await snapshots.meet(ground, trials=40))
            result.add(await backups.restore_an_older_backup(ground, trials=3))
        with going_by(ground, "poll"):
            result.add(await lines.cut_frames(ground, trials=10, visitors_at_once=5))
            result.add(await snapshots.meet(ground, trials=40))
    assert result.kept, result
