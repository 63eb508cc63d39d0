"""What the fake model does, written as a small script such as `tokens:30@30+no-done`. Used by tests/fakes/model_server.py, whose docstring lists the words.

`parse` reads a script, `play` turns it and a request into the steps of one response: pieces of body, waits in seconds, and how it ends.
"""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Any

_WORDS = """
    echo tokens text stamp whole slow-first slow-token stall stall-headers stall-after pings empties endless flood
    cut-after end-after reset-after garbage garbage-after html json malformed status code retry-after detail plain leak
    refuse-field unknown-field split-utf8 no-done no-finish finish usage-always no-usage usage-with-choice
    error-in-stream null-content role-with-content no-role crlf comments no-space multi-line named-events big-chunk
    repeat-chunk tool-call redirect obedient
"""
WORDS = frozenset(_WORDS.split())
_SAMPLE = ("Halo", " Kak,", " ini", " jawaban", " dari", " model", " tiruan", " yang", " sabar", ".")
_EMOJI = ("Siap", " 👍🏽", " Kak,", " ongkirnya", " “murah”", " …", " ✅", " selamat", " berbelanja", " 🎉")


class End(Enum):
    """How a response ends: properly, never, by closing early, or by a TCP reset."""

    DONE = "done"
    STALL = "stall"
    CLOSE = "close"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Head:
    status: int = 200
    content_type: str = "text/event-stream"
    extra: tuple[tuple[str, str], ...] = ()


Step = bytes | float | Head | End


@dataclass(frozen=True, slots=True)
class Script:
    """A parsed script: `words` maps each word to its argument ("" without one)."""

    words: Mapping[str, str] = field(default_factory=dict)

    def has(self, word: str) -> bool:
        return word in self.words

    def number(self, word: str, default: float = 0) -> float:
        return float(self.words.get(word) or default)


@lru_cache(maxsize=1024)
def parse(script: str) -> Script:
    """Raises ValueError on a word nobody knows. `text:` takes all that follows it."""
    words: dict[str, str] = {}
    rest = script
    while rest:
        if rest.startswith("text:"):
            words["text"], rest = rest[5:], ""
            break
        part, _, rest = rest.partition("+")
        word, _, argument = part.partition(":")
        if word not in WORDS:
            raise ValueError(f"unknown word {word!r} in {script!r}")
        words[word] = argument
    return Script(words)


def is_script(text: str) -> bool:
    try:
        return bool(parse(text).words)
    except ValueError:
        return False


def play(script: Script, body: dict[str, Any], key: str) -> Iterator[Step]:
    """The steps of one response to `body`, a chat completion request made with the API key `key`."""
    if script.has("stall-headers"):
        yield End.STALL
    if script.has("slow-first"):
        yield script.number("slow-first")
    refusal = _refusal(script, body, key)
    if refusal:
        yield from refusal
    elif script.has("html"):
        yield from _whole(Head(200, "text/html; charset=utf-8"), b"<!doctype html><title>Sign in</title><h1>Captive portal</h1>")
    elif script.has("malformed"):
        yield from _whole(Head(200, "application/json"), b'{"id": "chatcmpl-fake", "choices": [')
    elif script.has("json") or script.has("whole") or not body.get("stream"):
        yield from _whole(Head(200, "application/json"), _completion(script, body))
    else:
        yield from _stream(script, body)


def _whole(head: Head, content: bytes) -> list[Step]:
    return [head, content, End.DONE]


def _refusal(script: Script, body: dict[str, Any], key: str) -> list[Step]:
    if script.has("redirect"):
        return _whole(Head(307, "text/plain", (("Location", script.words["redirect"]),)), b"")
    name = script.words.get("refuse-field", "")
    if name in body:
        error = {"message": f"Unsupported parameter: '{name}' is not supported with this model.", "type": "invalid_request_error", "param": name}
        return _whole(Head(400, "application/json"), json.dumps({"error": {**error, "code": "unsupported_parameter"}}).encode())
    name = script.words.get("unknown-field", "")
    if name in body:
        detail = [{"type": "extra_forbidden", "loc": ["body", name], "msg": "Extra inputs are not permitted"}]
        return _whole(Head(422, "application/json"), json.dumps({"detail": detail}).encode())
    if not script.has("status"):
        return []
    status = int(script.words["status"] or 500)
    extra = (("Retry-After", script.words["retry-after"]),) if script.has("retry-after") else ()
    message = f"The fake model answers {status}." + (f" Incorrect API key provided: {key}." if script.has("leak") else "")
    if script.has("plain"):
        return _whole(Head(status, "text/plain", extra), message.encode())
    if script.has("detail"):
        return _whole(Head(status, "application/json", extra), json.dumps({"detail": message}).encode())
    error = {"message": message, "type": "fake_error", "param": None, "code": script.words.get("code") or None}
    return _whole(Head(status, "application/json", extra), json.dumps({"error": error}).encode())


