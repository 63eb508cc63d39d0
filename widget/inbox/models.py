"""What the sign-in page remembers of wrong passwords, and tickets for the operator's line. Written by sign_in_throttle.py and tickets.py."""

from django.conf import settings
from django.db import models


class GuessCount(models.Model):
    """Tries of one bucket in the hour that began at `since`. The key is a keyed hash, so no name and no address stands here."""

    key = models.CharField(max_length=64, unique=True)
    tries = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(db_index=True)
    blocked_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "count of guesses"

    def __str__(self) -> str:
        return f"{self.key[:6]}: {self.tries}"


class Ticket(models.Model):
    """Lets one session open one operator's line within a minute. Only hashes stand here: who reads the table cannot use it. Written by tickets.py."""

    hash = models.CharField(max_length=64, unique=True)
    session_hash = models.CharField(max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "ticket of a line"

    def __str__(self) -> str:
        return self.hash[:6]
