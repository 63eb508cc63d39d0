"""Our reader of event streams sees what the openai package's own sees, however the network cuts the bytes."""

import json
from itertools import pairwise
from typing import Any

import openai._streaming
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from widget.providers import sse
from widget.providers.chat import Ending
from widget.providers.chunks import ChunkReader
from widget.providers.errors import GarbageError, ProviderError
from widget.providers.sse import EventReader

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
values = st.fixed_dictionaries({"choices": st.lists(st.fixed_dictionaries({"delta": st.fixed_dictionaries({"content": texts})}), max_size=2)})
extras = st.sampled_from(["", ": ping", ":", "event: chunk", "retry: 10", "nonsense", "id: 4"])
newlines = st.sampled_from(["\n", "\r\n", "\r"])


@st.composite
def streams(draw: Any) -> bytes:
    out = ""
    for value in draw(st.lists(values, max_size=6)):
        newline, space = draw(newlines), draw(st.sampled_from(["", " "]))
        data = json.dumps(value, ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from([None, 0])))
        data = "".join(character for character in data if character not in "\x85\u2028\u2029\x0b\x0c\x1c\x1d\x1e")
        comment = draw(extras)
        if comment.startswith(":") and draw(st.booleans()):
            out += comment + newline * 2
        elif comment:
            out += comment + newline
        out += "".join(f"data:{space}{line}{newline}" for line in data.split("\n")) + newline * draw(st.integers(1, 2))
    return out.encode()


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in pairwise(edges) if end > start]


@settings(max_examples=100, deadline=None)
@given(streams(), st.lists(st.integers(0, 10_000), max_size=30))
def test_our_reader_equals_the_packages_own_on_the_same_bytes(data: bytes, places: list[int]) -> None:
    pieces = cut(data, places)
    theirs = [event.json() for event in openai._streaming.SSEDecoder().iter_bytes(iter(pieces)) if event.data]
    reader = EventReader()
    ours = [json.loads(event) for piece in pieces for event in reader.feed(piece)]
    assert ours == theirs
    assert reader.end() == []


@settings(max_examples=30, deadline=None)
@given(streams())
def test_byte_by_byte_is_the_same_as_whole(data: bytes) -> None:
    one, other = EventReader(), EventReader()
    assert [event for byte in data for event in one.feed(bytes([byte]))] == other.feed(data)


def test_an_event_without_its_empty_line_is_given_at_the_end() -> None:
    reader = EventReader()
    assert reader.feed(b"data: a\n\ndata: b") == [b"a"] and reader.end() == [b"b"] and reader.end() == []


def test_an_event_above_the_limit_is_garbage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "EVENT_BYTES", 1000)
    reader = EventReader()
    with pytest.raises(GarbageError):
        for _ in range(100):
            reader.feed(b"data: " + b"x" * 100)


NAMES = ["choices", "delta", "message", "content", "text", "usage", "error", "finish_reason", "prompt_tokens", "code", "detail", "type", "reasoning"]


def odd_objects(inner: Any) -> Any:
    return st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | odd_objects(inner), max_leaves=12
)


@settings(max_examples=100, deadline=None)
@given(json_values | odd_objects(json_values))
def test_whatever_a_chunk_holds_it_is_text_or_a_providers_error(value: Any) -> None:
    reader = ChunkReader(Ending())
    try:
        text = reader.read([json.dumps(value).encode()])
    except ProviderError:
        return
    assert isinstance(text, str)
    text.encode()


def chunk(content: str) -> bytes:
    return json.dumps({"choices": [{"delta": {"content": content}}]}).encode()


def test_halves_of_a_surrogate_pair_are_joined_over_chunks_and_reads() -> None:
    reader = ChunkReader(Ending())
    assert reader.read([chunk("a\ud83d")]) == "a"
    assert reader.read([chunk("\ude00b")]) == "😀b"
    assert reader.read([chunk("\ud83d"), chunk("\ude00")]) == "😀"


def test_what_no_database_takes_is_left_out() -> None:
    reader = ChunkReader(Ending())
    assert reader.read([chunk("a\0b")]) == "ab"
    assert reader.read([chunk("c\ude00d")]) == "c\ufffdd"


def test_usage_comes_in_any_combination() -> None:
    ending = Ending()
    reader = ChunkReader(ending)
    reader.read([b'{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":"many"}}'])
    reader.read([b'{"choices":[],"usage":{"completion_tokens":5}}', b'{"usage":null}', b'{"choices":null}'])
    assert (ending.reason, ending.tokens_in, ending.tokens_out) == ("stop", 3, 5)


def shown(*pieces: str) -> str:
    reader = ChunkReader(Ending())
    return "".join(reader.read([chunk(piece)]) for piece in pieces) + reader.read_last([])


@given(st.lists(st.integers(0, 100), max_size=20))
def test_thoughts_at_the_beginning_are_kept_from_visitors(places: list[int]) -> None:
    pieces = [piece.decode() for piece in cut(b"\n<think>Is 3 < 4? </th the shop</think>\n\nYes, <think> is a tag.", places)]
    assert shown(*pieces) == "Yes, <think> is a tag."


@pytest.mark.parametrize("answer", ["<b>Yes", "<thin", " < 5", "a <think> b", "<thinking>no tag"])
def test_what_only_looks_like_a_thought_is_shown(answer: str) -> None:
    assert shown(answer) == shown(*answer) == answer


def test_a_thought_without_an_end_is_not_an_answer() -> None:
    assert shown("<think>", "hm", "m") == ""
