"""Django's door for HTTP with so many requests at work at once and no more: each may hold a thread and, on PostgreSQL, a connection. Used by chatsite/asgi.py.

What waits costs a task. A connection goes back when the answer is made, not when a slow client has read it.
"""

import asyncio
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import connection, connections


class BoundedHandler(ASGIHandler):
    """`at_once`: REQUEST_THREADS."""

    def __init__(self, at_once: int) -> None:
        super().__init__()
        self._places = asyncio.Semaphore(at_once)

    async def get_response_async(self, request: Any) -> Any:
        async with self._places:
            try:
                return await super().get_response_async(request)
            finally:
                if connection.vendor == "postgresql":
                    await sync_to_async(connections.close_all)()
