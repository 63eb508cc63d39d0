"""Telegram's Bot API on loopback, as far as alerts use it: getMe, getUpdates, sendMessage, with its errors in its own words.

with FakeTelegram() as telegram:               # settings.TELEGRAM_API = telegram.url
    token = telegram.add_bot("toko_alert_bot")
    telegram.write(token, chat_id=7, text="/start CODE", name="Budi")      # somebody writes to the bot
    telegram.sent[token] -> [Sent(chat_id, text, arguments)]
    telegram.hold()                                # calls are taken and not answered, until telegram.release()
    telegram.refuse = Refusal(429, "Too Many Requests", {"retry_after": 3})   # the next call only
"""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Sent:
    chat_id: str
    text: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Refusal:
    status: int
    description: str
    parameters: dict[str, Any] = field(default_factory=dict)


class FakeTelegram:
    """See the module's docstring."""

    def __init__(self) -> None:
        self.bots: dict[str, str] = {}
        self.sent: dict[str, list[Sent]] = {}
        self.calls: list[str] = []
        self.chats: set[str] = set()
        self.refuse: Refusal | None = None
        self._open = threading.Event()
        self._open.set()
        self._updates: dict[str, list[dict[str, Any]]] = {}
        self._number = 100

    def add_bot(self, name: str) -> str:
        token = f"{10_000 + len(self.bots)}:{name.ljust(35, 'x')}"
        self.bots[token], self.sent[token], self._updates[token] = name, [], []
        return token

    def write(self, token: str, chat_id: int, text: str, name: str = "Budi", kind: str = "private") -> None:
        self._number += 1
        chat = {"id": chat_id, "type": kind, **({"first_name": name} if kind == "private" else {"title": name})}
        message = {"message_id": self._number, "chat": chat, "from": {"id": 5, "is_bot": False}, "date": 1_700_000_000, "text": text}
        self._updates[token].append({"update_id": self._number, "message": message})
        self.chats.add(str(chat_id))

    def hold(self) -> None:
        self._open.clear()

    def release(self) -> None:
        self._open.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, path: str, arguments: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        _empty, bot, method = path.split("/", 2)
        token = bot.removeprefix("bot")
        self.calls.append(method)
        if not self._open.is_set():
            self._open.wait(20)
            return 502, {"ok": False, "description": "Bad Gateway"}
        refusal, self.refuse = self.refuse, None
        if refusal is None and token not in self.bots:
            refusal = Refusal(401, "Unauthorized")
        if refusal is None and method == "sendMessage" and str(arguments["chat_id"]) not in self.chats:
            refusal = Refusal(400, "Bad Request: chat not found")
        if refusal is not None:
            content = {"ok": False, "error_code": refusal.status, "description": refusal.description}
            return refusal.status, content | ({"parameters": refusal.parameters} if refusal.parameters else {})
        return 200, {"ok": True, "result": getattr(self, f"_{method}")(token, arguments)}

    def _getMe(self, token: str, arguments: dict[str, Any]) -> dict[str, Any]:
        return {"id": int(token.split(":")[0]), "is_bot": True, "first_name": "Alerts", "username": self.bots[token]}

    def _getUpdates(self, token: str, arguments: dict[str, Any]) -> list[dict[str, Any]]:
        self._updates[token] = [update for update in self._updates[token] if update["update_id"] >= arguments.get("offset", 0)]
        return self._updates[token][: arguments.get("limit", 100)]

    def _sendMessage(self, token: str, arguments: dict[str, Any]) -> dict[str, Any]:
        self.sent[token].append(Sent(str(arguments["chat_id"]), arguments["text"], arguments))
        return {"message_id": len(self.sent[token]), "chat": {"id": arguments["chat_id"]}, "text": arguments["text"]}

    def __enter__(self) -> "FakeTelegram":
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"telegram": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.release()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class _Handler(BaseHTTPRequestHandler):
    telegram: FakeTelegram

    def do_POST(self) -> None:
        arguments = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)) or b"{}")
        status, content = self.telegram.answer(self.path, arguments)
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""
