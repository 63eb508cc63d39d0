"""The table of language models that may be asked, in their order, with their keys encrypted. Read through registry.py; edited in admin.py.

Base URLs are the operator's word: unlike everything lib/outbound.py fetches, a model may stand on this machine or in this network (Ollama,
llama.cpp), so only superusers may edit this table.
"""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from widget.lib.secrets import EncryptedTextField, LostSecret
from widget.providers.chat import ProviderSettings
from widget.sites.models import Site


def clean_base_url(url: str) -> str:
    """As the requests want it: without the end that people copy along from examples. Raises ValidationError."""
    url = url.strip().rstrip("/").removesuffix("/chat/completions").rstrip("/")
    try:
        parts = urlsplit(url)
        bad = parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or bool(parts.query or parts.fragment) or parts.port == 0
    except ValueError:
        bad = True
    if bad or not url.isascii() or any(character <= " " or character == "\\" for character in url):
        raise ValidationError(_("A base URL looks like https://api.openai.com/v1 or http://localhost:11434/v1."))
    return url


def validate_base_url(url: str) -> None:
    clean_base_url(url)


class WireKind(models.TextChoices):
    CHAT = "chat", _("OpenAI-compatible chat")


class Provider(models.Model):
    """One model at one provider. `key` is plain here and encrypted in the database; a `LostSecret` when FIELD_KEY does not open it."""

    site = models.ForeignKey(
        Site, models.CASCADE, null=True, blank=True, related_name="providers", verbose_name=_("site"), help_text=_("Empty: all sites of this installation.")
    )
    name = models.CharField(_("name"), max_length=80, help_text=_("What you call it, for example Groq. Shown on the conversation's page."))
    base_url = models.CharField(_("base URL"), max_length=300, validators=[validate_base_url])
    key = EncryptedTextField(_("key"), blank=True, default="")
    model = models.CharField(_("model"), max_length=200, help_text=_("Exactly as the provider writes it, for example gpt-4o-mini or llama3.2."))
    wire = models.CharField(_("protocol"), max_length=10, choices=WireKind.choices, default=WireKind.CHAT)
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("The lowest is asked first; when it fails, the next one."))
    active = models.BooleanField(_("active"), default=True)
    price_in = models.DecimalField(
        _("price per million tokens read"),
        max_digits=10,
        decimal_places=4,
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("In US dollars. Used for the costs shown in a conversation."),
    )
    price_out = models.DecimalField(
        _("price per million tokens written"),
        max_digits=10,
        decimal_places=4,
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("In US dollars. Used for the costs shown in a conversation."),
    )
    max_tokens = models.PositiveIntegerField(
        _("longest answer (tokens)"), default=800, help_text=_("0 leaves it to the provider. Models that think before they speak need more.")
    )
    temperature = models.FloatField(
        _("temperature"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0.0), MaxValueValidator(2.0)],
        help_text=_("Empty: the provider's own. Lower answers stick more closely to your knowledge."),
    )
    last_ok_at = models.DateTimeField(_("last answer"), null=True, blank=True, editable=False)
    last_failed_at = models.DateTimeField(_("last failure"), null=True, blank=True, editable=False)
    last_failure = models.CharField(_("kind of the last failure"), max_length=40, blank=True, editable=False)

    _key_given = False

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A changed base URL forgets the key unless a new one was given: else a key could be sent to whoever an editor likes."""
        if self._forgets_key():
            self.key = ""
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "key"}
        super().save(*args, **kwargs)
        self._key_given = False

    def clean(self) -> None:
        if self.base_url:
            self.base_url = clean_base_url(self.base_url)

    def give_key(self, key: str) -> None:
        """A key entered by a person: it belongs to the base URL it is saved with."""
        self.key, self._key_given = key.strip(), True

    def _forgets_key(self) -> bool:
        stored = None if self._key_given else Provider.objects.filter(pk=self.pk).values_list("base_url", flat=True).first()
        return stored is not None and stored != self.base_url

    def settings(self) -> ProviderSettings:
        return ProviderSettings(
            id=self.pk or 0,
            name=self.name,
            base_url=self.base_url,
            model=self.model,
            key=str(self.key),
            wire=self.wire,
            price_in=self.price_in,
            price_out=self.price_out,
            max_tokens=self.max_tokens,
            temperature=self.temperature,
            lost_key=isinstance(self.key, LostSecret),
        )
