"""What the insights keep: the figures of each site's past days, so that the first page need not count ninety days of messages (counting.py), and the
questions that an owner put away on the page of what is missing (not_needed.py).

Figures name nobody, and stay when retention removes the conversations they were counted from.
"""

from django.db import models

from widget.sites.models import Site


class DayFigures(models.Model):
    """One day that is over, in the site's time zone. `figures` is a packed Figures."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    day = models.DateField()
    figures = models.JSONField(default=dict)

    class Meta:
        verbose_name = "figures of a day"
        constraints = [models.UniqueConstraint(fields=["site", "day"], name="one_row_of_figures_per_day")]

    def __str__(self) -> str:
        return f"{self.site_id}: {self.day}"


class NotNeeded(models.Model):
    """A group of questions that need no entry, known again by its wordings, one a line."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    wordings = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "question that is not needed"

    def __str__(self) -> str:
        return min(self.wordings.splitlines(), key=len, default="")
