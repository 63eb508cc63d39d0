"""Drives the shipped `manage.py serve` as a subprocess: start, kill, freeze, restart, look at its memory. Used by every test marked `live` or `browser`.

Also run by hand or by the benchmarks: everything a server keeps lies in one folder, and nothing of the caller's environment leaks into it.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import psutil

from tests import databases

ROOT = Path(__file__).resolve().parent.parent
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV", "SSL_CERT_FILE", "REDIS_URL")
# Becomes the server, with the socket as its descriptor 3.
_AS_SYSTEMD = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[2], sys.argv[2:])
"""


class Server:
    """One installation in `data_dir` on loopback ports of its own. The ports stay the same over restarts."""

    def __init__(self, data_dir: Path, env: Mapping[str, str] | None = None, demo: bool = False) -> None:
        self.data_dir = data_dir
        self.env = {name: os.environ[name] for name in _KEPT if name in os.environ} | {"DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1"} | dict(env or {})
        if "DATABASE_URL" not in self.env and (address := databases.address_of(data_dir)):
            self.env["DATABASE_URL"] = address
        self.demo = demo
        # Another program that serves in its place: for promises that need it to die at one certain line.
        self.program = [str(ROOT / "manage.py")]
        # A listening socket to pass on, as systemd does with a socket unit.
        self.listener: socket.socket | None = None
        # Words before the command, for promises that need it to run with fewer rights.
        self.wrapper: list[str] = []
        self.port = 0
        self.demo_port = 0
        self.output: list[str] = []
        self.serving = False
        self.process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def demo_address(self) -> str:
        return f"http://127.0.0.1:{self.demo_port}"

    def line_address(self, key: str) -> str:
        """Where the WebSocket of a site is."""
        return f"ws://127.0.0.1:{self.port}/ws/chat/{key}"

    def manage(self, *arguments: str, stdin: str | None = None) -> str:
        """Runs another management command on the same installation and returns what it printed. Raises CalledProcessError."""
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        return subprocess.run(command, env=self.env, input=stdin, capture_output=True, text=True, check=True, timeout=120).stdout

    def python(self, code: str) -> str:
        """Runs a piece of Python with Django set up on the same installation: for data that no command makes."""
        return self.manage("shell", "-v", "0", "-c", code)

    def start(self, seconds: float = 30) -> "Server":
        """Starts and waits until it serves. Raises RuntimeError with its output when it does not."""
        told = threading.Event()
        self.serving = False
        demo = ["--demo-port", str(self.demo_port)] if self.demo else []
        command = [*self.wrapper, sys.executable, *self.program, "serve", "--host", "127.0.0.1", "--port", str(self.port), *demo]
        passed: tuple[int, ...] = ()
        if self.listener is not None:
            passed = (self.listener.fileno(),)
            command = [sys.executable, "-c", _AS_SYSTEMD, str(passed[0]), *command]
        self.process = subprocess.Popen(
            command, env=self.env, pass_fds=passed, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        threading.Thread(target=self._watch, args=(self.process, told), daemon=True).start()
        if not told.wait(seconds) or not self.serving:
            self.kill()
            raise RuntimeError("The server did not start:\n" + "".join(self.output[-40:]))
        return self

    def kill(self) -> None:
        """kill -9, and wait until the kernel has taken everything back."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)

    def terminate(self, seconds: float = 20) -> int:
        """SIGTERM; returns the exit code."""
        self._running().terminate()
        return self._running().wait(seconds)

    def freeze(self) -> None:
        self._running().send_signal(signal.SIGSTOP)

    def is_frozen(self) -> bool:
        """Whether every thread has come to a stop (Linux)."""
        threads = Path(f"/proc/{self._running().pid}/task").iterdir()
        return all((thread / "stat").read_text().rpartition(")")[2].split()[0] == "T" for thread in threads)

    def thaw(self) -> None:
        self._running().send_signal(signal.SIGCONT)

    def restart(self) -> None:
        """kill -9 and start again on the same ports."""
        self.kill()
        self.start()

    def rss(self) -> int:
        """Resident memory in bytes."""
        return int(psutil.Process(self._running().pid).memory_info().rss)

    def peak_rss(self) -> int:
        """The most resident memory it ever had, as the kernel counts it (Linux); 0 when it has ended."""
        status = Path(f"/proc/{self._running().pid}/status")
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text() if self._running().poll() is None and status.exists() else "")
        return int(found[1]) * 1024 if found else 0

    def _running(self) -> "subprocess.Popen[str]":
        if self.process is None:
            raise RuntimeError("The server was not started.")
        return self.process

    def _watch(self, process: "subprocess.Popen[str]", told: threading.Event) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.output.append(line)
            found = re.search(r"Kanal serves on http://\S+?:(\d+)/(?:.* demo page on http://\S+?:(\d+)/)?", line)
            if found:
                self.port, self.demo_port = int(found[1]), int(found[2] or 0)
                self.serving = True
                told.set()
        process.stdout.close()
        told.set()
