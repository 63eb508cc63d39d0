"""A website's signed-in customers: whose conversation it is, from which device too, and that nobody else is shown it.

Called on database threads by realtime/signing_in.py and, for whoever has a connection open, by the hub. What a visitor began before signing in goes
with them (joining.py). Being signed in is proven by the website's token (identity.py) and from then on by a session token of ours, kept by the page
in its memory only: it ends with a logout, with another secret of the site, and after SESSION_SECONDS.
"""

import time
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from widget.conversations.errors import BadTokenError, IdentityExpiredError
from widget.conversations.identity import Claims
from widget.conversations.joining import take_along
from widget.conversations.locking import ring_name_after_commit
from widget.conversations.models import Conversation, Customer
from widget.conversations.record import Standing, session_mark
from widget.conversations.tokens import LONGEST_TOKEN, new_conversation_id
from widget.sites.registry import SiteSettings

SESSION_SECONDS = 24 * 3_600
PREFIX = "c."


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A customer's session: `mark` names it, `secret` the site's secret it was proven with, `talk` is the public id of the customer's conversation."""

    mark: str
    secret: str
    talk: str


def sign_in(site: SiteSettings, claims: Claims, visitor: str) -> SignedIn:
    """`visitor`: the public id this browser has proven to hold as an anonymous visitor, or an empty string. What was said there goes with the customer.

    Raises IdentityExpiredError when they signed out since the token was issued.
    """
    with transaction.atomic():
        customer = _known(site.id, claims)
        if claims.issued <= customer.good_after:
            raise IdentityExpiredError("signed out")
        if customer.adopted and not Conversation.objects.filter(public_id=customer.talk).exists():
            # Removed by retention: its old token could make it again, so what comes now has another name.
            customer.talk, customer.adopted = new_conversation_id(), False
        customer.name, customer.email, customer.phone = claims.name, claims.email, claims.phone
        customer.newest_issued, customer.seen_at = max(customer.newest_issued, claims.issued), timezone.now()
        if visitor and visitor != customer.talk:
            take_along(customer, visitor)
        customer.save()
        show_claims(customer.talk)
    return SignedIn(session_mark(customer.pk, customer.sign_outs), site.identity_mark, customer.talk)


def sign_out(session: SignedIn) -> None:
    """Ends every session of the customer, on all devices, and every token issued until now: on a shared computer an older page still holds one."""
    customer_id = _customer_id(session.mark)
    with transaction.atomic():
        customer = Customer.objects.select_for_update().filter(pk=customer_id).first()
        if customer is None or session_mark(customer.pk, customer.sign_outs) != session.mark:
            return
        # The website's clock may be ahead of ours: no token we have seen is good again.
        good_after = max(int(time.time()), customer.newest_issued)
        Customer.objects.filter(pk=customer_id).update(sign_outs=F("sign_outs") + 1, good_after=good_after)
        ring_name_after_commit(customer.talk)


def issue_session(session: SignedIn, site_key: str) -> str:
    return PREFIX + _signer(site_key, session.secret).sign(f"{session.mark}.{session.talk}")


def read_session(token: str, site: SiteSettings) -> SignedIn:
    """Raises BadTokenError. Whether the customer has signed out since is asked by `is_current`."""
    if not site.identity_secret or not token.isascii() or len(token) > LONGEST_TOKEN:
        raise BadTokenError
    try:
        mark, talk = _signer(site.key, site.identity_mark).unsign(token.removeprefix(PREFIX), max_age=SESSION_SECONDS).rsplit(".", 1)
    except (signing.BadSignature, ValueError) as error:
        raise BadTokenError from error
    return SignedIn(mark, site.identity_mark, talk)


def is_current(session: SignedIn) -> bool:
    """Whether nobody signed the customer out since, and this is still their conversation."""
    found = Customer.objects.filter(pk=_customer_id(session.mark), talk=session.talk).values_list("pk", "sign_outs").first()
    return found is not None and session_mark(*found) == session.mark


def may_see(session: SignedIn | None, standing: Standing | None) -> bool:
    """Whether whoever holds this session, or none, may be shown the conversation. Asks the database only for a customer who has said nothing yet."""
    if standing is None:
        return session is None or is_current(session)
    return standing.owner == ("" if session is None else session.mark)


def show_claims(talk: str) -> None:
    """The inbox lists customers by the name and the contact their website gave."""
    customer = Customer.objects.filter(talk=talk).first()
    if customer is not None:
        given = {"name": customer.name, "contact": customer.phone or customer.email}
        Conversation.objects.filter(public_id=talk).update(**{field: value for field, value in given.items() if value})


def verified_of(talk: str) -> dict[str, Any]:
    """What the website said about the customer whose conversation this is; empty for a visitor."""
    customer = Customer.objects.filter(talk=talk).first()
    if customer is None:
        return {}
    told = {"name": customer.name, "email": customer.email, "phone": customer.phone}
    return {"sub": customer.sub, **{name: value for name, value in told.items() if value}}


def is_customers(talk: str) -> bool:
    return Customer.objects.filter(talk=talk).exists()


def _known(site_id: int, claims: Claims) -> Customer:
    """The customer's row, made when it is not there, held until the transaction ends. Two devices at once get the same one."""
    made, _created = Customer.objects.get_or_create(site_id=site_id, sub=claims.sub, defaults={"talk": new_conversation_id()})
    return Customer.objects.select_for_update().get(pk=made.pk)


def _customer_id(mark: str) -> int:
    return int(mark.split(".")[0])


def _signer(site_key: str, secret_mark: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"kanal.customer.{site_key}.{secret_mark}")
