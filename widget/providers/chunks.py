"""Reads what servers that call themselves OpenAI-compatible put into their events: text, the reason of the end, token counts, errors. Pure.

Used by openai_wire.py. Nothing is taken for granted: choices may be empty, content null or a list, usage in any chunk, an error in the middle of a stream.
"""

import json
from collections.abc import Iterable
from typing import Any

from widget.providers.chat import Ending
from widget.providers.errors import CutError, GarbageError, ProviderError, ServerError, refusal
from widget.providers.thinking import ThoughtFilter


class ChunkReader:
    """Gathers the text of the events of one network read, and on the way the ending."""

    def __init__(self, ending: Ending) -> None:
        self.ending = ending
        self.seen = self.done = False
        self.alive = False
        self._carry = ""
        self._thoughts = ThoughtFilter()

    def read(self, events: Iterable[bytes]) -> str:
        """The new text. Sets `alive` when an event was a sign of progress (text, or thinking not shown). Raises ProviderError."""
        text, self.alive = "", False
        for data in events:
            self.seen = True
            if data.startswith(b"[DONE]"):
                self.done = True
                break
            text += self._take(_load(data))
        if text or self._carry:
            self.alive = True
            if not text.isascii() or self._carry or "\0" in text:
                text = self._clean(text)
            return text if self._thoughts.passed else self._thoughts.feed(text)
        return text

    def read_last(self, events: Iterable[bytes]) -> str:
        """The event left open at the end of a stream, counted if it is whole (else the stream was cut), and what was held back till now."""
        try:
            text = self.read(events)
        except GarbageError:
            raise CutError("ended inside an event") from None
        return text + self._thoughts.rest()

    def _take(self, chunk: dict[str, Any]) -> str:
        choices = chunk.get("choices")
        if chunk.get("usage"):
            self._count(chunk["usage"])
        if not choices:
            if chunk.get("error") or chunk.get("object") == "error":
                raise told_error(chunk)
            return ""
        choice = choices[0]
        if choice.get("finish_reason"):
            self._finish(choice, chunk)
        delta = choice.get("delta") or choice.get("message") or choice
        content = delta.get("content")
        if type(content) is str:
            return content
        if delta.get("reasoning_content") or delta.get("reasoning") or delta.get("tool_calls"):
            self.alive = True
        return _join_parts(content or delta.get("text"))

    def _finish(self, choice: dict[str, Any], chunk: dict[str, Any]) -> None:
        self.ending.reason = str(choice["finish_reason"])
        if self.ending.reason == "error":
            raise told_error(choice if choice.get("error") else chunk)

    def _count(self, usage: Any) -> None:
        if not isinstance(usage, dict):
            return
        for name, field in (("prompt_tokens", "tokens_in"), ("completion_tokens", "tokens_out")):
            value = usage.get(name)
            if type(value) is int and value >= 0:
                setattr(self.ending, field, value)

    def _clean(self, text: str) -> str:
        """Joins surrogate halves that a server split over two chunks; replaces lone ones, which nothing behind us could encode."""
        text, self._carry = (self._carry + text).replace("\0", ""), ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            text, self._carry = text[:-1], text[-1]
        try:
            text.encode()
        except UnicodeEncodeError:
            return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return text


def _load(data: bytes) -> dict[str, Any]:
    """A chunk's outer shape is checked here, so that what follows may take it apart."""
    try:
        chunk = json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise GarbageError("an event is not JSON") from error
    if type(chunk) is not dict:
        raise GarbageError("an event is not an object")
    choices = chunk.get("choices")
    if choices and not _is_well_formed(choices):
        raise GarbageError("an event has choices of an unknown shape")
    return chunk


def _is_well_formed(choices: Any) -> bool:
    if type(choices) is not list or type(choices[0]) is not dict:
        return False
    return all(type(choices[0].get(name) or {}) is dict for name in ("delta", "message"))


def _join_parts(content: Any) -> str:
    """Text that came as a list of parts, or under the older name of completions."""
    if isinstance(content, list):
        return "".join(part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str))
    return content if isinstance(content, str) else ""


def told_error(body: Any, status: int = 0) -> ProviderError:
    """The error for what a server said, in any of the shapes seen: {"error": {...} | "..."}, {"detail": "..." | [...]}, {"message": ...}, plain text."""
    code, message = "", body
    if isinstance(body, dict):
        message = body.get("error") or body.get("detail") or body.get("message") or body
        code = body.get("code") or ""
    if isinstance(message, dict):
        code, message = message.get("code") or message.get("type") or code, message.get("message") or message
    if not isinstance(message, str):
        message = json.dumps(message, ensure_ascii=False)
    if not status and str(code).isdigit() and 400 <= int(code) < 600:
        status = int(code)
    return refusal(status, str(code), message) if status or code or message else ServerError()
