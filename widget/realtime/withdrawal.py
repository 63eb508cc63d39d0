"""Closes the sockets of sites that were switched off, got another key or secret, or no longer allow the website the socket came from.

consumer.py asks `still_admits` for every frame; those who only listen are found by a look every two seconds. Started and ended by wiring.py.
"""

from widget.lib.periodic import Periodic
from widget.realtime.connection import Connection
from widget.realtime.hub import Hub, hub
from widget.realtime.origin import OWN
from widget.realtime.protocol import BAD_TOKEN, REFUSED
from widget.realtime.signing_in import still_proven
from widget.sites.registry import SiteSettings, site_by_key

# With a snapshot of the site that may be two seconds old: at most four until the last frame.
LOOK_EVERY_SECONDS = 2.0


def still_admits(site: SiteSettings | None, connection: Connection) -> bool:
    """Whether this socket would be admitted again. The key may belong to another site by now."""
    if site is None or site.id != connection.site_id:
        return False
    return connection.origin in site.origins or connection.origin == OWN or (not connection.origin and site.allow_apps)


class Withdrawal:
    """One per process."""

    def __init__(self, connections: Hub) -> None:
        self._hub = connections
        self.looks = Periodic("sockets of withdrawn sites", LOOK_EVERY_SECONDS, self.look)

    async def look(self) -> None:
        """One query for each site that has sockets open."""
        open_now = list(self._hub.connections())
        sites = {key: await site_by_key(key) for key in {connection.site_key for connection in open_now}}
        for connection in open_now:
            site = sites[connection.site_key]
            if site is None or not still_admits(site, connection):
                await connection.close(REFUSED)
            elif not still_proven(site, connection):
                await connection.close(BAD_TOKEN)


withdrawal = Withdrawal(hub)
