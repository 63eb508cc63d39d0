"""Fills a site with the demo shop's knowledge and rules. Called by the set-up command; may be called again without doubling anything."""

from django.db import transaction

from widget.embed.demo.content import answers, fixed_answers, products
from widget.knowledge.models import Entry
from widget.rules.models import Rule
from widget.sites.models import Site


def load_demo(site: Site, page: str = "") -> None:
    """Adds what is missing; what the owner changed since stays. `page`: address of the shop page, for the sources ("http://localhost:8001/")."""
    with transaction.atomic():
        known = set(Entry.objects.of_site(site.pk).values_list("title", flat=True))
        Entry.objects.bulk_create(entry for entry in _entries(site, page) if entry.title not in known)
        named = set(Rule.objects.filter(site=site).values_list("name", flat=True))
        for position, rule in enumerate(fixed_answers(), 1):
            if rule.name not in named:
                Rule.objects.create(
                    site=site, name=rule.name, phrases="\n".join(rule.phrases), answer=rule.answer, language=rule.language, position=position * 10
                )


def _entries(site: Site, page: str) -> list[Entry]:
    shelf = [
        Entry(site=site, title=one.name, answer=one.answer, other_ways="\n".join(one.ask), tags=f"produk, {one.group}", url=_address(page, one.slug))
        for one in products()
    ]
    asked = [
        Entry(site=site, title=one.title, answer=one.answer, other_ways="\n".join(one.ask), tags=one.tags, language=one.language, url=_address(page, one.slug))
        for one in answers()
    ]
    return shelf + asked


def _address(page: str, slug: str) -> str:
    return f"{page}#{slug}" if page else ""
