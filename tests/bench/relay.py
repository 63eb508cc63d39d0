"""The floor our server is held against: a relay from the model's stream to a WebSocket with nothing in between, no database, no framework.

Run by processes.py as `python -m tests.bench.relay --model URL`. It speaks as much of the line as load.py needs; it stores, checks, searches and
remembers nothing, and sends one frame for each token.
"""

import argparse
import asyncio
import json
import signal
import uuid
from datetime import UTC, datetime
from typing import Any

import aiohttp
import uvloop
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed


class Relay:
    """All visitors of the process; `session` is its pool of connections to the model."""

    def __init__(self, model_url: str, session: aiohttp.ClientSession) -> None:
        self._url = f"{model_url}/chat/completions"
        self._session = session

    async def talk(self, socket: ServerConnection) -> None:
        """One visitor, from hello to the end."""
        answer: asyncio.Task[None] | None = None
        seq = 0
        try:
            async for raw in socket:
                frame = json.loads(raw)
                kind = frame["type"]
                if kind == "hello":
                    await socket.send(_frame("welcome", protocol=1, token="", seq=0, messages=[]))
                elif kind == "message.send":
                    seq += 2
                    await socket.send(_frame("message.stored", id=frame["id"], seq=seq - 1, at=_now()))
                    answer = asyncio.create_task(self._answer(socket, frame["text"], seq))
                elif kind == "reply.stop" and answer is not None:
                    answer.cancel()
                    await socket.send(_frame("message.added", seq=seq, text=""))
        except ConnectionClosed:
            pass
        finally:
            if answer is not None:
                answer.cancel()

    async def _answer(self, socket: ServerConnection, text: str, seq: int) -> None:
        reply_id, offset, parts = str(uuid.uuid4()), 0, []
        body = {"model": "bench", "stream": True, "messages": [{"role": "user", "content": text}]}
        rest = b""
        async with self._session.post(self._url, json=body) as response:
            async for piece in response.content.iter_any():
                *events, rest = (rest + piece).split(b"\n\n")
                for event in events:
                    token = _token(event)
                    if token:
                        await socket.send(_frame("reply.delta", id=reply_id, offset=offset, text=token))
                        offset += len(token)
                        parts.append(token)
        added = {"seq": seq, "id": reply_id, "author": "assistant", "answered_by": "model", "text": "".join(parts), "at": _now()}
        await socket.send(_frame("message.added", **added))


def _token(event: bytes) -> str:
    if not event.startswith(b"data: {"):
        return ""
    choices = json.loads(event[6:])["choices"]
    return (choices[0]["delta"].get("content") or "") if choices else ""


def _frame(kind: str, **fields: Any) -> str:
    return json.dumps({"type": kind, **fields}, separators=(",", ":"))


def _now() -> str:
    return datetime.now(UTC).isoformat()


async def run(port: int, model_url: str) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        relay = Relay(model_url, session)
        async with serve(relay.talk, "127.0.0.1", port, compression=None, ping_interval=None, backlog=1024) as server:
            print(server.sockets[0].getsockname()[1], flush=True)
            await stop.wait()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="A bare relay from a model to WebSockets")
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--model", required=True)
    chosen = arguments.parse_args()
    uvloop.run(run(chosen.port, chosen.model))
