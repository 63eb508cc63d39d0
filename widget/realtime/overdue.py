"""Tells a visitor that nobody of the team took them over in time, once per wait. Called by hub.py for a wait that conversations/waits.py marked."""

from widget.answering import sentences
from widget.conversations import waits
from widget.conversations.record import Standing
from widget.lib import database
from widget.realtime.connection import Connection
from widget.sites.registry import read_site_by_id


async def nobody_came(connection: Connection, standing: Standing) -> str:
    """The sentence in the visitor's language; empty where another tab or process tells them."""
    if not await database.write(waits.claim_telling, standing.id):
        return ""
    return await database.read(_sentence, connection.site_id, connection.locale)


def _sentence(site_id: int, locale: str) -> str:
    return sentences.nobody_free(read_site_by_id(site_id), locale)
