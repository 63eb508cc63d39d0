"""Table of contents: every model of the app, each defined in its subject's package."""

from widget.conversations.models import Conversation, Message, Turn
from widget.sites.models import AllowedOrigin, OpeningHours, RefusedOrigin, Site

__all__ = ["AllowedOrigin", "Conversation", "Message", "OpeningHours", "RefusedOrigin", "Site", "Turn"]
