"""The questions a new site is asked first, as drafts by the kind of business: the owner writes the answers and approves them.

Called when a site is made. The answers say what belongs there; being drafts, they are never shown to a visitor.
"""

import json
from pathlib import Path

from widget.knowledge.models import Entry
from widget.sites.models import Site

_FILE = Path(__file__).with_name("starters.json")


def create_draft_questions(site: Site) -> int:
    """Makes the drafts in the site's language and returns how many; none where the site has entries already."""
    if Entry.objects.of_site(site.pk).exists():
        return 0
    rows = json.loads(_FILE.read_text("utf-8"))[site.kind][site.language]
    drafts = [
        Entry(site=site, title=row["title"], answer=row["answer"], other_ways="\n".join(row["ask"]), language=site.language, state=Entry.State.DRAFT)
        for row in rows
    ]
    return len(Entry.objects.bulk_create(drafts))
