"""The programs of a benchmark: the fake model, the bare relay, our server as shipped, and the visitors. Used by scenarios.py.

All of them are processes of their own on loopback, so that the CPU time of each is its own.
"""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.bench.load import Run
from tests.driver import ROOT, Server
from tests.ports import free_port

SITE = "bench"
# Every limit a crowd on one address would run into; each is a documented setting.
_CROWD_SETTINGS = """SOCKETS_PER_VISITOR SOCKETS_PER_ADDRESS SOCKETS_PER_ADDRESS_WITHOUT_TOKEN CONNECTIONS_PER_ADDRESS
 FRAMES_PER_MINUTE MESSAGES_PER_MINUTE NEW_VISITORS_PER_ADDRESS MESSAGES_PER_ADDRESS
 ANSWERS_PER_VISITOR_DAY ANSWERS_PER_SITE_DAY ANSWER_CHARACTERS PROVIDER_TOTAL_SECONDS"""
_UNLIMITED = {name: "1000000" for name in _CROWD_SETTINGS.split()}
_MAKE_SITE = """
from widget.embed.demo.loader import load_demo
from widget.sites.models import Site
load_demo(Site.objects.get(key="bench"))
"""
_ADD_PROVIDER = """
from widget.providers.models import Provider
Provider.objects.create(name="fake", base_url={url!r}, model="bench", max_tokens=0)
"""


@dataclass(frozen=True, slots=True)
class Target:
    """A running server that visitors may be sent to."""

    name: str
    port: int
    path: str
    pid: int

    def cpu(self) -> float:
        times = psutil.Process(self.pid).cpu_times()
        return times.user + times.system

    def peak(self) -> int:
        """The most resident memory it ever had, in bytes (Linux)."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))

    def rss(self) -> int:
        return int(psutil.Process(self.pid).memory_info().rss)


class Program:
    """A Python module of ours in a process of its own; its first line of output says where it listens."""

    def __init__(self, module: str, *arguments: str) -> None:
        command = [sys.executable, "-m", module, *arguments]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.said = self.process.stdout.readline().strip()

    def stop(self) -> None:
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        self.process.kill()
        self.process.communicate()


class Model:
    """The fake model server; `play` chooses what it says from now on."""

    def __init__(self) -> None:
        self.program = Program("tests.fakes.model_server")
        self.url = self.program.said

    def play(self, script: str) -> None:
        body = json.dumps({"model": "bench", "script": script}).encode()
        urllib.request.urlopen(urllib.request.Request(self.url.removesuffix("/v1") + "/control", body), timeout=5).close()


def start_relay(model: Model, port: int = 0) -> tuple[Program, Target]:
    program = Program("tests.bench.relay", "--model", model.url, "--port", str(port))
    return program, Target("relay", int(program.said), "/", program.process.pid)


class Installation:
    """Our server with the demo shop's knowledge, in a SQLite file unless `settings` name another database; `started` runs it as shipped."""

    def __init__(self, folder: Path, model: Model | None, template: "Installation | None" = None, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.server = Server(folder, env=_UNLIMITED | dict(settings or {}))
        if template is None:
            self.server.manage("migrate", "-v", "0")
            self.server.manage("create_site", SITE)
            self.server.python(_MAKE_SITE)
        else:
            shutil.copytree(template.folder, folder)
        if model is not None:
            self.server.python(_ADD_PROVIDER.format(url=model.url))

    def start(self) -> Target:
        self.server.port = self.server.port or free_port()
        self.server.start()
        return self.target()

    def target(self) -> Target:
        assert self.server.process is not None
        return Target("ours", self.server.port, f"/ws/chat/{SITE}", self.server.process.pid)

    def stop(self) -> None:
        if self.server.process is not None:
            self.server.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.server.process.wait(15)
            self.server.kill()

    @contextmanager
    def started(self) -> Iterator[Target]:
        try:
            yield self.start()
        finally:
            self.stop()


def visit(target: Target, kind: str, **wishes: Any) -> dict[str, Any]:
    """Sends visitors; see load.Run for the wishes. Raises RuntimeError when they could not do what they were to."""
    run = Run(kind, target.port, target.path, target.pid, **wishes)
    done = subprocess.run(load_command(), cwd=ROOT, input=json.dumps(asdict(run)), capture_output=True, text=True, timeout=300 + run.window)
    if done.returncode:
        raise RuntimeError(f"The visitors of {target.name} failed:\n{done.stderr[-2000:]}")
    return dict(json.loads(done.stdout))


def load_command() -> list[str]:
    return [sys.executable, "-m", "tests.bench.load"]


def first_answer(port: int, path: str, start: Any) -> dict[str, float]:
    """Seconds from `start()`, which launches a server on `port`, until its first visitor was welcomed and had an answer."""
    visitor = subprocess.Popen(load_command(), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert visitor.stdin is not None
    assert visitor.stdout is not None
    visitor.stdin.write(json.dumps(asdict(Run("first", port, path))))
    visitor.stdin.close()
    assert visitor.stdout.readline() == "ready\n"
    began = time.monotonic()
    try:
        start()
        seen = json.loads(visitor.stdout.read())
    finally:
        visitor.kill()
        visitor.wait()
        visitor.stdout.close()
    return {"welcomed": seen["welcomed"] - began, "answered": seen["answered"] - began}


def run_python(code: str, env: Mapping[str, str]) -> Any:
    """Runs code with Django set up on an installation; what it prints last is JSON."""
    done = subprocess.run([sys.executable, "manage.py", "shell", "-v", "0", "-c", code], cwd=ROOT, env=dict(env), capture_output=True, text=True, timeout=500)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout.strip().splitlines()[-1])


def data_folder() -> Path:
    folder = Path(os.environ.get("DATA_DIR") or ROOT / "data").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder
