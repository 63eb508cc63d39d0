"""The visitors of a benchmark, in a process of their own: `python -m tests.bench.load` reads one Run as JSON and prints one result as JSON.

Started by processes.py. It also reads the CPU time and memory of the server under test at the borders of its window, so that both
belong to exactly the tokens and answers it counted.
"""

import asyncio
import gc
import json
import random
import resource
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

import psutil
import uvloop

from tests.bench.line import Line, Record
from tests.bench.stream_line import StreamLine

AT_ONCE = 40
# Ordinary questions; none of them is a greeting or about the hours, which rules would answer without the model.
QUESTIONS = (
    "berapa ongkir ke Bandung kak",
    "bisa bayar di tempat ga",
    "barang saya belum sampai, resinya mana ya",
    "kalau ukurannya tidak pas bisa ditukar?",
    "ada diskon untuk beli banyak?",
    "how long does delivery to Surabaya take",
    "apakah produknya asli",
    "cara retur barang rusak gimana",
    "bisa kirim hari ini juga kah",
    "do you ship to Malaysia",
    "pembayaran pakai QRIS bisa?",
    "garansinya berapa lama",
    "warna birunya masih ada?",
    "minimal order berapa kak",
    "apakah bisa dibungkus kado",
    "uangnya kembali berapa hari kalau batal",
)


@dataclass(frozen=True, slots=True)
class Run:
    """What to do. `kind`: stream (each conversation asks once and is listened to), ask (questions and answers), idle, first,

    endure (each asks once and hears its answer to the end), churn (visitors come, talk and go for the whole window).
    """

    kind: str
    port: int
    path: str
    pid: int = 0
    conversations: int = 1
    idle: int = 0
    ramp: float = 1.0
    settle: float = 1.0
    window: float = 5.0
    # Seconds between two questions of a conversation; 0: the next one follows the answer.
    every: float = 0.0
    steps: tuple[int, ...] = ()


@dataclass(slots=True)
class Usage:
    """What a process had used at one moment: seconds of CPU and bytes of memory."""

    cpu: float = 0.0
    rss: int = 0
    at: float = field(default_factory=time.monotonic)


def usage(pid: int) -> Usage:
    process = psutil.Process(pid)
    times = process.cpu_times()
    return Usage(times.user + times.system, process.memory_info().rss)


class Visitors:
    """The open lines of one run."""

    def __init__(self, run: Run) -> None:
        self.run, self.record, self.lines = run, Record(), list[Line]()
        self._host = f"127.0.0.1:{run.port}"

    async def open(self, count: int) -> list[Line]:
        """Opens `count` more lines, AT_ONCE at a time, and waits for their welcome."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one() -> Line:
            async with gate:
                return await self.open_one()

        lines = await asyncio.gather(*(one() for _ in range(count)))
        self.lines += lines
        return lines

    async def open_one(self) -> Line:
        """Raises ConnectionError when the server does not welcome."""
        loop = asyncio.get_running_loop()
        welcomed = loop.create_future()
        kind = StreamLine if self.run.path.endswith("/events") else Line
        line = kind(self._host, self.run.path, self.record)
        line.on_welcome = lambda _: welcomed.done() or welcomed.set_result(None)
        await loop.create_connection(lambda: line, "127.0.0.1", self.run.port)
        try:
            async with asyncio.timeout(30):
                await welcomed
        except TimeoutError:
            raise ConnectionError(f"not welcomed: {self.record.trouble[-3:]}") from None
        return line

    async def stop_replies(self) -> None:
        """A server that answers durably goes on without us; the next run must not meet its answers."""
        answering = [line for line in self.lines if line.answering]
        ended = asyncio.Event()

        def count_down(line: Line) -> None:
            answering.remove(line)
            if not answering:
                ended.set()

        for line in list(answering):
            line.on_answer = count_down
            line.stop_reply()
        if answering:
            async with asyncio.timeout(20):
                await ended.wait()

    def close(self) -> None:
        for line in self.lines:
            line.abort()

    async def count_for(self, seconds: float) -> dict[str, Any]:
        """Counts during a window. Returns what it took on both sides."""
        own, served = time.process_time(), usage(self.run.pid)
        self.record.counting = True
        await asyncio.sleep(seconds)
        self.record.counting = False
        after = usage(self.run.pid)
        took = after.at - served.at
        return {"seconds": took, "cpu": after.cpu - served.cpu, "load": (time.process_time() - own) / took, "rss": after.rss}


async def stream(visitors: Visitors) -> dict[str, Any]:
    run = visitors.run
    await visitors.open(run.idle)
    talking = await visitors.open(run.conversations)
    for number, line in enumerate(talking):
        line.ask(QUESTIONS[number % len(QUESTIONS)])
        await asyncio.sleep(run.ramp / len(talking))
    await asyncio.sleep(run.settle)
    result = await visitors.count_for(run.window)
    await visitors.stop_replies()
    return result


async def ask(visitors: Visitors) -> dict[str, Any]:
    run = visitors.run
    lines = await visitors.open(run.conversations)
    loop = asyncio.get_running_loop()
    for line in lines:
        question = _asker()
        if run.every:
            loop.call_later(random.random() * run.every, _ask_every, loop, line, question, run.every)
        else:
            line.on_answer = question
            question(line)
    await asyncio.sleep(run.settle)
    result = await visitors.count_for(run.window)
    for line in lines:
        line.on_answer = lambda _: None
    return result


def _asker() -> Callable[[Line], None]:
    order = random.sample(QUESTIONS, len(QUESTIONS))
    number = 0

    def question(line: Line) -> None:
        nonlocal number
        number += 1
        line.ask(order[number % len(order)])

    return question


def _ask_every(loop: asyncio.AbstractEventLoop, line: Line, question: Callable[[Line], None], every: float) -> None:
    if line.open:
        if not line.answering:
            question(line)
        loop.call_later(every, _ask_every, loop, line, question, every)


async def idle(visitors: Visitors) -> dict[str, Any]:
    """Memory after each step. A first hundred lines come and go before, so that what a server makes once is not counted."""
    run = visitors.run
    for line in await visitors.open(100):
        line.abort()
    visitors.lines.clear()
    await asyncio.sleep(3)
    memory = [(0, usage(run.pid).rss)]
    for step in run.steps:
        await visitors.open(step - len(visitors.lines))
        await asyncio.sleep(3)
        memory.append((step, usage(run.pid).rss))
    return {**await visitors.count_for(run.window), "memory": memory}


async def first(visitors: Visitors) -> dict[str, Any]:
    """Tries until a server is there, then asks. Returns the moment of the answer on the machine's monotonic clock."""
    print("ready", flush=True)
    while True:
        try:
            line = await visitors.open_one()
            break
        except OSError:
            await asyncio.sleep(0.003)
    answered = asyncio.get_running_loop().create_future()
    line.on_answer = lambda _: answered.set_result(time.monotonic())
    welcomed = time.monotonic()
    line.ask(QUESTIONS[1])
    return {"welcomed": welcomed, "answered": await answered}


async def endure(visitors: Visitors) -> dict[str, Any]:
    """How many tokens came in all, and the longest that any visitor waited for the next one."""
    run, record = visitors.run, visitors.record
    lines = await visitors.open(run.conversations)
    left, ended = len(lines), asyncio.Event()

    def count_down(_: Line) -> None:
        nonlocal left
        left -= 1
        if not left:
            ended.set()

    record.counting = True
    for number, line in enumerate(lines):
        line.on_answer = count_down
        line.ask(QUESTIONS[number % len(QUESTIONS)])
        await asyncio.sleep(run.ramp / len(lines))
    try:
        async with asyncio.timeout(run.window):
            await ended.wait()
    except TimeoutError:
        record.trouble.append(f"{left} answers did not come to an end")
    return {"longest_gap": record.longest_gap / 1e6}


async def churn(visitors: Visitors) -> dict[str, Any]:
    """`conversations` visitors at any time, each for some seconds: hello, a long question, its answer, and away, half of them without a goodbye."""
    run, samples, visits = visitors.run, list[tuple[float, int, int, int]](), 0
    until = time.monotonic() + run.window

    async def come_and_go() -> None:
        nonlocal visits
        while time.monotonic() < until:
            line = await visitors.open_one()
            answered = asyncio.Event()
            line.on_answer = lambda _, answered=answered: answered.set()  # type: ignore[misc]
            line.ask(f"{random.choice(QUESTIONS)} {'panjang sekali ' * random.randint(0, 230)}")
            # Some are gone before the answer is there, most stay to read it: some twelve visits a second, which one core does with ease.
            with suppress(TimeoutError):
                async with asyncio.timeout(random.uniform(0.5, 35)):
                    await answered.wait()
                    await asyncio.sleep(random.uniform(0, 30))
            visits += 1
            line.abort() if random.random() < 0.5 else line.leave()

    async def look() -> None:
        process = psutil.Process(run.pid)
        while True:
            samples.append((time.monotonic(), process.memory_info().rss, process.num_fds(), process.num_threads()))
            await asyncio.sleep(1)

    looking = asyncio.create_task(look())
    await asyncio.gather(*(come_and_go() for _ in range(run.conversations)))
    looking.cancel()
    return {"samples": samples, "visits": visits}


KINDS = {"stream": stream, "ask": ask, "idle": idle, "first": first, "endure": endure, "churn": churn}


def percentile(values: list[int], share: float) -> float:
    """Milliseconds; -1 when there was nothing to measure."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] / 1e6 if values else -1.0


def summary(record: Record) -> dict[str, Any]:
    times = {"lag": record.lags, "acknowledged": record.acknowledged, "first": record.first, "whole": record.whole}
    shares = {f"{name}_p{round(share * 100)}": percentile(values, share) for name, values in times.items() for share in (0.5, 0.99)}
    counts = {"tokens": record.tokens, "frames": record.frames, "answers": len(record.whole), "by_others": record.by_others}
    return {**shares, **counts, "trouble": len(record.trouble), "examples": record.trouble[:3]}


async def perform(run: Run) -> dict[str, Any]:
    visitors = Visitors(run)
    result = await KINDS[run.kind](visitors)
    result |= summary(visitors.record)
    visitors.close()
    return result


def main() -> None:
    read = json.loads(sys.stdin.read())
    run = Run(**{**read, "steps": tuple(read.get("steps", ()))})
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    gc.disable()
    print(json.dumps({"run": asdict(run), **uvloop.run(perform(run))}), flush=True)


if __name__ == "__main__":
    main()
