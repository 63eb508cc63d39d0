"""The first rules of a new site: thanks, hours, contact, greeting, in the site's language. Called when a site is made; the owner edits them."""

import json
from pathlib import Path

from widget.rules.models import Rule
from widget.sites.models import Site

_FILE = Path(__file__).with_name("starters.json")


def create_first_rules(site: Site) -> int:
    """Makes the rules and returns how many; none where the site has rules already."""
    if Rule.objects.filter(site=site).exists():
        return 0
    rows = json.loads(_FILE.read_text("utf-8"))[site.language]
    for position, row in enumerate(rows, 1):
        Rule.objects.create(site=site, name=row["name"], phrases="\n".join(row["phrases"]), answer=row["answer"], position=position * 10)
    return len(rows)
