"""Slows down who guesses passwords: after five wrong ones for an account from an address, each further try costs minutes.

Called by sign_in.py before a password is looked at, so that a hundred tries at once are no way around. The counts stand in the database: they
hold for every process and over restarts. Whoever signed in before from their browser has a count of their own, which no stranger can fill.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from widget.inbox.models import GuessCount

log = logging.getLogger(__name__)
# Free tries in an hour: for an account from one address (or from a browser that is known), from one address for any account, for an account from anywhere.
FREE = {"pair": 5, "known": 5, "address": 10, "account": 20}
PERIOD = timedelta(hours=1)
LONGEST_WAIT = timedelta(minutes=15)


@dataclass(frozen=True)
class Bucket:
    """What a try is counted by: the kind says how many are free, the key is what the count is stored under."""

    kind: str
    key: str


@dataclass(frozen=True)
class Attempt:
    """One try that may go on, already counted as wrong."""

    buckets: tuple[Bucket, ...]

    def succeeded(self) -> None:
        """Forgets the account's wrong passwords. Of the address only this try: or an own account would buy guesses at others."""
        of_address = {bucket.key for bucket in self.buckets if bucket.kind == "address"}
        with transaction.atomic():
            GuessCount.objects.filter(key__in=[bucket.key for bucket in self.buckets if bucket.key not in of_address]).delete()
            for count in GuessCount.objects.select_for_update().filter(key__in=of_address, tries__gt=0):
                count.tries, count.blocked_until = count.tries - 1, None
                count.save(update_fields=["tries", "blocked_until"])


class TooManyGuessesError(Exception):
    """So many passwords were wrong that the next one waits."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"{wait} to wait")
        self.minutes = max(1, -(-int(wait.total_seconds()) // 60))


def begin(account: str, address: str, browser: str = "") -> Attempt:
    """Counts the try. Raises TooManyGuessesError, in which case it was not counted: waiting always ends."""
    buckets = tuple(_buckets_of(account.casefold(), address, browser))
    now = timezone.now()
    # Asked first by a mere reading: a flood of refused tries should not wait for the database's one writer.
    _refuse_blocked(GuessCount.objects.filter(since__gte=now - PERIOD, key__in=[bucket.key for bucket in buckets]), now)
    GuessCount.objects.filter(since__lt=now - PERIOD).delete()
    GuessCount.objects.bulk_create([GuessCount(key=bucket.key, since=now) for bucket in buckets], ignore_conflicts=True)
    with transaction.atomic():
        counts = {count.key: count for count in GuessCount.objects.select_for_update().filter(key__in=[bucket.key for bucket in buckets]).order_by("key")}
        _refuse_blocked(counts.values(), now)
        for bucket in buckets:
            _count(counts[bucket.key], bucket.kind, now)
    return Attempt(buckets)


def _refuse_blocked(counts: Iterable[GuessCount], now: datetime) -> None:
    waits = [count.blocked_until - now for count in counts if count.blocked_until and count.blocked_until > now]
    if waits:
        raise TooManyGuessesError(max(waits))


def _count(count: GuessCount, kind: str, now: datetime) -> None:
    count.tries += 1
    over = count.tries - FREE[kind]
    if over >= 0:
        wait = min(LONGEST_WAIT, timedelta(minutes=2 ** min(over, 10)))
        count.blocked_until = now + wait
        log.warning("%d passwords given at the admin's door (counted by %s) within the hour: the next one waits %s", count.tries, kind, wait)
    count.save(update_fields=["tries", "blocked_until"])


def _buckets_of(account: str, address: str, browser: str) -> Iterable[Bucket]:
    if browser:
        yield Bucket("known", _key("known", account, browser))
    else:
        yield Bucket("pair", _key("pair", account, address))
        yield Bucket("address", _key("address", address))
        yield Bucket("account", _key("account", account))


def _key(*parts: str) -> str:
    # Lengths in front, so that no two different lists make the same text.
    return salted_hmac("kanal.guesses", "".join(f"{len(part)}:{part}" for part in parts), algorithm="sha256").hexdigest()
