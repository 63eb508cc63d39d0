"""The tables of web push: the installation's keys, the devices that subscribed, how each person wants to be told, and what was told.

Written by subscribing.py, reach.py and sending.py; seen by people on page.py.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from widget.lib.secrets import EncryptedTextField
from widget.sites import quiet_hours
from widget.sites.models import validate_time_zone

ENDPOINT_CHARACTERS = 1000


class PushKey(models.Model):
    """A key pair that push services know this installation by (vapid.py). Devices stay with the one they subscribed with."""

    number = models.PositiveIntegerField(unique=True, editable=False)
    private = EncryptedTextField(editable=False)
    public = models.CharField(max_length=100, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("push key")
        verbose_name_plural = _("push keys")

    def __str__(self) -> str:
        return str(self.number)


class PushDeviceQuerySet(models.QuerySet["PushDevice"]):
    def reachable(self) -> "PushDeviceQuerySet":
        """Without those that are left alone for a while after failures."""
        return self.filter(Q(paused_until=None) | Q(paused_until__lte=timezone.now()))


class PushDevice(models.Model):
    """One browser of one person that asked to be told. `endpoint` is its address at its maker's push service."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="push_devices", verbose_name=_("person"), editable=False)
    key = models.ForeignKey(PushKey, models.PROTECT, editable=False)
    endpoint = models.CharField(max_length=ENDPOINT_CHARACTERS, unique=True, editable=False)
    p256dh = EncryptedTextField(editable=False)
    auth = EncryptedTextField(editable=False)
    name = models.CharField(_("device"), max_length=60)
    language = models.CharField(max_length=5, editable=False)
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    last_ok_at = models.DateTimeField(_("last reached"), null=True, editable=False)
    # In a row, without a success in between; the code of the last one is said in words by errors.py.
    failures = models.PositiveIntegerField(default=0, editable=False)
    last_error = models.CharField(max_length=20, blank=True, editable=False)
    paused_until = models.DateTimeField(null=True, editable=False)

    objects = PushDeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name


class PushWish(models.Model):
    """How a person wants to be told; without a row, as the defaults here say."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="push_wish", editable=False)
    preview = models.BooleanField(_("show what the visitor wrote"), default=False)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True, default=quiet_hours.FROM)
    quiet_until = models.TimeField(_("until"), null=True, blank=True, default=quiet_hours.UNTIL)
    time_zone = models.CharField(_("time zone"), max_length=40, validators=[validate_time_zone])

    class Meta:
        verbose_name = _("wish for notifications")
        verbose_name_plural = _("wishes for notifications")

    def __str__(self) -> str:
        return str(self.user_id)

    def end_of_quiet(self, now: datetime) -> datetime | None:
        return quiet_hours.end_of_quiet(now, ZoneInfo(self.time_zone), self.quiet_from, self.quiet_until)


class PushNotice(models.Model):
    """That a person was told of something, or that it is kept for the morning: so that everything is told once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, editable=False)
    about = models.CharField(max_length=120, editable=False)
    kept = models.BooleanField(default=False, editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("notice already sent")
        verbose_name_plural = _("notices already sent")
        constraints = [models.UniqueConstraint(fields=["user", "about"], name="one_notice_per_person")]
        indexes = [models.Index(fields=["user"], name="notices_kept", condition=models.Q(kept=True))]

    def __str__(self) -> str:
        return self.about


def wish_of(user_id: int) -> PushWish:
    """The person's wish, or an unsaved one with the defaults."""
    return PushWish.objects.filter(user=user_id).first() or PushWish(user_id=user_id, time_zone=settings.TIME_ZONE)
