"""Keeps the memory of a process that serves for weeks from creeping up. Called by serve.py before other threads begin.

Nothing leaks: what is in use stays the same. But the C library (glibc) takes short-lived large blocks and small long-lived ones from the same heap, and
raises by itself what it calls large, up to 32 MB; so holes are left that nothing fits into, some ten megabytes an hour with 200 visitors who come and
go. Large blocks of their own, given back when they are freed, end that. Other C libraries keep theirs as they are.
"""

import asyncio.selector_events as selector_events
import ctypes
import platform

# From this size on a block is the kernel's and not the heap's. Named in mallopt(3), where setting it also ends its rising.
_M_MMAP_THRESHOLD = -3
_LARGE_BYTES = 32_768
# asyncio reads what models say with buffers of 256 kB; each would be a mapping of its own, half again the price of streaming.
_READ_BYTES = 16_384
# One heap for all threads: what a database thread makes and the event loop lets go of otherwise leaves holes in two.
_M_ARENA_MAX = -8


def keep_flat() -> bool:
    """Whether there was something to set."""
    if platform.libc_ver()[0] != "glibc":
        return False
    libc = ctypes.CDLL(None)
    selector_events._SelectorTransport.max_size = _READ_BYTES  # type: ignore[attr-defined]
    return bool(libc.mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES) and libc.mallopt(_M_ARENA_MAX, 1))
