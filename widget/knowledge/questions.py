"""The owner's own test questions: what visitors ask, and the entry that should answer. Edited and run in pages/questions.py, measured by evaluation.py."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from widget.knowledge.evaluation import Query
from widget.knowledge.models import Entry
from widget.sites.models import Site


class TestQuestion(models.Model):
    """`entry`: what people wrote; `relevant_key`: the key of a piece that a source gives anew at each reading. `unanswerable`: nothing should answer."""

    # Not a test of pytest's.
    __test__ = False

    site = models.ForeignKey(Site, models.CASCADE, related_name="test_questions", verbose_name=_("site"))
    question = models.CharField(_("question"), max_length=300, help_text=_("In the words your visitors use, with their short forms and slips."))
    entry = models.ForeignKey(
        Entry,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entry that answers it"),
        help_text=_("The right answer. The test looks whether the search finds it first."),
    )
    relevant_key = models.CharField(_("key"), max_length=200, blank=True, editable=False)
    unanswerable = models.BooleanField(
        _("should not be answered"), default=False, help_text=_("For questions that have nothing to do with you: the chat should not pretend to know.")
    )

    class Meta:
        verbose_name = _("test question")
        verbose_name_plural = _("test questions")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.question

    @property
    def is_complete(self) -> bool:
        """Whether it is said what should be found; not so when the entry was deleted."""
        return self.unanswerable or bool(self.entry_id or self.relevant_key)

    def as_query(self) -> Query:
        names = [str(self.entry_id or ""), self.relevant_key.casefold()]
        return Query(str(self.pk), self.question, frozenset() if self.unanswerable else frozenset(" ".join(name.split()) for name in names if name))
