"""Every address this installation answers to, as the URLconf has it. Used by tests that must not forget a new one."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver


@dataclass(frozen=True)
class Pattern:
    """One address: its full name such as "admin:index", the whole route and the names of what varies in it."""

    name: str
    route: str
    parameters: tuple[str, ...]


def every_pattern(resolver: URLResolver, route: str = "", space: str = "", parameters: tuple[str, ...] = ()) -> Iterator[Pattern]:
    for entry in resolver.url_patterns:
        path = route + str(entry.pattern)
        held = (*parameters, *entry.pattern.converters, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from every_pattern(entry, path, inner, held)
        elif isinstance(entry, URLPattern):
            yield Pattern(f"{space}{entry.name or ''}", path, tuple(dict.fromkeys(held)))
