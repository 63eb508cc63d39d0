"""The table of what a business knows: questions with their answers, products, policies.

Saving and deleting keep the search index in step (indexing.py), for one row and for a queryset alike, in one transaction with the row.
Edited in knowledge/admin.py, found by knowledge/search.py.
"""

from collections.abc import Iterable
from typing import Any, Self

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from widget.knowledge import indexing
from widget.sites.models import Language, Site


class EntryQuerySet(models.QuerySet["Entry"]):
    """Bulk changes that the index follows. `bulk_update` and raw SQL do not: call `indexing.rebuild` after those."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        with transaction.atomic():
            entries = super().bulk_create(objs, *args, **kwargs)
            indexing.put(entry.as_document() for entry in entries)
        return entries

    def update(self, **kwargs: Any) -> int:
        with transaction.atomic():
            ids = list(self.values_list("pk", flat=True))
            changed = super().update(**kwargs)
            indexing.put(entry.as_document() for entry in self.model.objects.filter(pk__in=ids))
        return changed

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            indexing.remove(self.values_list("pk", flat=True))
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def of_site(self, site_id: int) -> Self:
        return self.filter(site_id=site_id)


class Entry(models.Model):
    """One piece of knowledge: what is asked, and the answer as it may be shown to a visitor word for word."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        APPROVED = "approved", _("approved")

    site = models.ForeignKey(Site, models.CASCADE, related_name="entries", verbose_name=_("site"))
    title = models.CharField(
        _("question or title"),
        max_length=200,
        help_text=_("As a visitor would ask it, or the name of a product or policy. Words in here count most when the answer is looked for."),
    )
    answer = models.TextField(
        _("answer"), max_length=8_000, help_text=_("Shown to visitors as it stands when no model is set up; a model answers from it in its own words.")
    )
    other_ways = models.TextField(
        _("other ways to ask"),
        max_length=2_000,
        blank=True,
        help_text=_("One per line, in the words your visitors use: “cod bisa ga”, “bayar di tempat bisa?”."),
    )
    tags = models.CharField(_("tags"), max_length=200, blank=True, help_text=_("Words separated by commas that help you and the search: shipping, batik."))
    language = models.CharField(_("language"), max_length=5, choices=Language.choices, default=Language.INDONESIAN)
    url = models.URLField(_("source"), max_length=500, blank=True, help_text=_("A page that says the same. Visitors see it as the source of the answer."))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.APPROVED, help_text=_("Drafts are never shown to visitors."))
    valid_from = models.DateField(_("valid from"), null=True, blank=True, help_text=_("Empty: at once."))
    valid_until = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("The last day this is true; afterwards it is no longer used. Empty: always.")
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("knowledge entry")
        verbose_name_plural = _("knowledge")
        ordering = ["title"]
        indexes = [models.Index(fields=["site", "title"], name="entries_by_site")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_from__lte=F("valid_until")),
                name="entry_valid_from_before_until",
                violation_error_message=_("“Valid from” must not be later than “valid until”."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            indexing.put([self.as_document()])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            indexing.remove([self.pk])
            return super().delete(*args, **kwargs)

    def as_document(self) -> indexing.Document:
        """What the index is told about this entry."""
        live = self.state == self.State.APPROVED
        return indexing.Document(self.pk, self.site_id, live, f"{self.title}\n{self.other_ways}", f"{self.tags}\n{self.answer}")
