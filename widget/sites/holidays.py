"""Days on which a site is closed or open at other hours, and the Indonesian public holidays whose dates are known without asking anybody.

The table is edited on the site's page (admin.py) and read into a Timetable (timetable.py).
"""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from widget.sites.models import Site

DAYS_AHEAD = 365


class Holiday(models.Model):
    """One day, or several in a row, that differ from the week."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="holidays", verbose_name=_("site"))
    name = models.CharField(_("name"), max_length=60, help_text=_("Visitors read it: “Closed for Idul Fitri.”"))
    first = models.DateField(_("first day"), help_text=_("The day it begins."))
    last = models.DateField(_("last day"), help_text=_("The same as the first for one day."))
    opens = models.TimeField(_("from"), null=True, blank=True, help_text=_("Empty: closed all day."))
    closes = models.TimeField(_("until"), null=True, blank=True, help_text=_("Empty: closed all day."))

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="holiday_first_before_last"),
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True) | Q(opens__isnull=False, closes__isnull=False, opens__lt=F("closes")),
                name="holiday_opens_before_it_closes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.first}"


def known_holidays(today: date) -> list[tuple[date, str]]:
    """Public holidays of the year that begins `today` whose dates never change or follow from Easter.

    Idul Fitri, Idul Adha, Nyepi, Waisak, Imlek, the Muslim new year, Maulid, Isra Mikraj and the shared days off are left out:
    they are what the government names each year, and a wrong day would be worse than none.
    """
    days = [day for year in (today.year, today.year + 1) for day in _of_year(year)]
    return [(day, name) for day, name in days if today <= day < today + timedelta(days=DAYS_AHEAD)]


def add_known_holidays(site: Site, today: date) -> int:
    """Adds those that have no entry yet, closed all day, with names in the site's language; how many were added."""
    taken = list(site.holidays.values_list("first", "last"))
    missing = [(day, name) for day, name in known_holidays(today) if not any(first <= day <= last for first, last in taken)]
    return len(Holiday.objects.bulk_create([Holiday(site=site, name=name, first=day, last=day) for day, name in missing]))


def _of_year(year: int) -> list[tuple[date, str]]:
    easter = _easter(year)
    return [
        (date(year, 1, 1), gettext("New Year")),
        (easter - timedelta(days=2), gettext("Good Friday")),
        (easter, gettext("Easter")),
        (date(year, 5, 1), gettext("Labour Day")),
        (easter + timedelta(days=39), gettext("Ascension Day")),
        (date(year, 6, 1), gettext("Pancasila Day")),
        (date(year, 8, 17), gettext("Independence Day")),
        (date(year, 12, 25), gettext("Christmas")),
    ]


def _easter(year: int) -> date:
    """Western Easter Sunday by Gauss's rule in Oudin's integer form, valid for every Gregorian year."""
    golden, century = year % 19, year // 100
    moon = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    moon -= moon // 28 * (1 - moon // 28 * (29 // (moon + 1)) * ((21 - golden) // 11))
    sunday = moon - (year + year // 4 + moon + 2 - century + century // 4) % 7
    month = 3 + (sunday + 40) // 44
    return date(year, month, sunday + 28 - 31 * (month // 4))