def texts(script: Script, body: dict[str, Any]) -> Iterator[str]:
    """The tokens of the answer, without end for `endless` and `flood`."""
    if script.has("endless") or script.has("flood"):
        while True:
            yield " lagi" * (4000 if script.has("flood") else 1)
    elif script.has("big-chunk"):
        yield "x" * int(script.number("big-chunk", 5_000_000))
    elif script.has("text"):
        yield from _pieces(script.words["text"])
    elif script.has("tokens") or script.has("stamp"):
        sample = _EMOJI if script.has("split-utf8") else _SAMPLE
        for number in range(int((script.words.get("tokens") or "10").partition("@")[0])):
            yield sample[number % len(sample)]
    elif script.has("split-utf8"):
        yield from _EMOJI
    elif script.has("obedient"):
        yield from _pieces(_obeyed(body))
    else:
        yield from _pieces(_last_question(body))


def _pieces(text: str) -> list[str]:
    words = text.split(" ")
    return words[:1] + [f" {word}" for word in words[1:]]


def _last_question(body: dict[str, Any]) -> str:
    messages = body.get("messages") or []
    said = [message.get("content") for message in messages if isinstance(message, dict) and message.get("role") == "user"]
    return said[-1] if said and isinstance(said[-1], str) else "Halo"


def _told(body: dict[str, Any]) -> str:
    return "\n".join(str(message.get("content")) for message in body.get("messages") or [] if isinstance(message, dict))


def _obeyed(body: dict[str, Any]) -> str:
    """The worst possible model: does what anybody tells it anywhere. SAY and what follows is said, REVEAL gives away all it was told."""
    told = _told(body)
    said = [line.partition("SAY ")[2] for line in told.splitlines() if "SAY " in line]
    return "\n".join([*said, *([told] if "REVEAL" in told else [])]) or "Baik."


def _completion(script: Script, body: dict[str, Any]) -> bytes:
    message = {"role": "assistant", "content": "".join(texts(script, body))}
    choice = {"index": 0, "message": message, "finish_reason": script.words.get("finish") or "stop"}
    return json.dumps({"id": "chatcmpl-fake", "object": "chat.completion", "choices": [choice], "usage": _usage(len(message["content"].split()))}).encode()


def _usage(tokens: int) -> dict[str, int]:
    return {"prompt_tokens": 11, "completion_tokens": tokens, "total_tokens": 11 + tokens}


def _stream(script: Script, body: dict[str, Any]) -> Iterator[Step]:
    yield Head()
    if script.has("slow-token"):
        yield script.number("slow-token")
    if script.has("pings"):
        yield from _forever(b": ping\n\n", script.number("pings", 0.02))
    if script.has("empties"):
        yield from _forever(_content(""), script.number("empties", 0.02))
    if script.has("garbage"):
        yield b"data: {this is not json\n\n"
        yield End.DONE
    if not script.has("no-role") and not script.has("role-with-content"):
        yield _dress(script, _chunk({"role": "assistant", "content": None if script.has("null-content") else ""}))
    yield from _tokens(script, body)


def _forever(piece: bytes, seconds: float) -> Iterator[Step]:
    while True:
        yield piece
        yield seconds


