"""Carries the openai package's requests over aiohttp, which costs a third of the CPU of its own transport. Used by openai_wire.py only, and heavy to import.

A response offers the aiohttp response as `extensions["aiohttp"]`, so the wire reads pieces as they arrive instead of through five layers of iterators.
"""

from collections.abc import AsyncIterator

import aiohttp
import httpx2
import yarl

# Only what is read whole passes here (error bodies, compressed answers): nobody may fill our memory with it.
WHOLE_BYTES = 5_000_000
KEEPALIVE_SECONDS = 60
CONNECTIONS = 1000


class _Body(httpx2.AsyncByteStream):
    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        while piece := await self._response.content.readany():
            size += len(piece)
            if size > WHOLE_BYTES:
                raise httpx2.ReadError("the body is too large")
            yield piece

    async def aclose(self) -> None:
        """Closes the connection unless the body was read to its end."""
        self._response.release() if self._response.content.at_eof() else self._response.close()


class Transport(httpx2.AsyncBaseTransport):
    """A pool of keep-alive connections. aiohttp's own exceptions pass through, because they tell more than their translation would."""

    def __init__(self, connect_seconds: float) -> None:
        self._timeout = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=connect_seconds, sock_read=None)
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await self.session().request(
            request.method,
            yarl.URL(str(request.url), encoded=True),
            headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw],
            data=request.content,
            allow_redirects=False,
            timeout=self._timeout,
        )
        return httpx2.Response(response.status, headers=response.raw_headers, stream=_Body(response), extensions={"aiohttp": response})

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=KEEPALIVE_SECONDS, ttl_dns_cache=60)
            self._session = aiohttp.ClientSession(connector=connector, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar())
        return self._session
