"""The tables of what a business knows: questions with their answers, products, policies; and the sources that many of them were read from.

Saving and deleting keep the search index in step (index/indexing.py), for one row and for a queryset alike, in one transaction with the row.
Edited in pages/entries.py, found by knowledge/search.py. What a source gave is written by sources/generations.py alone.
"""

from collections.abc import Iterable
from typing import Any, Self

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from widget.knowledge.index import indexing, scopes
from widget.knowledge.places import place_of
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

    def live(self) -> Self:
        """What people wrote, and what the sources in use say now; not what they said before or are being read for."""
        return self.filter(Q(source__isnull=True) | Q(source__state=Source.State.ON, generation=F("source__generation")))


class Source(models.Model):
    """Where knowledge is read from, again and again: a website, a document, a table or a catalogue.

    Each reading writes a generation of entries beside the one in use; `generation` names the one that is found (0: none yet), so that one
    UPDATE of this row puts a new one into use and takes it back. `former` is the one before (0: none to go back to), `latest` the last number given out.
    """

    class Kind(models.TextChoices):
        WEBSITE = "website", _("website")
        DOCUMENT = "document", _("document")
        TABLE = "table", _("table")
        CATALOGUE = "catalogue", _("catalogue")

    class State(models.TextChoices):
        ON = "on", _("in use")
        OFF = "off", _("switched off")
        # Nothing of it is found any more; a job clears it away.
        GOING = "going", _("being deleted")

    class Every(models.TextChoices):
        NEVER = "never", _("only when you say so")
        DAILY = "daily", _("every day")
        WEEKLY = "weekly", _("every week")

    site = models.ForeignKey(Site, models.CASCADE, related_name="sources", verbose_name=_("site"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=120, help_text=_("What you call it: “Our website”, “Price list”."))
    address = models.URLField(_("address"), max_length=500, blank=True, help_text=_("Where it is read from. Empty for a file you uploaded."))
    file = models.CharField(_("file"), max_length=200, blank=True, editable=False)
    options = models.JSONField(_("options"), default=dict, blank=True)
    every = models.CharField(_("read again"), max_length=10, choices=Every.choices, default=Every.NEVER)
    needs_approval = models.BooleanField(_("wait for my approval"), default=False, help_text=_("What was read is used only after you have looked at it."))
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.ON, help_text=_("Switched off, nothing of it is found and it is not read again.")
    )
    generation = models.PositiveIntegerField(_("generation in use"), default=0, editable=False)
    former = models.PositiveIntegerField(_("generation before"), default=0, editable=False)
    latest = models.PositiveIntegerField(_("last generation"), default=0, editable=False)
    published_at = models.DateTimeField(_("in use since"), null=True, editable=False)
    # The sum of what its owner took back or rejected: as long as the source says the same, it is not put into use by itself.
    declined = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("source of knowledge")
        verbose_name_plural = _("sources of knowledge")
        ordering = ["name"]
        indexes = [models.Index(fields=["site", "state", "generation"], name="sources_in_use")]

    def __str__(self) -> str:
        return self.name


class Run(models.Model):
    """One reading of a source: how far it is, how it ended, and the generation that it wrote."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        READY = "ready", _("waits for approval")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        STOPPED = "stopped", _("stopped")

    source = models.ForeignKey(Source, models.CASCADE, related_name="runs", verbose_name=_("source of knowledge"))
    generation = models.PositiveIntegerField(_("generation"), default=0, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    taken = models.PositiveIntegerField(_("taken"), default=0)
    skipped = models.PositiveIntegerField(_("skipped"), default=0)
    # Pages of a website: seen, and known of so far.
    visited = models.PositiveIntegerField(_("pages"), default=0)
    total = models.PositiveIntegerField(_("of"), null=True)
    # How often its process was lost.
    lost = models.PositiveSmallIntegerField(default=0, editable=False)
    # The sum of what was read, in any order: equal sums are equal knowledge.
    digest = models.CharField(max_length=64, blank=True, editable=False)
    unchanged = models.BooleanField(_("nothing new"), default=False)
    error = models.CharField(_("error"), max_length=40, blank=True)
    # The English sentence of the error: what gettext knows it by.
    error_text = models.TextField(blank=True, editable=False)
    detail = models.CharField(_("detail"), max_length=500, blank=True)
    stop_wanted = models.BooleanField(_("to be stopped"), default=False)
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("reading of a source")
        verbose_name_plural = _("readings of sources")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["source"], condition=Q(state__in=["waiting", "running"]), name="one_reading_of_a_source_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}/{self.pk}"

    @property
    def sentence(self) -> str:
        """Why it failed, in the reader's language; empty where it did not."""
        if not self.error_text:
            return ""
        said = gettext(self.error_text)
        return f"{said} ({place_of(self.detail)})" if self.detail else said


