"""The optional second step at sign-in: a code of an authenticator app, or one of eight recovery codes. A code works once.

Called by second_step_pages.py and people.py. The secret is encrypted, recovery codes are kept as hashes only.
"""

import secrets
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from widget.inbox import totp
from widget.inbox.models import SecondFactor

CODES = 8
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


def is_on(user: Any) -> bool:
    return SecondFactor.objects.filter(user=user.pk, confirmed=True).exists()


def begin(user: User) -> str:
    """The secret to be put into an app; the same one until a code of it was given. Nothing is asked at sign-in before that."""
    factor, _made = SecondFactor.objects.get_or_create(user=user, defaults={"secret": totp.new_secret()})
    if not factor.confirmed and not factor.secret:
        factor.secret = totp.new_secret()
        factor.save(update_fields=["secret"])
    return str(factor.secret)


def pending(user: User) -> str:
    factor = SecondFactor.objects.filter(user=user, confirmed=False).first()
    return str(factor.secret) if factor else ""


def confirm(user: User, code: str) -> list[str]:
    """Turns it on. Returns the recovery codes, which are never shown again; empty when the code was wrong."""
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(user=user, confirmed=False).first()
        step = totp.matching_step(str(factor.secret), plain(code)) if factor else None
        if factor is None or step is None:
            return []
        factor.confirmed, factor.last_step = True, step
        return _give_codes(factor)


def check(user: User, code: str) -> bool:
    """Uses the code up. Of two who give the same one at once, one is let in."""
    given = plain(code)
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(user=user, confirmed=True).first()
        if factor is None:
            return False
        step = totp.matching_step(str(factor.secret), given)
        if step is not None and step > factor.last_step:
            factor.last_step = step
        elif _hash(user, given) in factor.codes:
            factor.codes.remove(_hash(user, given))
        else:
            return False
        factor.save(update_fields=["last_step", "codes"])
        return True


def new_codes(user: User) -> list[str]:
    with transaction.atomic():
        return _give_codes(SecondFactor.objects.select_for_update().get(user=user, confirmed=True))


def codes_left(user: User) -> int:
    factor = SecondFactor.objects.filter(user=user).first()
    return len(factor.codes) if factor else 0


def turn_off(user: User) -> bool:
    """Whether it was on."""
    return SecondFactor.objects.filter(user=user).delete()[0] > 0


def plain(code: str) -> str:
    """As people type it: with spaces, hyphens and capitals."""
    return "".join(code.replace("-", "").split()).lower()[:40]


def _give_codes(factor: SecondFactor) -> list[str]:
    codes = ["-".join(_word() for _ in range(4)) for _ in range(CODES)]
    factor.codes = _hashes(factor.user, codes)
    factor.save()
    return codes


def _word() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(4))


def _hashes(user: User, codes: Sequence[str]) -> list[str]:
    return [_hash(user, plain(code)) for code in codes]


def _hash(user: User, code: str) -> str:
    # Eighty random bits need no slow hash.
    return sha256(f"{user.pk}:{code}".encode()).hexdigest()
