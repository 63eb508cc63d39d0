"""The visitor's token: a signed name of one conversation on one site, given at every welcome and idle after TOKEN_DAYS.

Called by realtime/visitor.py. It proves no person: whoever holds it is the visitor. Signed with Django's SECRET_KEY
under a salt that holds the site's key, so a token of one site means nothing on another.
"""

import time
import uuid

from django.conf import settings
from django.core import signing

from widget.conversations.errors import BadTokenError

LONGEST_TOKEN = 200
CLOCK_SKEW_SECONDS = 300


def new_conversation_id() -> str:
    return str(uuid.uuid4())


def issue_token(conversation_id: str, site_key: str) -> str:
    return _signer(site_key).sign(conversation_id)


def read_token(token: str, site_key: str) -> str:
    """The conversation's public id. Raises BadTokenError for anything but a valid, unexpired token of this site."""
    if not token.isascii() or len(token) > LONGEST_TOKEN:
        raise BadTokenError
    signer = _signer(site_key)
    try:
        conversation_id = signer.unsign(token, max_age=settings.TOKEN_DAYS * 86_400)
        issued = signing.b62_decode(token.rsplit(":", 2)[1])
    except (signing.BadSignature, ValueError) as error:
        raise BadTokenError from error
    if issued > time.time() + CLOCK_SKEW_SECONDS:
        raise BadTokenError
    return conversation_id


def _signer(site_key: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"kanal.visitor.{site_key}")
