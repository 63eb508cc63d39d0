"""How many model answers a site and each of its visitors had on a day. Written by budget.py only."""

from django.db import models

from widget.sites.models import Site


class AnswerCount(models.Model):
    """One counter; the empty visitor is the whole site. `day` is the day in the site's time zone."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    day = models.DateField()
    visitor = models.CharField(max_length=36, blank=True)
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "day", "visitor"], name="one_count_per_visitor_and_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.visitor or self.site_id}: {self.used}"
