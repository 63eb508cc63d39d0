"""Answers a frame that is not obeyed. Called by consumer.py, and by visitor.py for what is refused beside a greeting that is not."""

from functools import partial

from widget.realtime.connection import Connection
from widget.realtime.errors import FrameError
from widget.realtime.other_ways import other_ways
from widget.realtime.protocol import frame
from widget.realtime.socket_door import refusal


async def refuse(connection: Connection, error: FrameError) -> None:
    fields = refusal(error, connection.locale, error.frame_id, partial(other_ways, connection))
    await connection.send_text(frame("error", **fields))
