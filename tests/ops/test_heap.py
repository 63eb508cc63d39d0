"""What a serving process gives back to the system when visitors go, measured in processes of their own."""

import subprocess
import sys

# Large blocks with small ones between them, as sockets and frames leave them; then the large ones go.
_PROGRAM = """
from pathlib import Path
from widget.ops.heap import keep_flat
{call}
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4
before = resident()
large, small = [], []
for _ in range(1000):
    large.append(bytearray(40_000))
    small.append(bytearray(700))
del large
print(resident() - before)
"""


def kilobytes_kept(call: str) -> int:
    return int(subprocess.run([sys.executable, "-c", _PROGRAM.format(call=call)], capture_output=True, text=True, check=True).stdout)


def test_large_blocks_between_small_ones_are_given_back() -> None:
    assert kilobytes_kept("assert keep_flat()") < 10_000
    # The measure sees what it is for.
    assert kilobytes_kept("") > 30_000
