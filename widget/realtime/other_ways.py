"""What a visitor is told when nothing can be stored for longer: how else to reach the business. Asked by consumer.py for its error frames."""

from django.utils.translation import gettext as _

from widget.realtime.connection import Connection
from widget.sites.registry import last_known

# A hello is answered with it at once, since without one there is no chat at all; a message waits for a second try first.
_FAILURES = 2


def other_ways(connection: Connection) -> str:
    """A sentence in the active language, empty while all is well or where the site names no other way."""
    if connection.failures < (_FAILURES if connection.ready else 1):
        return ""
    site = last_known(connection.site_key)
    ways = [f"https://wa.me/{site.whatsapp}" if site.whatsapp else "", site.email] if site is not None else []
    named = ", ".join(filter(None, ways))
    return _("If it is urgent, you can also reach us here: %(ways)s") % {"ways": named} if named else ""
