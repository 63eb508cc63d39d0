"""The tables of the record: a conversation, its numbered log, and the durable turns that answer it.

Written only through log.py, turns.py and takeover.py; read by every higher floor. The constraints here are the promises:
one row per (conversation, seq), one per (conversation, client_id), one turn per question.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from widget.sites.models import Site


class Conversation(models.Model):
    """The one talk between a visitor and a site. `seq` is the number of its last row; the row is locked by the UPDATE that raises it."""

    class Handler(models.TextChoices):
        BOT = "bot", _("assistant")
        WAITING = "waiting", _("waiting for a person")
        HUMAN = "human", _("a person")

    site = models.ForeignKey(Site, models.CASCADE, related_name="conversations", verbose_name=_("site"))
    public_id = models.CharField(_("public id"), max_length=36, unique=True, editable=False)
    channel = models.CharField(_("channel"), max_length=10, default="web", editable=False)
    seq = models.PositiveIntegerField(default=0, editable=False)
    handler = models.CharField(_("handled by"), max_length=10, choices=Handler.choices, default=Handler.BOT)
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("person"))
    waiting_since = models.DateTimeField(_("waiting since"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    contact = models.CharField(_("WhatsApp number or e-mail"), max_length=120, blank=True)
    locale = models.CharField(_("language"), max_length=5, default="id")
    page_url = models.CharField(_("page"), max_length=500, blank=True)
    page_title = models.CharField(_("page title"), max_length=200, blank=True)
    visitor_read_seq = models.PositiveIntegerField(default=0, editable=False)
    operator_read_seq = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("started"), default=timezone.now, editable=False)
    last_at = models.DateTimeField(_("last message"), default=timezone.now, db_index=True, editable=False)

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        ordering = ["-last_at"]
        indexes = [
            models.Index(fields=["waiting_since"], name="conversations_waiting", condition=models.Q(handler="waiting")),
            models.Index(fields=["site", "-last_at"], name="conversations_by_site"),
        ]

    def __str__(self) -> str:
        return self.name or _("Visitor %(id)s") % {"id": self.public_id[:6]}


class Message(models.Model):
    """One row of the log. Rows are never changed; an erased one becomes an empty tombstone."""

    class Author(models.TextChoices):
        VISITOR = "visitor", _("Visitor")
        ASSISTANT = "assistant", _("Assistant")
        OPERATOR = "operator", _("Person")
        SYSTEM = "system", _("System")

    class AnsweredBy(models.TextChoices):
        MODEL = "model", _("model")
        KNOWLEDGE = "knowledge", _("own knowledge")
        RULE = "rule", _("rule")
        PERSON = "person", _("person")

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages", verbose_name=_("conversation"), db_index=False)
    seq = models.PositiveIntegerField(editable=False)
    client_id = models.CharField(max_length=36, editable=False)
    author = models.CharField(_("author"), max_length=10, choices=Author.choices)
    answered_by = models.CharField(_("answered by"), max_length=10, choices=AnsweredBy.choices, blank=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    text = models.TextField(_("text"))
    # [{"title": str, "url": str}], in the order of their use.
    sources = models.JSONField(_("sources"), default=list, blank=True)
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["conversation", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="one_row_per_seq"),
            models.UniqueConstraint(fields=["conversation", "client_id"], name="one_row_per_client_id"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Turn(models.Model):
    """The duty to answer one question. `fence` rises with every change of holder, so a late write of an earlier one is refused."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting its turn")
        RUNNING = "running", _("being answered")
        DONE = "done", _("answered")
        STOPPED = "stopped", _("stopped by the visitor")
        YIELDED = "yielded", _("left to a person")

    UNFINISHED = (State.QUEUED, State.RUNNING)

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="turns", verbose_name=_("conversation"), db_index=False)
    question_seq = models.PositiveIntegerField(editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    holder = models.CharField(max_length=36, blank=True, editable=False)
    beat = models.PositiveIntegerField(default=0, editable=False)
    fence = models.PositiveIntegerField(default=0, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    reply_id = models.CharField(max_length=36, blank=True, editable=False)
    partial = models.TextField(blank=True, editable=False)
    stop_requested = models.BooleanField(default=False, editable=False)
    answer_seq = models.PositiveIntegerField(null=True, editable=False)
    provider = models.CharField(_("provider"), max_length=80, blank=True)
    model = models.CharField(_("model"), max_length=120, blank=True)
    failures = models.JSONField(_("failed before"), default=list, blank=True)
    tokens_in = models.PositiveIntegerField(_("tokens read"), null=True)
    tokens_out = models.PositiveIntegerField(_("tokens written"), null=True)
    cost = models.DecimalField(_("cost (USD)"), max_digits=12, decimal_places=6, null=True)
    first_token_ms = models.PositiveIntegerField(_("first word after (ms)"), null=True)
    created_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["conversation", "question_seq"]
        constraints = [models.UniqueConstraint(fields=["conversation", "question_seq"], name="one_turn_per_question")]
        indexes = [models.Index(fields=["conversation", "question_seq"], name="turns_unfinished", condition=models.Q(state__in=["queued", "running"]))]

    def __str__(self) -> str:
        return f"{self.conversation_id}/{self.question_seq} {self.state}"
