"""Who is told, and what was told lately. Edited in admin.py, read and written by delivery.py and connect.py."""

import re
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from widget.lib.secrets import EncryptedTextField
from widget.sites.models import Site

BOT_TOKEN = re.compile(r"[0-9]{5,20}:[A-Za-z0-9_-]{20,100}")
CHAT_ID = re.compile(r"-?[0-9]{1,20}|@[A-Za-z0-9_]{4,40}")
SECRET_CHARACTERS = 16


class AlertTargetQuerySet(models.QuerySet["AlertTarget"]):
    def reachable(self) -> "AlertTargetQuerySet":
        return self.filter(active=True, site__active=True).exclude(address="")


class AlertTarget(models.Model):
    """One place the owner is told at. `address` is an e-mail address, a Telegram chat or a web address, as `kind` says."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail")
        TELEGRAM = "telegram", _("Telegram")
        WEBHOOK = "webhook", _("Webhook")

    site = models.ForeignKey(Site, models.CASCADE, related_name="alert_targets", verbose_name=_("site"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, editable=False)
    address = models.CharField(_("address"), max_length=500, blank=True)
    secret = EncryptedTextField(_("secret"), blank=True)
    on_waiting = models.BooleanField(_("a visitor waits for a person"), default=True)
    on_provider_failed = models.BooleanField(_("a model fails or the day's answers are used up"), default=True)
    at_night = models.BooleanField(
        _("also in the quiet hours"), default=False, db_default=False, help_text=_("Otherwise what came in the site's quiet hours is told at their end.")
    )
    active = models.BooleanField(_("active"), default=True)
    last_ok_at = models.DateTimeField(_("last delivered"), null=True, editable=False)
    last_error = models.CharField(_("last failure"), max_length=500, blank=True, editable=False)
    bot_name = models.CharField(max_length=64, blank=True, editable=False)
    # Sent by the owner's Start button, so that the chat it comes from is known to be theirs.
    connect_code = models.CharField(max_length=40, blank=True, editable=False)
    connect_code_at = models.DateTimeField(null=True, editable=False)

    objects = AlertTargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["site", "kind", "address"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.address}".strip()

    def clean(self) -> None:
        check = {self.Kind.EMAIL: self._check_email, self.Kind.TELEGRAM: self._check_telegram, self.Kind.WEBHOOK: self._check_webhook}
        check[self.Kind(self.kind)]()

    def _check_email(self) -> None:
        try:
            validate_email(self.address)
        except ValidationError as error:
            raise ValidationError({"address": error.messages}) from None

    def _check_telegram(self) -> None:
        if not BOT_TOKEN.fullmatch(self.secret):
            raise ValidationError({"secret": _("A bot token looks like 123456789:AAE... and is given by @BotFather in Telegram.")})
        if self.address and not CHAT_ID.fullmatch(self.address):
            raise ValidationError({"address": _("A chat is a number. Leave it empty: it is found when you press Start.")})

    def _check_webhook(self) -> None:
        try:
            URLValidator(schemes=["http", "https"])(self.address)
        except ValidationError as error:
            raise ValidationError({"address": error.messages}) from None
        if len(self.secret) < SECRET_CHARACTERS:
            raise ValidationError({"secret": _("The signing secret needs at least %(count)d characters.") % {"count": SECRET_CHARACTERS}})


class AlertMark(models.Model):
    """How often something was told in the current span of time, so that it is told once and not a thousand times."""

    key = models.CharField(max_length=200, primary_key=True, editable=False)
    since = models.DateTimeField(editable=False)
    times = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("alert already sent")
        verbose_name_plural = _("alerts already sent")

    def __str__(self) -> str:
        return self.key


def claim(key: str, seconds: float, most: int = 1) -> bool:
    """True for the first `most` callers in a span that begins with the first of them. Any number of processes may ask at once."""
    now = timezone.now()
    ended = now - timedelta(seconds=seconds)
    AlertMark.objects.bulk_create([AlertMark(key=key, since=now, times=0)], ignore_conflicts=True)
    if AlertMark.objects.filter(pk=key, since__lte=ended).update(since=now, times=1):
        return True
    return AlertMark.objects.filter(pk=key, since__gt=ended, times__lt=most).update(times=F("times") + 1) == 1
