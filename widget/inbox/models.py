"""What the sign-in page remembers of wrong passwords. Written only by sign_in_throttle.py."""

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