class Finding(models.Model):
    """Something of a source that a reading did not take. `code` is stable; the sentence is made where it is shown."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="findings", verbose_name=_("reading of a source"))
    place = models.CharField(_("place"), max_length=500)
    code = models.CharField(_("reason"), max_length=40)
    detail = models.CharField(_("detail"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.place}: {self.code}"


class PieceSwitch(models.Model):
    """What its owner said of one piece of a source: never to be found, or found again. Kept over readings by the piece's key; a piece without one is found."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="switches", verbose_name=_("source of knowledge"))
    key = models.CharField(_("key"), max_length=200)
    off = models.BooleanField(_("switched off"))

    class Meta:
        verbose_name = _("switch of a piece")
        verbose_name_plural = _("switches of pieces")
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="one_switch_of_a_piece")]

    def __str__(self) -> str:
        return f"{self.source_id}/{self.key}"


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
    products = models.TextField(
        _("products concerned"),
        max_length=1_000,
        blank=True,
        default="",
        db_default="",
        help_text=_("Names or codes of the products this is about, one per line or separated by commas. Who asks with one of them finds it too."),
    )
    language = models.CharField(_("language"), max_length=5, choices=Language.choices, default=Language.INDONESIAN)
    url = models.URLField(_("source"), max_length=500, blank=True, help_text=_("A page that says the same. Visitors see it as the source of the answer."))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.APPROVED, help_text=_("Drafts are never shown to visitors."))
    valid_from = models.DateField(_("valid from"), null=True, blank=True, help_text=_("Empty: at once."))
    valid_until = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("The last day this is true; afterwards it is no longer used. Empty: always.")
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    # Of what was read from a source; empty for what people wrote. `key` names the piece within its source on every reading.
    source = models.ForeignKey(
        Source, models.CASCADE, related_name="entries", null=True, blank=True, editable=False, db_index=False, verbose_name=_("source of knowledge")
    )
    generation = models.PositiveIntegerField(_("generation"), default=0, editable=False)
    key = models.CharField(_("key"), max_length=200, blank=True, editable=False)
    place = models.CharField(_("place"), max_length=300, blank=True, editable=False)
    facts = models.JSONField(_("facts"), default=dict, blank=True, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("knowledge entry")
        verbose_name_plural = _("knowledge")
        ordering = ["title"]
        indexes = [models.Index(fields=["site", "title"], name="entries_by_site")]
        constraints = [
            # Also how a generation is found; what people wrote has no source and is held by nothing.
            models.UniqueConstraint(fields=["source", "generation", "key"], name="piece_once_in_a_generation"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_from__lte=F("valid_until")),
                name="entry_valid_from_before_until",
                violation_error_message=_("“Valid from” must not be later than “valid until”."),
            ),
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

    @property
    def shown_place(self) -> str:
        return place_of(self.place)

    def as_document(self) -> indexing.Document:
        """What the index is told about this entry."""
        live = self.state == self.State.APPROVED
        scope = scopes.of_generation(self.source_id, self.generation) if self.source_id else scopes.of_site(self.site_id)
        return indexing.Document(self.pk, scope, live, *indexing.told(self.title, self.other_ways, self.tags, self.answer, self.products))
