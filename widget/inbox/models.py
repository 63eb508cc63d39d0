"""What the sign-in page remembers of wrong passwords, tickets for the operator's line, and the audit log, decisions of the checklist.

Beside them second steps at sign-in. Written by sign_in_throttle.py, tickets.py, audit.py, second_factor.py and checklist.py.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from widget.lib.secrets import EncryptedTextField
from widget.sites.models import Site


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


class AuditEntry(models.Model):
    """One line of the audit log, written by audit.py. `kind` and `row` say what it was about; `detail` may be a change message of Django's."""

    class Action(models.TextChoices):
        READ = "read", _("read")
        EXPORTED = "exported", _("downloaded")
        ADDED = "added", _("added")
        CHANGED = "changed", _("changed")
        DELETED = "deleted", _("deleted")
        SIGNED_IN = "signed_in", _("signed in")
        FAILED = "failed", _("failed to sign in")
        ROLE = "role", _("changed a role")
        SECOND_FACTOR = "second_factor", _("changed the second step")
        REPLIED = "replied", _("replied")
        REPLIED_TAKING = "replied_taking", _("took over and replied")
        NOTED = "noted", _("wrote a note")
        TOOK = "took", _("took over")
        ASSIGNED = "assigned", _("gave to a colleague")
        HANDED_BACK = "handed_back", _("gave back to the assistant")
        CLOSED = "closed", _("closed")
        REOPENED = "reopened", _("reopened")
        SNOOZED = "snoozed", _("snoozed")
        TAGGED = "tagged", _("changed a tag")

    at = models.DateTimeField(_("time"), default=timezone.now, db_index=True, editable=False)
    site = models.ForeignKey(Site, models.SET_NULL, null=True, editable=False, verbose_name=_("site"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, verbose_name=_("person"))
    # As the account was called then.
    name = models.CharField(_("who"), max_length=150, editable=False)
    action = models.CharField(_("did what"), max_length=20, choices=Action.choices, editable=False)
    kind = models.CharField(max_length=60, editable=False)
    row = models.CharField(max_length=64, editable=False)
    subject = models.CharField(max_length=150, editable=False)
    detail = models.TextField(_("details"), editable=False)
    once = models.CharField(max_length=120, null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("line of the audit log")
        verbose_name_plural = _("lines of the audit log")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["site", "-at"], name="audit_by_site")]

    def __str__(self) -> str:
        return f"{self.name} {self.action}"


class SecondFactor(models.Model):
    """Somebody's second step at sign-in. Asked for once `confirmed`; `last_step` is the last 30 seconds whose code was used; `codes` are hashes."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE)
    secret = EncryptedTextField()
    confirmed = models.BooleanField(default=False)
    last_step = models.BigIntegerField(default=-1)
    codes = models.JSONField(default=list)

    class Meta:
        verbose_name = "second factor"

    def __str__(self) -> str:
        return str(self.user_id)


class SetupDecision(models.Model):
    """A step of the first page's checklist that the owner settled without doing it. Written by checklist.py."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    step = models.CharField(max_length=20)

    class Meta:
        verbose_name = "decision of the checklist"
        constraints = [models.UniqueConstraint(fields=["site", "step"], name="one_decision_per_step")]

    def __str__(self) -> str:
        return f"{self.site_id}: {self.step}"
