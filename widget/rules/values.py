"""What the placeholders of a rule stand for on a site. Called by match.py for the rule that fires; asks the database only for what is needed."""

from collections.abc import Iterator, Mapping

from django.utils import translation
from django.utils.functional import cached_property

from widget.sites.hours import week_lines
from widget.sites.models import Site
from widget.sites.timetable import timetable_of


class SiteValues(Mapping[str, str]):
    """Name of a placeholder -> its text in the visitor's language, empty where the site says nothing; read when first asked for."""

    names = ("you", "name", "hours", "whatsapp", "email")

    def __init__(self, site_id: int, language: str, address: str) -> None:
        self._site_id, self._language, self._address = site_id, language, address

    def __getitem__(self, name: str) -> str:
        if name not in self.names:
            raise KeyError(name)
        if name == "you":
            return self._address or self._site.address_form
        return self._opening() if name == "hours" else str(getattr(self._site, name))

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def _site(self) -> Site:
        return Site.objects.only("name", "language", "address_form", "time_zone", "whatsapp", "email").get(pk=self._site_id)

    def _opening(self) -> str:
        with translation.override(self._language or self._site.language):
            return "\n".join(week_lines(timetable_of(self._site), self._site.zone))
