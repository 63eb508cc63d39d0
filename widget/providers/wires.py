"""The table of wires: how each kind of provider is spoken to. wiring.py fills it; failover.py asks it; nothing here imports a provider's package.

A wire is a module with `stream_chat` and `close_clients` like openai_wire.py. It may be slow to import, so it is imported once,
in a thread, when the first provider needs it.
"""

import asyncio
import gc
from collections.abc import AsyncGenerator
from importlib import import_module
from typing import Any, Protocol, cast

from widget.providers.chat import Delta, Ending, Limits, Prompt, ProviderSettings


class Wire(Protocol):
    def stream_chat(self, provider: ProviderSettings, fields: dict[str, Any], prompt: Prompt, limits: Limits, ending: Ending) -> AsyncGenerator[Delta]: ...

    async def close_clients(self) -> None: ...


_modules: dict[str, str] = {}
_loaded: dict[str, Wire] = {}
_loading: "set[asyncio.Task[Wire]]" = set()


def register(name: str, module: str) -> None:
    _modules[name] = module


async def load_wire(name: str) -> Wire:
    """The wire of that name, imported off the event loop. Raises KeyError for a name nobody registered."""
    if name not in _loaded:
        _loaded[name] = cast(Wire, await asyncio.to_thread(_load, _modules[name]))
    return _loaded[name]


def _load(module: str) -> Any:
    """What is loaded stays: the collector would walk through its sixty thousand objects, first over and over while they come and then once more
    in the middle of somebody's answer, and nothing else runs meanwhile (60 ms, and several times that on a busy machine).
    """
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.freeze()
        gc.enable()


def load_soon(name: str) -> None:
    """Pays the import before the first question does, without keeping anybody waiting. Called at start where a provider is configured."""
    task = asyncio.get_running_loop().create_task(load_wire(name))
    _loading.add(task)
    task.add_done_callback(_loading.discard)


async def load_openai() -> None:
    """The same, waited for."""
    await load_wire("chat")


async def close_clients() -> None:
    """Closes the running loop's connections to all providers. Called when the process drains."""
    for wire in _loaded.values():
        await wire.close_clients()
