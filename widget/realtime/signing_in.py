"""Who a visitor is at hello: anybody with the token of one conversation, or a customer whom the website has signed in. And how they sign in and out.

Called by visitor.py and consumer.py; calls conversations/identity.py to read the website's token and conversations/customers.py on database threads.
A token that is refused never stops the chat: it goes on as with any visitor, and an error frame says so after the welcome.
"""

import logging
import time
from dataclasses import dataclass

from django.db import DatabaseError

from widget.conversations import customers
from widget.conversations.customers import SignedIn
from widget.conversations.errors import BadTokenError, IdentityError, IdentityExpiredError
from widget.conversations.identity import Claims, read_identity
from widget.conversations.tokens import issue_token, new_conversation_id, read_token
from widget.lib import database, metrics
from widget.realtime.admission import Seat
from widget.realtime.connection import Connection
from widget.realtime.errors import AlreadyGreetedError, Closing, ExpiredSignInError, FrameError, RefusedSignInError
from widget.realtime.protocol import BAD_TOKEN, Frame, frame
from widget.sites.registry import SiteSettings

log = logging.getLogger(__name__)
outcomes = metrics.counter("kanal_identities_total", "Tokens by which a website said who is signed in: taken, or why not.", ["outcome"])


@dataclass(frozen=True, slots=True)
class Who:
    """The conversation of whoever says hello, as which customer, and why not as the one that was named."""

    conversation: str
    session: SignedIn | None = None
    refusal: FrameError | None = None

    def token(self, site_key: str) -> str:
        return customers.issue_session(self.session, site_key) if self.session else issue_token(self.conversation, site_key)


async def who_is(connection: Connection, site: SiteSettings, hello: Frame, seat: Seat) -> Who:
    """Raises Closing for a token of ours that is not good. The website's token, where one is given, says more than a session of before."""
    token, identity = hello.text("token"), hello.text("identity")
    if token.startswith(customers.PREFIX):
        session = _session(token, site)
        if not identity:
            seat.prove()
            return Who(session.talk, session)
        token = ""
    visitor = _visitor(token, site, seat)
    if not identity:
        return Who(visitor or new_conversation_id())
    if connection.conversation and connection.session is None:
        raise AlreadyGreetedError
    try:
        session = await sign_in(site, identity, visitor)
    except FrameError as refusal:
        return Who(visitor or new_conversation_id(), refusal=refusal)
    seat.prove()
    return Who(session.talk, session)


async def sign_in(site: SiteSettings, identity: str, visitor: str) -> SignedIn:
    """Raises RefusedSignInError or ExpiredSignInError."""
    try:
        session = await database.write(customers.sign_in, site, read_claims(site, identity), visitor)
    except IdentityError as error:
        outcomes.inc(str(error))
        # For the developer of the website, who looks here when nobody is signed in. Nothing of the token is told.
        log.info("A website's sign-in at %s was refused: %s", site.key, error)
        raise (ExpiredSignInError if isinstance(error, IdentityExpiredError) else RefusedSignInError)() from error
    outcomes.inc("taken")
    return session


def read_claims(site: SiteSettings, identity: str) -> Claims:
    """Raises IdentityError. Costs no query."""
    return read_identity(identity, site.identity_secret, site.key, time.time())


def is_signed(site: SiteSettings, identity: str) -> bool:
    try:
        read_claims(site, identity)
    except IdentityError:
        return False
    return True


def still_proven(site: SiteSettings, connection: Connection) -> bool:
    """False once the site has another secret than the one a customer was signed in with, or none."""
    return connection.session is None or connection.session.secret == site.identity_mark != ""


async def set_identity(connection: Connection, site: SiteSettings, asked: Frame) -> None:
    """Signs in: the answer's token greets as the customer on a new connection. An empty token signs out, and closes every socket of the customer."""
    identity = asked.text("token")
    if identity:
        session = await sign_in(site, identity, "" if connection.session else connection.conversation)
        await connection.send_text(frame("identity.changed", token=customers.issue_session(session, site.key)))
        return
    if connection.session is None:
        await connection.send_text(frame("identity.changed"))
        return
    # The ring after the commit closes all sockets of the customer: this one is told first.
    connection.ready = False
    try:
        await database.write(customers.sign_out, connection.session)
    except DatabaseError:
        connection.ready = True
        raise
    outcomes.inc("signed out")
    await connection.send_text(frame("identity.changed"))
    raise Closing(BAD_TOKEN)


def _session(token: str, site: SiteSettings) -> SignedIn:
    try:
        return customers.read_session(token, site)
    except BadTokenError as error:
        raise Closing(BAD_TOKEN) from error


def _visitor(token: str, site: SiteSettings, seat: Seat) -> str:
    """The conversation an anonymous visitor's token names; empty without one."""
    if not token:
        return ""
    try:
        visitor = read_token(token, site.key)
    except BadTokenError as error:
        raise Closing(BAD_TOKEN) from error
    seat.prove()
    return visitor
