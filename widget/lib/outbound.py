"""The one door to the outside: every HTTP request that is not a model's goes through `fetch`. It connects only to addresses it has vetted.

Called by crawlers, alerts, webhooks and messengers, from threads (it blocks). A name is resolved once per hop, every address it has must be public,
and the connection goes to that very address while Host and the TLS name stay the URL's; so a name that answers differently the second time gains
nothing. Private targets are open only where `host:port` stands in settings.OUTBOUND_ALLOW_PRIVATE or in the call's own list. Proxies of the
environment are ignored: they would resolve the name themselves.
"""

import json as jsonlib
import logging
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import httpcore2
from django.conf import settings
from django.utils.translation import gettext_noop

from widget.lib.addresses import is_public
from widget.lib.told_errors import ToldError

log = logging.getLogger(__name__)
MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# What may follow a redirect to another host. Everything else a caller sent could be a credential.
_HARMLESS = frozenset({"accept", "accept-language", "user-agent"})
_PORTS = {"http": 80, "https": 443}
_DECODED_PIECE = 65_536

Resolver = Callable[[str, int], Sequence[str]]


class OutboundError(ToldError):
    __doc__ = gettext_noop("A request to another server could not be made.")
    code = "outbound"
    retryable = False


class BadUrlError(OutboundError):
    __doc__ = gettext_noop("The address is not one that can be fetched: it must begin with http:// or https:// and hold no password.")
    code = "bad_url"


class PrivateTargetError(OutboundError):
    __doc__ = gettext_noop("The address leads to this machine or a private network. To allow it, list its host:port in OUTBOUND_ALLOW_PRIVATE.")
    code = "private_target"


class TooManyRedirectsError(OutboundError):
    __doc__ = gettext_noop("The server sent us from one address to the next without end, or on with what we had to deliver to somebody else.")
    code = "redirects"


class TooLargeError(OutboundError):
    __doc__ = gettext_noop("The answer was larger than allowed.")
    code = "too_large"


class TooSlowError(OutboundError):
    __doc__ = gettext_noop("The server did not answer in time.")
    code = "too_slow"
    retryable = True


class UnreachableError(OutboundError):
    __doc__ = gettext_noop("The server could not be reached: no such name, connection refused or broken, or a bad certificate.")
    code = "unreachable"
    retryable = True


class NoTlsError(UnreachableError):
    __doc__ = gettext_noop("The server does not speak https. If its website opens with http:// only, write its address with http:// in front.")
    code = "no_tls"


class BadCertificateError(UnreachableError):
    __doc__ = gettext_noop("The server's certificate for https is not valid, so nobody can be sure who answers. Whoever runs the website has to renew it.")
    code = "bad_certificate"


class BadAnswerError(OutboundError):
    __doc__ = gettext_noop("The server answered with something that is not HTTP or cannot be decoded.")
    code = "bad_answer"


@dataclass(frozen=True, slots=True)
class Response:
    """`headers` have lower-case names; `url` is the address that answered, after redirects."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str = ""

    def json(self) -> Any:
        """Raises BadAnswerError."""
        try:
            return jsonlib.loads(self.body)
        except ValueError as error:
            raise BadAnswerError("It is not JSON.") from error


@dataclass(frozen=True, slots=True)
class _Target:
    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    def trusts(self, other: "_Target") -> bool:
        """The same origin, or its upgrade from http to https."""
        here, there = (self.scheme, self.host, self.port), (other.scheme, other.host, other.port)
        return here == there or (self.host == other.host and here[::2] == ("http", 80) and there[::2] == ("https", 443))


def resolve(host: str, port: int) -> Sequence[str]:
    """The operating system's resolver; also reads 127.1, 0x7f000001 and their kin as the addresses they are."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnreachableError(host) from error
    return [str(entry[4][0]) for entry in found]


def fetch(
    method: str,
    url: str,
    *,
    json: Any = None,
    data: Mapping[str, str] | bytes | None = None,
    headers: Mapping[str, str] | None = None,
    max_bytes: int = 5_000_000,
    seconds: float = 15,
    allow_private: Iterable[str] = (),
    follow: bool = True,
    resolver: Resolver = resolve,
) -> Response:
    """One request, its redirects followed, the whole within `seconds` and the decoded body within `max_bytes`. Any status is an answer.

    `json` is sent as JSON, `data` as a form or, given bytes, as it is; without `follow` a redirect is an answer like any other. Raises OutboundError,
    whose `code` is stable and `retryable` says whether trying later makes sense.
    """
    deadline = time.monotonic() + seconds
    open_targets = frozenset(entry.lower() for entry in (*settings.OUTBOUND_ALLOW_PRIVATE, *allow_private))
    body, sent = _encode(json, data, headers or {})
    target = _parse(url)
    for _ in range(MAX_REDIRECTS + 1):
        backend = _VettedBackend(open_targets, resolver, deadline)
        answer = _request(method, target, sent, body, backend, max_bytes)
        where = answer.headers.get("location")
        if not follow or answer.status not in _REDIRECTS or not where:
            return answer
        following = _parse(_join(answer.url, where))
        if answer.status == 303 or (answer.status in (301, 302) and method == "POST"):
            method, body = "HEAD" if method == "HEAD" else "GET", None
            sent = {name: value for name, value in sent.items() if name != "content-type"}
        if not target.trusts(following):
            if body is not None:
                raise TooManyRedirectsError(f"{target.host} -> {following.host}")
            sent = {name: value for name, value in sent.items() if name in _HARMLESS}
        target = following
    raise TooManyRedirectsError


