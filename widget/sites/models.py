"""The tables of a site: who it is, where its widget may stand, when people are there, who works for it.

Read by every higher floor, mostly through the cached snapshot of sites/registry.py; edited in sites/admin.py.
"""

import secrets
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from widget.lib.secrets import EncryptedTextField
from widget.sites import quiet_hours


class Kind(models.TextChoices):
    """Picks the starting texts of `create_site`; nothing else depends on it."""

    SHOP = "shop", _("Online shop")
    CLINIC = "clinic", _("Clinic or practice")
    COACH = "coach", _("Coach or course")
    TRAVEL = "travel", _("Travel agent")
    OTHER = "other", _("Something else")


class AddressForm(models.TextChoices):
    """How visitors are addressed in Indonesian sentences."""

    KAK = "Kak", "Kak"
    ANDA = "Anda", "Anda"
    BAPAK_IBU = "Bapak/Ibu", "Bapak/Ibu"


class Language(models.TextChoices):
    INDONESIAN = "id", _("Indonesian")
    ENGLISH = "en", _("English")


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("%(name)s is not a time zone. Try Asia/Jakarta (WIB), Asia/Makassar (WITA) or Asia/Jayapura (WIT)."), params={"name": name})


class StandingSites(models.Manager["Site"]):
    """All but those that are being deleted (removing.py)."""

    def get_queryset(self) -> models.QuerySet["Site"]:
        return super().get_queryset().filter(going=False)