def _tokens(script: Script, body: dict[str, Any]) -> Iterator[Step]:
    rate = float((script.words.get("tokens") or script.words.get("stamp") or "").partition("@")[2] or 0)
    wait = 0.02 if script.has("flood") else 0.005 if script.has("endless") else 1 / rate if rate else 0.0
    breaks = {int(script.number(word)): word for word in ("stall-after", "cut-after", "end-after", "reset-after", "garbage-after") if script.has(word)}
    if script.has("stall"):
        breaks[0] = "stall-after"
    if script.has("error-in-stream"):
        breaks[int(script.number("error-in-stream", 0))] = "error-in-stream"
    plain, stamped, count = _is_plain(script), script.has("stamp"), 0
    for count, text in enumerate(texts(script, body)):
        if count in breaks:
            yield from _break(breaks[count])
        if wait and count:
            yield wait
        if stamped:
            yield _STAMPED % time.monotonic_ns()
        elif plain:
            yield _content(text)
        else:
            yield from _dressed_token(script, text, first=count == 0)
    if count + 1 in breaks:
        yield from _break(breaks[count + 1])
    yield from _tail(script, body, count + 1)


def _is_plain(script: Script) -> bool:
    return not script.words.keys() & {"split-utf8", "crlf", "comments", "no-space", "multi-line", "named-events", "repeat-chunk", "role-with-content"}


def _break(word: str) -> Iterator[Step]:
    if word == "error-in-stream":
        yield b'data: {"error": {"message": "The model is overloaded.", "type": "server_error", "code": "server_error"}}\n\n'
        yield End.DONE
    if word == "garbage-after":
        yield b'data: {"choices": [{"delta": {"con\n\n'
        yield End.DONE
    yield {"stall-after": End.STALL, "cut-after": End.CLOSE, "end-after": End.DONE, "reset-after": End.RESET}[word]


def _dressed_token(script: Script, text: str, first: bool) -> Iterator[Step]:
    delta = {"role": "assistant", "content": text} if first and script.has("role-with-content") else {"content": text}
    piece = _dress(script, _chunk(delta))
    if script.has("split-utf8"):
        cut = next((place for place, byte in enumerate(piece) if byte >= 0xC0), len(piece) // 2) + 1
        yield piece[:cut]
        yield 0.002
        piece = piece[cut:]
    yield piece * 2 if script.has("repeat-chunk") else piece


def _tail(script: Script, body: dict[str, Any], count: int) -> Iterator[Step]:
    if script.has("tool-call") or (script.has("obedient") and "CALL " in _told(body)):
        yield _chunk({"content": None, "tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": {"name": "look_up", "arguments": '{"a'}}]})
    if not script.has("no-finish"):
        yield _dress(script, _chunk({}, script.words.get("finish") or "stop"))
    asked = (body.get("stream_options") or {}).get("include_usage")
    if (asked or script.has("usage-always") or script.has("usage-with-choice")) and not script.has("no-usage"):
        choices = [{"index": 0, "delta": {}, "finish_reason": None}] if script.has("usage-with-choice") else []
        yield _dress(script, json.dumps({"id": "chatcmpl-fake", "object": "chat.completion.chunk", "choices": choices, "usage": _usage(count)}))
    if not script.has("no-done"):
        yield _dress(script, "[DONE]")
    yield End.DONE


def _chunk(delta: dict[str, Any], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return json.dumps({"id": "chatcmpl-fake", "object": "chat.completion.chunk", "created": 1, "model": "fake", "choices": [choice]}, ensure_ascii=False)


@lru_cache(maxsize=4096)
def _content(text: str) -> bytes:
    return f"data: {_chunk({'content': text})}\n\n".encode()


# Made whole once: benchmarks ask for tens of thousands of them a second, each stamped when it is sent and not when it was planned.
_STAMPED = _content("%d ")


def _dress(script: Script, data: str) -> bytes:
    """One event, with the oddities the script asks for."""
    if script.has("multi-line") and data.startswith("{"):
        data = json.dumps(json.loads(data), indent=0, ensure_ascii=False)
    start = "data:" if script.has("no-space") else "data: "
    lines = [f"{start}{line}" for line in data.split("\n")]
    if script.has("named-events"):
        lines = ["event: chunk", "id: 7", "retry: 100", *lines]
    if script.has("comments"):
        lines = [": OPENROUTER PROCESSING", "", *lines]
    newline = "\r\n" if script.has("crlf") else "\n"
    return (newline.join(lines) + newline * 2).encode()
