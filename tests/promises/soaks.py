"""Two hours of visitors coming and going: R49. The load and the judgement are the benchmark's (tests/bench/attacked.py)."""

import asyncio

from tests.bench.attacked import soak_rows
from tests.bench.processes import Target, visit
from tests.promises.ground import KEY, Ground
from tests.promises.oracle import Result

MOST_SLOPE_MB = 1.0
AT_ONCE = 200


async def soak(ground: Ground, trials: int) -> Result:
    """R49: so many minutes with 200 sockets churning: memory, open files and threads stay flat after a warm-up of a third."""
    result = Result("R49", f"{AT_ONCE} churning sockets with long messages (minutes)", trials=trials)
    await ground.play("tokens:40@40")
    assert ground.server.process is not None
    target = Target("ours", ground.server.port, f"/ws/chat/{KEY}", ground.server.process.pid)
    seen = await asyncio.to_thread(lambda: visit(target, "churn", conversations=AT_ONCE, window=trials * 60.0))
    rows = soak_rows(seen, trials)
    result.note = ", ".join(f"{row.what.strip()} {row.ours:.1f}" for row in rows)
    if seen["trouble"]:
        result.faults.append(f"{seen['trouble']} visitors had trouble: {seen['examples']}")
    if rows[0].ours > MOST_SLOPE_MB:
        result.faults.append(f"memory grows by {rows[0].ours:.1f} MB/h")
    # Connections come and go while one looks; a leak of one in each visit would be thousands.
    if rows[3].ours > AT_ONCE / 4 or rows[4].ours > 2:
        result.faults.append("open files or threads grow")
    return result


FULL = {"R49": (soak, 120)}
PATIENCE = {"R49": 9000.0}