class Site(models.Model):
    """One website (or hosted chat page) with its own knowledge, look and conversations."""

    key = models.SlugField(_("key"), max_length=40, unique=True, help_text=_("Part of the tag on your website. Changing it switches the old tag off."))
    name = models.CharField(_("name"), max_length=80, help_text=_("Shown to visitors at the top of the chat."))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.SHOP)
    active = models.BooleanField(_("active"), default=True, help_text=_("Switched off, the chat refuses new connections."))
    language = models.CharField(
        _("language"), max_length=5, choices=Language.choices, default=Language.INDONESIAN, help_text=_("Used where the visitor's own language is unknown.")
    )
    address_form = models.CharField(_("visitors are addressed as"), max_length=10, choices=AddressForm.choices, default=AddressForm.KAK)
    greeting = models.TextField(_("greeting"), max_length=300, blank=True, help_text=_("First line in an empty chat."))
    accent = models.CharField(
        _("colour"), max_length=7, default="#0f766e", validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("A colour looks like #0f766e."))]
    )
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Jakarta", validators=[validate_time_zone])
    whatsapp = models.CharField(
        _("WhatsApp number"),
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"^\+?[0-9][0-9 \-]{6,18}$", _("Digits only, for example 6281234567890."))],
        help_text=_("Shown as a button when a person is needed. With the country code, for example 6281234567890."),
    )
    email = models.EmailField(_("e-mail"), blank=True, help_text=_("Shown to visitors when a person is needed."))
    accept_minutes = models.PositiveSmallIntegerField(
        _("told that nobody is free after (minutes)"),
        default=5,
        db_default=5,
        help_text=_(
            "When nobody of your team takes a waiting visitor over in time, the visitor is told, you are alerted again and the assistant goes on. 0: never."
        ),
    )
    policy_url = models.URLField(_("privacy policy"), blank=True, help_text=_("Linked under the message box. Empty: a short page of our own is linked."))
    link_hosts = models.TextField(
        _("other places answers may link to"),
        max_length=2_000,
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "One per line, for example tokopedia.com. In what a model says or what was read from a file or website, links to your own websites and to these"
            " work; any other address is plain text. Links in entries you wrote yourself always work."
        ),
    )
    retention_days = models.PositiveIntegerField(
        _("chats are kept (days)"), default=180, validators=[MinValueValidator(1)], help_text=_("Older conversations are removed every night.")
    )
    answers_per_visitor_day = models.PositiveIntegerField(
        _("model answers per visitor and day"), null=True, blank=True, help_text=_("Empty: the limit of the installation. Above it your own knowledge answers.")
    )
    answers_per_site_day = models.PositiveIntegerField(
        _("model answers per day"), null=True, blank=True, help_text=_("Empty: the limit of the installation. Above it your own knowledge answers.")
    )
    allow_apps = models.BooleanField(
        _("allow own mobile apps"), default=False, help_text=_("Accepts connections that name no website, with lower limits. Leave off unless you built one.")
    )
    # With it the website signs who is signed in there. Made and shown once by a button of the site's page; empty: nobody can be.
    identity_secret = EncryptedTextField(blank=True, default="", db_default="", editable=False)
    push_minutes = models.PositiveSmallIntegerField(
        _("phones ring after (minutes)"),
        default=0,
        db_default=0,
        validators=[MaxValueValidator(120)],
        help_text=_("So long a waiting visitor is heard in the open inbox only. Where nobody has it open, phones ring at once."),
    )
    alert_minutes = models.PositiveSmallIntegerField(
        _("alerts go out after (minutes)"),
        default=3,
        db_default=3,
        validators=[MaxValueValidator(240)],
        help_text=_("E-mail, Telegram and webhooks, when nobody took the conversation by then. At once where no phone rings and nobody is there."),
    )
    quiet_from = models.TimeField(
        _("quiet from"), null=True, blank=True, default=quiet_hours.FROM, db_default=quiet_hours.FROM, help_text=_("Empty: alerts go out at night too.")
    )
    quiet_until = models.TimeField(
        _("quiet until"),
        null=True,
        blank=True,
        default=quiet_hours.UNTIL,
        db_default=quiet_hours.UNTIL,
        help_text=_("What came meanwhile is then told in one summary."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    # Deleted: nobody finds it any more, and a job clears it away.
    going = models.BooleanField(default=False, db_default=False, editable=False)

    objects = StandingSites()
    every = models.Manager["Site"]()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class AllowedOrigin(models.Model):
    """A website the widget may stand on, as a full origin: scheme, host and port, lower case, no path."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="origins", verbose_name=_("site"))
    origin = models.CharField(_("website"), max_length=255)
    first_seen_at = models.DateTimeField(_("first visit"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("allowed website")
        verbose_name_plural = _("allowed websites")
        ordering = ["origin"]
        constraints = [models.UniqueConstraint(fields=["site", "origin"], name="origin_once_per_site")]

    def __str__(self) -> str:
        return self.origin


class RefusedOrigin(models.Model):
    """A website that asked for a chat and is not allowed; kept so that the owner can allow it with one tap."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="refused_origins", verbose_name=_("site"))
    origin = models.CharField(_("website"), max_length=255)
    times = models.PositiveIntegerField(_("times"), default=1)
    last_at = models.DateTimeField(_("last time"))

    class Meta:
        verbose_name = _("refused website")
        verbose_name_plural = _("refused websites")
        ordering = ["-last_at"]
        constraints = [models.UniqueConstraint(fields=["site", "origin"], name="refusal_once_per_site")]

    def __str__(self) -> str:
        return self.origin


class OpeningHours(models.Model):
    """One span of a weekday in which people answer, in the site's time zone."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    site = models.ForeignKey(Site, models.CASCADE, related_name="hours", verbose_name=_("site"))
    weekday = models.SmallIntegerField(_("day"), choices=Weekday.choices)
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("until"))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["weekday", "opens"]
        constraints = [models.CheckConstraint(condition=models.Q(opens__lt=models.F("closes")), name="hours_open_before_close")]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H.%M}-{self.closes:%H.%M}"


class Role(models.TextChoices):
    """What a person may do at a site; members.py says which rights each role has."""

    OWNER = "owner", _("Owner: everything at this site")
    AGENT = "agent", _("Agent: answers visitors and writes knowledge")
    VIEWER = "viewer", _("Viewer: reads conversations and knowledge")


class Member(models.Model):
    """Somebody who works for a site. A superuser needs no row and may do everything everywhere."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="members", verbose_name=_("site"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.AGENT)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["site", "user"]
        constraints = [models.UniqueConstraint(fields=["site", "user"], name="one_role_per_site")]

    def __str__(self) -> str:
        return f"{self.site}: {self.role}"


INVITATION_DAYS = 7


def new_code() -> str:
    """128 random bits, in letters an address may hold."""
    return secrets.token_urlsafe(16)


def invitation_end() -> datetime:
    return timezone.now() + timedelta(days=INVITATION_DAYS)


class Invitation(models.Model):
    """A role at a site, offered to whoever signs in under that name or e-mail. Whether there is such an account is never looked up here.

    `code` stands in the link the owner passes on; with it alone nobody gets in. Written by inbox/invitations.py.
    """

    site = models.ForeignKey(Site, models.CASCADE, related_name="invitations", verbose_name=_("site"))
    account = models.CharField(_("user name or e-mail"), max_length=254)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.AGENT)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("invited by"))
    code = models.CharField(max_length=32, unique=True, default=new_code, editable=False)
    until = models.DateTimeField(default=invitation_end, db_index=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-until"]
        constraints = [models.UniqueConstraint(fields=["site", "account"], name="one_invitation_per_account")]

    def __str__(self) -> str:
        return f"{self.site}: {self.role}"
