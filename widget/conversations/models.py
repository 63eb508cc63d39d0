"""The tables of the record: a conversation, its numbered log, the durable turns that answer it, and what the people at the desk keep beside it.

Written only through the modules of this package; read by every higher floor. The constraints here are the promises:
one row per (conversation, seq), one per (conversation, client_id), one turn per question, one note per id, one rating per answer.
"""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from widget.sites.models import Site


class Tag(models.Model):
    """A word people put on conversations to find them again. Visitors never see one."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="tags", verbose_name=_("site"))
    name = models.CharField(_("name"), max_length=40)
    colour = models.CharField(
        _("colour"), max_length=7, default="#0f766e", validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("A colour looks like #0f766e."))]
    )

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="one_tag_per_name")]

    def __str__(self) -> str:
        return self.name


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
    # When nobody had accepted this wait in time, and when the visitor was told so. They speak of the present wait only if they are not older than it.
    overdue_at = models.DateTimeField(null=True, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closings = models.PositiveSmallIntegerField(_("times closed"), default=0, db_default=0, editable=False)
    # It rests with its person until then, or until the visitor writes.
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True, editable=False)
    # The assistant knows and answers only rows after this one: what was said before the last closing is over.
    fresh_from = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    tags = models.ManyToManyField(Tag, blank=True, related_name="conversations", verbose_name=_("tags"))
    name = models.CharField(_("name"), max_length=80, blank=True)
    contact = models.CharField(_("WhatsApp number or e-mail"), max_length=120, blank=True)
    locale = models.CharField(_("language"), max_length=5, default="id")
    page_url = models.CharField(_("page"), max_length=500, blank=True)
    page_title = models.CharField(_("page title"), max_length=200, blank=True)
    device = models.CharField(_("device"), max_length=60, blank=True, default="", db_default="", editable=False)
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
            models.Index(fields=["operator", "-last_at"], name="conversations_with_people", condition=models.Q(handler="human")),
            models.Index(fields=["snoozed_until"], name="conversations_snoozed", condition=models.Q(snoozed_until__isnull=False)),
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
        indexes = [models.Index(fields=["at"], name="messages_passed_on", condition=models.Q(author="assistant", answered_by=""))]

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
    # A packed Trace (trace.py); null for turns of earlier versions and unfinished ones.
    trace = models.JSONField(null=True, editable=False)
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


class Note(models.Model):
    """What people write to each other about a conversation. A table of its own, so that no read of the log can ever show one to a visitor."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="notes", verbose_name=_("conversation"), db_index=False)
    client_id = models.CharField(max_length=36, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name=_("author"))
    author_name = models.CharField(_("author's name"), max_length=150)
    text = models.TextField(_("text"))
    after_seq = models.PositiveIntegerField(editable=False)
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["conversation", "id"]
        constraints = [models.UniqueConstraint(fields=["conversation", "client_id"], name="one_note_per_client_id")]

    def __str__(self) -> str:
        return self.text[:60]


class CannedReply(models.Model):
    """A text that people send again and again, found by its shortcut. Without a site it is there for all of them."""

    site = models.ForeignKey(
        Site, models.CASCADE, null=True, blank=True, related_name="canned_replies", verbose_name=_("site"), help_text=_("Empty: for every site.")
    )
    shortcut = models.CharField(
        _("shortcut"),
        max_length=30,
        validators=[RegexValidator(r"^[a-z0-9_-]+\Z", _("Small letters, digits, - and _ only, for example ongkir."))],
        help_text=_("Typed after a slash in the inbox: /ongkir."),
    )
    title = models.CharField(_("title"), max_length=80, help_text=_("What it is about. Only your team sees it."))
    text = models.TextField(
        _("text"),
        max_length=2_000,
        help_text=_("May hold {name} (the visitor's name), {me} (your first name) and {site} (your business). Anything else in braces is sent as it stands."),
    )

    class Meta:
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")
        ordering = ["shortcut", "id"]
        constraints = [
            models.UniqueConstraint(fields=["site", "shortcut"], name="one_canned_reply_per_shortcut"),
            models.UniqueConstraint(fields=["shortcut"], name="one_canned_reply_for_all_sites", condition=models.Q(site=None)),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if CannedReply.objects.filter(site=self.site_id, shortcut=self.shortcut).exclude(pk=self.pk).exists():
            raise ValidationError({"shortcut": _("Another canned reply has this shortcut already.")})


class Rating(models.Model):
    """What the visitor thought of one answer."""

    class Value(models.IntegerChoices):
        GOOD = 1, _("good")
        BAD = -1, _("bad")

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="ratings", verbose_name=_("conversation"), db_index=False)
    seq = models.PositiveIntegerField(editable=False)
    value = models.SmallIntegerField(_("rating"), choices=Value.choices)
    at = models.DateTimeField(_("time"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ["conversation", "seq"]
        constraints = [models.UniqueConstraint(fields=["conversation", "seq"], name="one_rating_per_answer")]

    def __str__(self) -> str:
        return self.get_value_display()


class Customer(models.Model):
    """Somebody a website has signed in, by its own number for them (`sub`), and what it said about them.

    `talk` is the public id of their one conversation, whose row is made with the first message. Whoever shows no sign-in of this customer
    does not see it, whatever other token they hold. A sign-in counts when it was issued after `good_after`, a session while `sign_outs` is the same.
    """

    site = models.ForeignKey(Site, models.CASCADE, related_name="customers", verbose_name=_("site"))
    sub = models.CharField(_("customer number"), max_length=128)
    talk = models.CharField(max_length=36, unique=True, editable=False)
    # Their conversation was begun before they signed in, so its old token may still be somewhere.
    adopted = models.BooleanField(default=False, editable=False)
    name = models.CharField(_("name"), max_length=80, blank=True)
    email = models.CharField(_("e-mail"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    sign_outs = models.PositiveIntegerField(default=0, editable=False)
    newest_issued = models.BigIntegerField(default=0, editable=False)
    good_after = models.BigIntegerField(default=0, editable=False)
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [models.UniqueConstraint(fields=["site", "sub"], name="one_customer_per_sub")]

    def __str__(self) -> str:
        return self.name or self.sub


class Presence(models.Model):
    """When a person of the team was last seen at the desk, whether they said that they are away, and whether they closed their last line."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="presence", verbose_name=_("person"))
    seen_at = models.DateTimeField(_("last seen"))
    away = models.BooleanField(_("away"), default=False)
    left = models.BooleanField(_("left"), default=False, db_default=False)

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presence")

    def __str__(self) -> str:
        return str(self.user_id)
