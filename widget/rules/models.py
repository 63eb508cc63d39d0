"""The table of fixed answers. Edited in rules/admin.py, matched by rules/match.py.

`revision` is another number after every save, so that every process notices a change by one cheap query (match.py).
"""

from secrets import randbits
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from widget.rules.placeholders import unknown_names
from widget.sites.models import Language, Site


def new_revision() -> int:
    """Random, not counted: a transaction that is rolled back must not leave a number that another one reaches again. Sums of them fit in 64 bits."""
    return randbits(48)


class RuleQuerySet(models.QuerySet["Rule"]):
    def update(self, **kwargs: Any) -> int:
        return super().update(**{"revision": new_revision(), **kwargs})

    update.alters_data = True  # type: ignore[attr-defined]


class Rule(models.Model):
    """Phrases and the answer they get, when nothing else is asked in the same message."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="rules", verbose_name=_("site"))
    name = models.CharField(_("name"), max_length=80, help_text=_("Shown to visitors as the source of the answer, for example “Opening hours”."))
    phrases = models.TextField(
        _("phrases"),
        max_length=4_000,
        help_text=_(
            "One per line, as visitors write them. The rule answers when a message is such a phrase, also with small talk around it:"
            " “halo kak” but not “halo, berapa ongkir?”."
        ),
    )
    answer = models.TextField(
        _("answer"),
        max_length=2_000,
        help_text=_(
            "May hold {you} (how visitors are addressed), {name} (your business), {hours}, {whatsapp} and {email}; in Indonesian {sapaan}, {nama}, {jam}, {wa}"
            " and {email}. A line whose placeholder is empty is left out."
        ),
    )
    position = models.PositiveIntegerField(_("position"), default=0, help_text=_("When two rules fit equally well, the lower number answers."))
    active = models.BooleanField(_("active"), default=True)
    language = models.CharField(
        _("language"), max_length=5, choices=Language.choices, blank=True, help_text=_("Preferred for visitors with this language. Empty: for everybody.")
    )
    revision = models.BigIntegerField(default=new_revision, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["site", "revision"], name="rules_by_site")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.revision = new_revision()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        unknown = unknown_names(self.answer)
        if unknown:
            names = ", ".join(f"{{{name}}}" for name in unknown)
            sentence = _("%(names)s is not a placeholder. Possible are {you}, {name}, {hours}, {whatsapp} and {email}.")
            raise ValidationError({"answer": sentence % {"names": names}})
