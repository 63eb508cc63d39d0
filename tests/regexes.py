"""Finds every regular expression of our own Python source, how it is used, and the strings that are worst for it. Used by tests/test_regexes.py.

Expressions are read from the syntax tree and evaluated in their own module, so that those put together from pieces are found too.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

from tests.source_tree import ROOT, Source, python_sources

LENGTH = 50_000
_USES = ("fullmatch", "match", "search", "sub", "subn", "split", "findall", "finditer")


@dataclass(frozen=True)
class Found:
    """An expression, the methods it is used by, and where it stands."""

    pattern: str
    flags: int
    uses: tuple[str, ...]
    place: str


def every_expression() -> Iterator[Found]:
    """Raises LookupError for one whose text cannot be told from the source; say in LOCAL what it may look like."""
    for source in python_sources("widget", "chatsite"):
        for node in source.nodes():
            if isinstance(node, ast.Call) and (kind := _kind(node.func)):
                yield _found(source, node, kind)


# Made inside of functions: what they look like there.
LOCAL = {
    # One of _DRAWINGS; they are tried on the product names of the demo.
    "widget/embed/demo/page.py": {"pattern": "mangkuk|tatakan|^tas"},
    "widget/ops/alerts/connect.py": {"target.connect_code": "a1B2-c3_D4"},
}


def _kind(func: ast.expr) -> str:
    name = ast.unparse(func)
    if name == "re.compile" or name in [f"re.{use}" for use in _USES]:
        return name.removeprefix("re.")
    return {"RegexValidator": "search", "re_path": "search"}.get(name, "")


def _found(source: Source, node: ast.Call, kind: str) -> Found:
    place = f"{source.name}:{node.lineno}"
    pattern = _value(source, node.args[0])
    at = {"compile": 1, "match": 2, "fullmatch": 2, "search": 2, "split": 3, "findall": 2, "finditer": 2, "sub": 4, "subn": 4}.get(kind, 9)
    flags = [keyword.value for keyword in node.keywords if keyword.arg == "flags"] or node.args[at : at + 1]
    uses = _uses_of(source, node) if kind == "compile" else (kind,)
    return Found(str(pattern), int(_value(source, flags[0])) if flags else 0, uses, place)


def _value(source: Source, node: ast.expr) -> Any:
    text = ast.unparse(node)
    given: dict[str, str] = {}
    for name, example in LOCAL.get(source.name, {}).items():
        text = text.replace(name, f"given_{len(given)}")
        given[f"given_{len(given)}"] = example
    module = import_module(source.name.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    try:
        return eval(text, {**vars(module), **given})
    except NameError as error:
        raise LookupError(f"{source.name}: what is {text}? Say so in tests/regexes.py") from error


def _uses_of(source: Source, call: ast.Call) -> tuple[str, ...]:
    """The methods called on the name that the compiled expression is given, anywhere in our source; all of them where it has no name."""
    names = [ast.unparse(node.targets[0]) for node in source.nodes() if isinstance(node, ast.Assign) and node.value is call]
    if not names:
        return _USES[:4]
    files = [ROOT / source.name] if names[0].startswith("_") or "." in names[0] else [other.path for other in python_sources("widget", "chatsite")]
    text = "\n".join(path.read_text("utf-8") for path in files)
    used = re.findall(rf"\b{re.escape(names[0])}\.({'|'.join(_USES)})\b", text)
    return tuple(sorted(set(used))) or _USES[:4]


# -- the worst strings --------------------------------------------------------------------------------------------------------
def worst_strings(pattern: str, flags: int) -> Iterator[str]:
    """Fifty kilobytes that begin to match and then do not: each repetition pumped, and each character it names in a row."""
    for pumped in _pumped(_parser.parse(pattern, flags), ""):
        for end in ("", "\x00", "!\n"):
            yield pumped + end
    characters = sorted(set(re.sub(r"\\[a-zA-Z]", "", pattern)) | set("aA0 -.@_/:\n\té\u3000"))
    for character in characters:
        yield character * LENGTH
        yield character * LENGTH + "\x00"
    for first, second in pairwise(characters):
        yield (first + second) * (LENGTH // 2)


def _pumped(tree: Any, before: str) -> Iterator[str]:
    for operation, argument in tree:
        if operation in (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT):
            _low, high, inner = argument
            once = _sample(inner)
            if high > 8 and once:
                yield (before + once * (LENGTH // len(once)))[:LENGTH]
                yield (before + (once + once[-1]) * (LENGTH // (len(once) + 1)))[:LENGTH]
            yield from _pumped(inner, before)
        for part in _parts(operation, argument):
            yield from _pumped(part, before)
        before += _sample([(operation, argument)])


def _parts(operation: Any, argument: Any) -> list[Any]:
    if operation is _constants.SUBPATTERN:
        return [argument[3]]
    if operation is _constants.BRANCH:
        return list(argument[1])
    if operation in (_constants.ASSERT, _constants.ASSERT_NOT):
        return [argument[1]]
    return []


def _sample(tree: Any) -> str:
    """A short text that fits the expression, or nearly."""
    text = ""
    for operation, argument in tree:
        if operation is _constants.LITERAL:
            text += chr(argument)
        elif operation is _constants.NOT_LITERAL:
            text += "a" if argument != ord("a") else "b"
        elif operation is _constants.ANY:
            text += "a"
        elif operation is _constants.IN:
            text += _one_of(argument)
        elif operation in (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT):
            text += _sample(argument[2]) * max(1, min(int(argument[0]), 40))
        elif operation is _constants.BRANCH:
            text += _sample(argument[1][0])
        elif operation is _constants.SUBPATTERN:
            text += _sample(argument[3])
    return text


def _one_of(choices: Any) -> str:
    if choices[0][0] is _constants.NEGATE:
        negated = {chr(value) for operation, value in choices if operation is _constants.LITERAL}
        return next(character for character in "a b0-é" if character not in negated)
    operation, value = choices[0]
    if operation is _constants.LITERAL:
        return chr(value)
    if operation is _constants.RANGE:
        return chr(value[0])
    return {_constants.CATEGORY_DIGIT: "0", _constants.CATEGORY_SPACE: " ", _constants.CATEGORY_WORD: "a"}.get(value, "-")