def _encode(json: Any, data: Mapping[str, str] | bytes | None, headers: Mapping[str, str]) -> tuple[bytes | None, dict[str, str]]:
    sent = {"user-agent": "Kanal", "accept": "*/*", **{name.lower(): value for name, value in headers.items()}}
    if any(ord(character) < 32 or ord(character) > 255 for pair in sent.items() for part in pair for character in part):
        raise BadUrlError("A header holds a line break or a character that cannot be sent.")
    if json is not None:
        return jsonlib.dumps(json, ensure_ascii=False).encode(), {"content-type": "application/json", **sent}
    if isinstance(data, Mapping):
        return urlencode(data).encode(), {"content-type": "application/x-www-form-urlencoded", **sent}
    return data, sent


def _join(base: str, where: str) -> str:
    try:
        return urljoin(base, where)
    except ValueError as error:
        raise BadUrlError(repr(where)[:200]) from error


def _parse(url: str) -> _Target:
    """Strict on purpose: what two parsers could read differently is refused."""
    if "\\" in url or any(ord(character) <= 32 or ord(character) == 127 for character in url):
        raise BadUrlError(repr(url)[:200])
    try:
        parts = urlsplit(url)
        scheme, port = parts.scheme.lower(), parts.port
        host = (parts.hostname or "").rstrip(".")
        host = host if host.isascii() else host.encode("idna").decode()
    except ValueError as error:
        raise BadUrlError(repr(url)[:200]) from error
    if scheme not in _PORTS or not host or "%" in host or "@" in parts.netloc or port == 0:
        raise BadUrlError(repr(url)[:200])
    path = parts.path or "/"
    quoted = (path + (f"?{parts.query}" if parts.query else "")).encode()
    return _Target(scheme, host.lower(), port or _PORTS[scheme], "".join(chr(byte) if byte < 128 else f"%{byte:02X}" for byte in quoted))


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _request(method: str, target: _Target, headers: Mapping[str, str], body: bytes | None, backend: "_VettedBackend", max_bytes: int) -> Response:
    url = f"{target.scheme}://{target.host_header}{target.path}"
    origin = httpcore2.Origin(target.scheme.encode(), target.host.encode(), target.port)
    length = {} if body is None else {"content-length": str(len(body))}
    sent = {"host": target.host_header, "accept-encoding": "gzip", **headers, **length, "connection": "close"}
    pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in sent.items()]
    asked = httpcore2.URL(scheme=origin.scheme, host=origin.host, port=origin.port, target=target.path.encode())
    try:
        with (
            httpcore2.HTTPConnection(origin, ssl_context=_tls() if target.scheme == "https" else None, network_backend=backend) as connection,
            connection.stream(method, asked, headers=pairs, content=body) as answer,
        ):
            received = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
            return Response(answer.status, received, _read(answer.iter_stream(), received.get("content-encoding", ""), max_bytes), url)
    except httpcore2.TimeoutException as error:
        raise TooSlowError(target.host) from error
    except (httpcore2.NetworkError, ssl.SSLError) as error:
        raise _unreached(target, error) from error
    except (httpcore2.ProtocolError, zlib.error) as error:
        raise BadAnswerError(f"{target.host}: {error}"[:300]) from error


def _unreached(target: _Target, error: Exception) -> UnreachableError:
    """In plain words; how the network and OpenSSL say it is for the log."""
    log.info("%s could not be reached: %s", target.host_header, error)
    reasons = (error, error.__cause__, error.__context__)
    if any(isinstance(reason, ssl.SSLCertVerificationError) for reason in reasons):
        return BadCertificateError(target.host)
    # What connects and is no TLS; a connection that breaks later says nothing of the kind.
    if isinstance(error, httpcore2.ConnectError) and any(isinstance(reason, ssl.SSLError) for reason in reasons):
        return NoTlsError(target.host)
    return UnreachableError(target.host)


def _read(pieces: Iterable[bytes], encoding: str, max_bytes: int) -> bytes:
    """Inflates in small steps, so that a compressed bomb costs no more memory than `max_bytes`."""
    body = bytearray()
    inflater = _inflater(encoding)
    for piece in pieces:
        while piece:
            body += inflater.decompress(piece, _DECODED_PIECE) if inflater else piece
            if len(body) > max_bytes:
                raise TooLargeError(f"> {max_bytes / 1_000_000:.3g} MB")
            piece = inflater.unconsumed_tail if inflater else b""
    if inflater:
        body += inflater.flush()
    return bytes(body)


def _inflater(encoding: str) -> "zlib._Decompress | None":
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return None
    if name in ("gzip", "x-gzip", "deflate"):
        return zlib.decompressobj(zlib.MAX_WBITS | 32)
    raise BadAnswerError(f"Its encoding {name[:40]} was not asked for.")


class _VettedBackend(httpcore2.NetworkBackend):
    """Opens connections to vetted addresses only."""

    def __init__(self, open_targets: frozenset[str], resolver: Resolver, deadline: float) -> None:
        self._open, self._resolver, self._deadline = open_targets, resolver, deadline

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, local_address: str | None = None, socket_options: Any = None) -> "_TimedStream":
        addresses = list(dict.fromkeys(self._resolver(host, port)))
        shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        if shown not in self._open and not all(is_public(address) for address in addresses):
            raise PrivateTargetError(shown)
        failure: Exception = httpcore2.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                stream = httpcore2.SyncBackend().connect_tcp(address, port, timeout=_left(self._deadline))
            except httpcore2.NetworkError as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure


class _TimedStream(httpcore2.NetworkStream):
    """A connection whose every step ends by one deadline, so that dripping bytes gain nothing."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None) -> "_TimedStream":
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline)), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("deadline")
    return left
