"""What a child process does before anything else: `python -m widget.jobs.confined PARENT DESCRIPTOR SECONDS BYTES MODULE ARGUMENT...`, as child.py starts it.

It asks the kernel to be killed with its parent, steps back behind the serving process, limits its memory and time, and becomes the module.
"""

import ctypes
import os
import resource
import runpy
import signal
import sys

from widget.jobs import child

NICE = 10
# <linux/prctl.h>
_PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, descriptor, seconds, memory = (int(argument) for argument in sys.argv[1:5])
    module = sys.argv[5]
    _end_with(parent)
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    child.speak_on(descriptor)
    sys.argv[:] = [module, *sys.argv[6:]]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except MemoryError:
        # Nothing more that would need memory: no traceback, no clean end.
        os._exit(child.OUT_OF_MEMORY)


def _end_with(parent: int) -> None:
    """Linux only; elsewhere the parent ends us when it stops in order."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("The process that started this one has ended.")


if __name__ == "__main__":
    main()
