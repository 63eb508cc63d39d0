"""Carries the openai package's requests over aiohttp, which costs a third of the CPU of its own transport. Used by openai_wire.py only, and heavy to import.

A response offers the aiohttp response as `extensions["aiohttp"]`, so the wire reads pieces as they arrive instead of through five layers of iterators.
What the package wrote above a request that was accepted (address, authentication, its other headers) is kept, and the next request to the same
address needs only its body: building it all anew takes the package five times as long as everything else about a request.
"""

from collections.abc import AsyncIterator

import aiohttp
import httpx2
import yarl
from multidict import CIMultiDict

# Only what is read whole passes here (error bodies, compressed answers): nobody may fill our memory with it.
WHOLE_BYTES = 5_000_000
KEEPALIVE_SECONDS = 30
CONNECTIONS = 1000


class Body(httpx2.AsyncByteStream):
    """An aiohttp response as the package's own responses want to read it."""

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
        close(self._response)


def close(response: aiohttp.ClientResponse) -> None:
    """Closes the connection unless the body was read to its end."""
    response.release() if response.content.at_eof() else response.close()


class Transport(httpx2.AsyncBaseTransport):
    """A pool of keep-alive connections to one address. aiohttp's own exceptions pass through, because they tell more than their translation would."""

    def __init__(self, connect_seconds: float) -> None:
        self._timeout = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=connect_seconds, sock_read=None)
        self._session: aiohttp.ClientSession | None = None
        self._kept: tuple[yarl.URL, CIMultiDict[str]] | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The package's way through."""
        headers = CIMultiDict((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw)
        address = yarl.URL(str(request.url), encoded=True)
        response = await self._post(address, headers, request.content)
        if response.status < 300:
            headers.popall("content-length", None)
            self._kept = address, headers
        return httpx2.Response(response.status, headers=response.raw_headers, stream=Body(response), extensions={"aiohttp": response})

    @property
    def knows_the_way(self) -> bool:
        """Whether the package has sent a request that was accepted."""
        return self._kept is not None

    async def repeat(self, content: bytes) -> aiohttp.ClientResponse:
        """The package's last accepted request with another body. Only where `knows_the_way`."""
        assert self._kept is not None
        return await self._post(*self._kept, content)

    async def _post(self, address: yarl.URL, headers: "CIMultiDict[str]", content: bytes) -> aiohttp.ClientResponse:
        return await self.session().post(address, headers=headers, data=content, allow_redirects=False, timeout=self._timeout)

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=KEEPALIVE_SECONDS, ttl_dns_cache=60)
            self._session = aiohttp.ClientSession(connector=connector, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar())
        return self._session
