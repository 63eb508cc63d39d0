"""A stand-in for systemd as far as our units use it: reads the real unit files, holds the listening sockets, starts and stops the real processes.

`with Systemd(units_folder) as systemd` puts a `systemctl` and a `journalctl` into `systemd.bin`, which speak to it over a Unix socket. Processes get
LISTEN_FDS, LISTEN_PID and NOTIFY_SOCKET, and a start returns when READY=1 arrived, all as systemd.exec(5), sd_listen_fds(3) and sd_notify(3) say.
Without `users` it runs them as whoever runs the test.
"""

import json
import os
import shlex
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

_PROGRAM = """#!{python}
import json, socket, sys
with socket.socket(socket.AF_UNIX) as line:
    line.connect({address!r})
    line.sendall(json.dumps([{called!r}, *sys.argv[1:]]).encode() + b"\\n")
    code, said = json.loads(line.makefile().readline())
print(said, end="", file=sys.stderr if code else sys.stdout)
sys.exit(code)
"""
_READY_SECONDS = 60


class Systemd:
    """`journal` is what the services printed; `calls` every systemctl line that was run."""

    def __init__(self, units: Path, users: bool = False) -> None:
        self._units, self._users = units, users
        self._folder = tempfile.TemporaryDirectory(prefix="systemd-")
        self.bin = Path(self._folder.name) / "bin"
        self._address = str(Path(self._folder.name) / "private")
        self._sockets: dict[str, list[socket.socket]] = {}
        self._running: dict[str, subprocess.Popen[str]] = {}
        self.journal: list[str] = []
        self.calls: list[list[str]] = []

    def __enter__(self) -> "Systemd":
        self.bin.mkdir()
        for called in ("systemctl", "journalctl"):
            program = self.bin / called
            program.write_text(_PROGRAM.format(python=sys.executable, address=self._address, called=called))
            program.chmod(program.stat().st_mode | stat.S_IXUSR)
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(self._address)
        self._door.listen()
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._door.close()
        for name in list(self._running):
            self.stop(name)
        for listener in (one for listeners in self._sockets.values() for one in listeners):
            listener.close()
        self._folder.cleanup()

    def process(self, name: str = "kanal.service") -> "subprocess.Popen[str]":
        return self._running[name]

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._door.accept()
            except OSError:
                return
            with line, line.makefile() as asked:
                called, *arguments = json.loads(asked.readline())
                try:
                    answer = self._tell() if called == "journalctl" else self._obey(arguments)
                except Exception as error:
                    answer = 1, f"{error!r}\n"
                line.sendall(json.dumps(answer).encode() + b"\n")

    def _tell(self) -> tuple[int, str]:
        """What the services said last."""
        return 0, "".join(self.journal[-1:])

    def _obey(self, arguments: list[str]) -> tuple[int, str]:
        self.calls.append(arguments)
        verb, *names = [one for one in arguments if one != "--now"]
        for name in names:
            if verb in ("start", "restart") or (verb == "enable" and "--now" in arguments):
                if verb == "restart":
                    self.stop(name)
                trouble = self.start(name)
                if trouble:
                    return 1, f"Job for {name} failed: {trouble}\n"
            elif verb == "stop":
                self.stop(name)
            elif verb not in ("enable", "daemon-reload", "reload-or-restart", "reset-failed", "is-active"):
                return 1, f"Unknown command verb {verb}.\n"
        return 0, ""

    def start(self, name: str) -> str:
        """What went wrong, or nothing."""
        if not (self._units / name).exists():
            # Another package's unit, such as Caddy's.
            return ""
        unit = self._read(name)
        if name.endswith(".socket"):
            if name not in self._sockets:
                self._sockets[name] = [_listen(address) for address in unit["ListenStream"]]
        elif name.endswith(".service") and (name not in self._running or self._running[name].poll() is not None):
            for wanted in unit.get("Requires", []):
                self.start(wanted)
            return self._spawn(name, unit)
        return ""

    def stop(self, name: str) -> None:
        for listener in self._sockets.pop(name, []):
            listener.close()
        process = self._running.pop(name, None)
        if process is not None:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)

    def _spawn(self, name: str, unit: dict[str, list[str]]) -> str:
        listeners = [listener for socket_unit in unit.get("Requires", []) for listener in self._sockets.get(socket_unit, [])]
        notify = Path(self._folder.name) / "notify"
        notify.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
            ear.bind(str(notify))
            notify.chmod(0o666)
            environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "LISTEN_FDS": str(len(listeners)), "NOTIFY_SOCKET": str(notify)}
            for file in unit["EnvironmentFile"]:
                environment |= dict(line.split("=", 1) for line in Path(file).read_text().splitlines() if "=" in line and not line.startswith("#"))
            # The shell keeps its process id when it becomes the program; only then is LISTEN_PID known.
            command = ["/bin/sh", "-c", 'LISTEN_PID=$$ exec "$@"', "sh", *shlex.split(unit["ExecStart"][0])]
            numbers = tuple(range(3, 3 + len(listeners)))

            def hand_over() -> None:
                held = [os.dup(listener.fileno()) for listener in listeners]
                for number, descriptor in zip(numbers, held, strict=True):
                    os.dup2(descriptor, number, inheritable=True)

            process = subprocess.Popen(
                command,
                cwd=unit["WorkingDirectory"][0],
                env=environment,
                user=unit["User"][0] if self._users else None,
                group=unit["Group"][0] if self._users else None,
                extra_groups=[] if self._users else None,
                preexec_fn=hand_over,
                pass_fds=numbers,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            self._running[name] = process
            threading.Thread(target=self._listen_to, args=(process,), daemon=True).start()
            return "" if unit["Type"] != ["notify"] else _await_ready(ear, process)

    def _listen_to(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        with process.stdout:
            self.journal += process.stdout

    def _read(self, name: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for line in (self._units / name).read_text().splitlines():
            key, equals, value = line.partition("=")
            if equals and not line.startswith("#"):
                found.setdefault(key, []).extend(value.split() if key in ("Requires", "ListenStream") else [value])
        return found


def _listen(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    listener = socket.create_server((host, int(port)), backlog=4096)
    return listener


def _await_ready(ear: socket.socket, process: "subprocess.Popen[str]") -> str:
    ear.settimeout(0.1)
    for _ in range(_READY_SECONDS * 10):
        with suppress(TimeoutError):
            if b"READY=1" in ear.recv(4096):
                return ""
        if process.poll() is not None:
            return f"it ended with code {process.returncode}"
    return "it did not say READY=1 in time"
