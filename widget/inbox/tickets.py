"""Who may open the operator's line, and who may stay: one-time tickets (S15) and the sessions behind them (S08).

A page fetches a ticket by a POST with the CSRF token, which no other website can send, and shows it as the first word on its WebSocket, where a browser
asks for no such token. The line (realtime/) calls `admit` and `standing` through wiring.py.
"""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_http_methods

from widget.inbox.models import Ticket
from widget.sites.members import Access, access_of

VALID_SECONDS = 60
VIEW = "widget.view_conversation"


@require_http_methods(["GET", "POST"])
def ticket_view(request: HttpRequest) -> JsonResponse:
    """`POST /admin/inbox/ticket/`: {"ticket": ...}. Refused to whoever may see no conversation anywhere.

    `GET`: who is signed in here now, and the token that the next POST needs, for a page that an earlier sign-in opened.
    """
    access = access_of(request.user)
    if access.sites(VIEW) == frozenset():
        raise PermissionDenied
    if request.method == "GET":
        return JsonResponse({"me": {"id": access.user_id, "name": access.name}, "csrf": get_token(request)}, headers={"Cache-Control": "no-store"})
    return JsonResponse({"ticket": issue(request)}, headers={"Cache-Control": "no-store"})


def issue(request: HttpRequest) -> str:
    return _issue(request.session.session_key or "", request.user.pk or 0)


def issue_to(session: str) -> str:
    """For a request apart from the line that has shown the CSRF token itself. Empty when the session lets nobody in."""
    access = standing([session]).get(session)
    return _issue(session, access.user_id) if access is not None else ""


def _issue(session: str, user_id: int) -> str:
    ticket, now = secrets.token_urlsafe(32), timezone.now()
    Ticket.objects.filter(until__lt=now).delete()
    Ticket.objects.create(hash=_hash(ticket), session_hash=_hash(session), user_id=user_id, until=now + timedelta(seconds=VALID_SECONDS))
    return ticket


def admit(session: str, ticket: str) -> Access | None:
    """Uses the ticket up. None when it is not this session's, was used, is too old, or its person may see nothing (any more)."""
    access = standing([session]).get(session)
    if access is None or access.sites(VIEW) == frozenset():
        return None
    fitting = Ticket.objects.filter(hash=_hash(ticket), session_hash=_hash(session), user_id=access.user_id, until__gte=timezone.now())
    # Who deletes it has it: of two at once one finds nothing to delete.
    return access if fitting.delete()[0] == 1 else None


def standing(sessions: Sequence[str]) -> dict[str, Access]:
    """Whom each session lets in now, with their rights. One that ended, or whose person was switched off or got another password, is left out."""
    data = {row.session_key: row.get_decoded() for row in Session.objects.filter(session_key__in=sessions, expire_date__gt=timezone.now())}
    people = get_user_model().objects.in_bulk([pk for one in data.values() if (pk := one.get(SESSION_KEY, "")).isdigit()])
    accesses: dict[int, Access] = {}
    found: dict[str, Access] = {}
    for session, held in data.items():
        user = people.get(int(held.get(SESSION_KEY, "0")) if held.get(SESSION_KEY, "0").isdigit() else 0)
        if user is not None and _still_signed_in(user, held):
            accesses[user.pk] = accesses.get(user.pk) or access_of(user)
            found[session] = accesses[user.pk]
    return found


def _still_signed_in(user: User, held: dict[str, str]) -> bool:
    """As Django asks for each request: the account counts, and the password is the one that was given."""
    known = held.get(HASH_SESSION_KEY, "")
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return bool(held.get(BACKEND_SESSION_KEY)) and user.is_active and user.is_staff and any(constant_time_compare(known, one) for one in hashes)


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
