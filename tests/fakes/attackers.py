"""Clients that mean harm, over raw sockets: floods, drippers, and those who never read.

`python -m tests.fakes.attackers KIND PORT` runs one and prints what it saw.

In processes of their own, so that an attack takes the server's time and not that of the test that looks on. Started by tests/promises and tests/bench.
"""

import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Any

# An origin of the server itself, which every site lets in. Another site is named behind the port: 8000/bench.
PATH, ORIGIN = "/ws/chat/toko", "http://localhost"
HUGE = 300_000_000
_UPGRADE = (b"Upgrade: websocket", b"Connection: Upgrade", b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", b"Sec-WebSocket-Version: 13")
_pause = threading.Event().wait
TEXT, BINARY, PING, CONTINUATION = 0x1, 0x2, 0x9, 0x0
Seen = dict[str, Any]


def frame(payload: bytes, opcode: int = TEXT, last: bool = True) -> bytes:
    """A client's frame with a mask of zeros, which leaves the payload as it is."""
    size = len(payload)
    head = bytes((opcode | (0x80 if last else 0),))
    head += bytes((0x80 | size,)) if size < 126 else b"\xfe" + struct.pack("!H", size) if size < 65_536 else b"\xff" + struct.pack("!Q", size)
    return head + b"\0\0\0\0" + payload


def message(number: int) -> bytes:
    return frame(b'{"type":"message.send","id":"00000000-0000-4000-8000-%012d","text":"%b"}' % (number, b"x" * 3_900))


class Raw:
    """One TCP connection; `small` keeps the kernel from taking much on our behalf."""

    def __init__(self, port: int, small: bool = False, seconds: float = 30.0) -> None:
        self.socket = socket.socket()
        if small:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(seconds)
        self.socket.connect(("127.0.0.1", port))
        self.sent = 0
        self.received = b""

    def __enter__(self) -> "Raw":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> bool:
        """False when the server has hung up."""
        try:
            self.socket.sendall(data)
        except OSError:
            return False
        self.sent += len(data)
        return True

    def read(self) -> bytes:
        """What comes next; empty when the server has hung up or says nothing."""
        try:
            piece = self.socket.recv(65_536)
        except OSError:
            return b""
        self.received += piece
        return piece

    def read_to_the_end(self) -> bytes:
        while self.read():
            pass
        return self.received

    def shake_hands(self, hello: bool = True) -> None:
        self.send(b"\r\n".join((f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\nOrigin: {ORIGIN}".encode(), *_UPGRADE, b"\r\n")))
        while b"\r\n\r\n" not in self.received and self.read():
            pass
        if hello:
            self.send(frame(b'{"type":"hello","protocol":1}'))
            while b'"welcome"' not in self.received and self.read():
                pass

    def close_code(self) -> int:
        """The code of the close frame, which is the last that was received; 0 when there is none."""
        self.read_to_the_end()
        found = [self.received.rfind(bytes((0x88, size))) for size in range(2, 126)]
        place = max(found)
        return int.from_bytes(self.received[place + 2 : place + 4], "big") if place >= 0 else 0


def bodies(port: int) -> Seen:
    """S48: 300 MB to any address: announced, not announced, announced as little, in chunks. How much was taken until the refusal."""
    head = {"announced": f"Content-Length: {HUGE}", "unannounced": "X: y", "understated": "Content-Length: 100", "chunked": "Transfer-Encoding: chunked"}
    taken, answers = {}, {}
    for path in ("/admin/login/", "/widget.js", "/nowhere", "/"):
        for way in head:
            with Raw(port) as raw:
                raw.send(f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{head[way]}\r\n\r\n".encode())
                piece = b"x" * 65_536 if way != "chunked" else b"10000\r\n" + b"x" * 65_536 + b"\r\n"
                while raw.sent < HUGE and raw.send(piece):
                    pass
                taken[f"{way} {path}"] = raw.sent
                answers[f"{way} {path}"] = raw.read_to_the_end()[:12].decode("latin-1")
    return {"taken": taken, "answers": answers}


_FRAMES: dict[str, Callable[[], bytes]] = {
    "big": lambda: frame(b"x" * 5_000_000),
    "tiny": lambda: frame(b"{}") * 100_000,
    "fragments": lambda: frame(b"x", TEXT, last=False) + frame(b"x", CONTINUATION, last=False) * 10_000,
    "empty fragments": lambda: frame(b"", TEXT, last=False) + frame(b"", CONTINUATION, last=False) * 100_000,
    "pings": lambda: frame(b"x" * 100, PING) * 100_000,
    "deep": lambda: frame(b'{"type":"ping","t":' + b"[" * 15_000 + b"]" * 15_000 + b"}"),
    "NaN": lambda: frame(b'{"type":"ping","t":NaN}'),
    "Infinity": lambda: frame(b'{"type":"ping","t":-Infinity}'),
    "half a character": lambda: frame(b'{"type":"message.send","id":"5b0e9b3e-6f0c-4d43-8b4e-0d6f4f1c2a11","text":"\\ud83d"}'),
    "a key twice": lambda: frame(b'{"type":"ping","type":"ping"}'),
    "binary": lambda: frame(b'{"type":"ping"}', BINARY),
    "no text": lambda: frame(b"\xff\xfe"),
    "a huge number": lambda: frame(b'{"type":"ping","t":' + b"9" * 20_000 + b"}"),
}


def frames(port: int, wanted: str = "") -> Seen:
    """S54: frames that are too big, too many, or no frames of ours. The close code or the error each was answered with; after an error the line must live."""
    seen = {}
    for name, make in _FRAMES.items():
        if wanted in ("", name):
            with Raw(port, seconds=10) as raw:
                raw.shake_hands()
                before = len(raw.received)
                raw.send(make() + frame(b'{"type":"ping","t":77}'))
                while b'"t":77' not in raw.received and raw.read():
                    pass
                seen[name] = _error_in(raw.received[before:]) if b'"t":77' in raw.received else str(raw.close_code())
    return {"answers": seen}


def _error_in(received: bytes) -> str:
    return received.partition(b'"code":"')[2].partition(b'"')[0].decode() or received[:80].decode("latin-1")


def sockets(port: int, count: str = "1000", seconds: str = "14") -> Seen:
    """S55: so many sockets from one address that never say hello; which close codes they heard, and how many were left after the time for a hello."""
    codes: dict[int, int] = {}
    with ExitStack() as stack:
        raws = []
        for _ in range(int(count)):
            with suppress(OSError):
                raw = stack.enter_context(Raw(port))
                raw.shake_hands(hello=False)
                raws.append(raw)
        began = time.monotonic()
        open_at_once = sum(not _closing(raw) for raw in raws)
        for raw in raws:
            raw.socket.settimeout(max(0.05, began + float(seconds) - time.monotonic()))
            code = raw.close_code()
            codes[code] = codes.get(code, 0) + 1
        return {"connected": len(raws), "open": open_at_once, "codes": codes, "seconds": time.monotonic() - began}


def _closing(raw: Raw) -> bool:
    raw.socket.settimeout(0.01)
    raw.read()
    return b"\x88\x02" in raw.received or not raw.received


def connections(port: int, count: str = "1000") -> Seen:
    """S55 for plain HTTP: so many connections that say nothing."""
    with ExitStack() as stack:
        raws = []
        for _ in range(int(count)):
            with suppress(OSError):
                raws.append(stack.enter_context(Raw(port)))
        alive = 0
        for raw in raws:
            raw.socket.settimeout(0.002)
            try:
                alive += raw.socket.recv(1) != b""
            except TimeoutError:
                alive += 1
            except OSError:
                pass
        return {"connected": len(raws), "alive": alive}


def half_a_head(port: int, most: str = "130") -> Seen:
    """S56: begins a request and says no more. Seconds until the server hangs up."""
    with Raw(port, seconds=float(most)) as raw:
        raw.send(b"GET / HTTP/1.1\r\nHost: loc")
        began = time.monotonic()
        raw.read_to_the_end()
        return {"seconds": time.monotonic() - began}


def drip_head(port: int, every: str = "20", most: str = "130") -> Seen:
    """S56: one byte of a head now and then, for ever."""
    return _drip(port, b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", float(every), float(most))


def drip_body(port: int, every: str = "20", most: str = "130") -> Seen:
    """S56: one byte of a body now and then, for ever."""
    return _drip(port, b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n", float(every), float(most))


def _drip(port: int, beginning: bytes, every: float, most: float) -> Seen:
    with Raw(port, seconds=every) as raw:
        raw.send(beginning)
        began = time.monotonic()
        while time.monotonic() - began < most and raw.send(b"x"):
            try:
                if not raw.socket.recv(65_536):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        return {"seconds": time.monotonic() - began}


def idle(port: int, most: str = "130") -> Seen:
    """A connection kept after its answer and never used again."""
    with Raw(port, seconds=float(most)) as raw:
        raw.send(b"GET /widget.js HTTP/1.1\r\nHost: localhost\r\n\r\n")
        raw.read()
        began = time.monotonic()
        raw.read_to_the_end()
        return {"seconds": time.monotonic() - began}


def never_read(port: int, seconds: str = "10") -> Seen:
    """R37, S57: fills a page of the talk, asks for it again and again, and reads nothing. How often it could ask."""
    with Raw(port, small=True, seconds=2) as raw:
        raw.shake_hands()
        for number in range(20):
            raw.send(message(number))
            while raw.received.count(b'"message.stored"') <= number and raw.read():
                pass
        before, until = raw.sent, time.monotonic() + float(seconds)
        asking = frame(b'{"type":"history.get","before":1000000,"limit":50}')
        while time.monotonic() < until and raw.send(asking):
            _pause(0.01)
        return {"asked": (raw.sent - before) // len(asking), "code": raw.close_code()}


def never_read_http(port: int, path: str = "/static/admin/js/vendor/jquery/jquery.js", seconds: str = "10") -> Seen:
    """The same over plain HTTP: requests sent ahead, no answer read."""
    asking = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    with Raw(port, small=True, seconds=float(seconds)) as raw:
        until = time.monotonic() + float(seconds)
        while time.monotonic() < until and raw.send(asking * 20):
            pass
        return {"asked": raw.sent // len(asking)}


def pipeline(port: int, count: str = "20000", path: str = "/nowhere", seconds: str = "15") -> Seen:
    """Requests sent ahead by thousands, and read."""
    asking = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    with Raw(port, seconds=5) as raw:
        raw.socket.setblocking(False)
        left, answered, until = asking * int(count), 0, time.monotonic() + float(seconds)
        while time.monotonic() < until:
            with suppress(BlockingIOError):
                if left:
                    left = left[raw.socket.send(left[:65_536]) :]
            try:
                piece = raw.socket.recv(65_536)
                answered += piece.count(b"HTTP/1.1 ")
                if not piece:
                    break
            except BlockingIOError:
                _pause(0.001)
            except OSError:
                break
        return {"answered": answered}


def flood(port: int, megabytes: str = "180") -> Seen:
    """R38: messages as large as may be, as fast as they go, while the first are still being stored."""
    with Raw(port, seconds=5) as raw:
        raw.shake_hands()
        before, number = raw.sent, 0
        while raw.sent - before < float(megabytes) * 1e6 and raw.send(b"".join(map(message, range(number, number + 20)))):
            number += 20
        return {"megabytes": (raw.sent - before) / 1e6, "code": raw.close_code()}


_FORGED = {"X-A": f"Origin: {ORIGIN}", "X-Forwarded-For": "X-Forwarded-For: 10.0.0.1", "Daphne-Root-Path": "Daphne-Root-Path: /evil"}


def bad_heads(port: int) -> Seen:
    """S02: bytes that two parsers read differently, in headers that would forge something."""
    answers = {}
    for byte in (0x0B, 0x0C, 0x1C, 0x1D, 0x1E, 0x85):
        for name, forged in _FORGED.items():
            for path in (PATH, "/widget.js"):
                forging = name.encode() + b": a" + bytes((byte,)) + forged.encode()
                with Raw(port, seconds=5) as raw:
                    raw.send(b"\r\n".join((f"GET {path} HTTP/1.1".encode(), b"Host: localhost", forging, *(_UPGRADE if path == PATH else ()), b"", b"")))
                    raw.read()
                    answers[f"{byte:02x} in {name} to {path}"] = raw.received[:12].decode("latin-1")
    return {"answers": answers}


KINDS: dict[str, Callable[..., Seen]] = {
    "bodies": bodies,
    "frames": frames,
    "sockets": sockets,
    "connections": connections,
    "half_a_head": half_a_head,
    "drip_head": drip_head,
    "drip_body": drip_body,
    "idle": idle,
    "never_read": never_read,
    "never_read_http": never_read_http,
    "pipeline": pipeline,
    "flood": flood,
    "bad_heads": bad_heads,
}


if __name__ == "__main__":
    given, _, key = sys.argv[2].partition("/")
    PATH = f"/ws/chat/{key or 'toko'}"
    print(json.dumps(KINDS[sys.argv[1]](int(given), *sys.argv[3:])), flush=True)
