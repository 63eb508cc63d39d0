"""The way back into a conversation for who left a contact and went: a signed name of it, good for a week, on one site, as long as the contact stays.

Issued by inbox/returning.py, read by embed/returning.py. Whoever holds it is the visitor, on whichever device, so it goes only to the
contact the visitor gave, in the part of an address that no server is sent.
"""

from hashlib import sha256

from django.core import signing

from widget.conversations.customers import is_customers
from widget.conversations.errors import BadTokenError
from widget.conversations.models import Conversation

GOOD_SECONDS = 7 * 86_400
LONGEST = 200


def issue_return(conversation: Conversation, site_key: str) -> str:
    return _signer(site_key).sign(f"{conversation.public_id}.{_mark(conversation.contact)}")


def read_return(token: str, site_key: str) -> str:
    """The conversation's public id. Raises BadTokenError for what is forged, older than a week, of another site, or sent to a contact that is no longer it."""
    if not token.isascii() or len(token) > LONGEST:
        raise BadTokenError
    try:
        public_id, mark = _signer(site_key).unsign(token, max_age=GOOD_SECONDS).rsplit(".", 1)
    except (signing.BadSignature, ValueError) as error:
        raise BadTokenError from error
    contact = Conversation.objects.filter(public_id=public_id, site__key=site_key, site__active=True).values_list("contact", flat=True).first()
    # A customer's conversation opens to who is signed in on the website, and to no link.
    if not contact or _mark(contact) != mark or is_customers(public_id):
        raise BadTokenError
    return public_id


def _mark(contact: str) -> str:
    return sha256(contact.strip().lower().encode()).hexdigest()[:12]


def _signer(site_key: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"kanal.return.{site_key}")
