"""What the placeholders of a rule stand for on a site. Called by match.py for a rule that fires and has placeholders."""

from django.utils import translation

from widget.sites.models import Site


def site_values(site_id: int, language: str, address: str) -> dict[str, str]:
    """Name of a placeholder -> its text in the visitor's language; empty where the site says nothing."""
    site = Site.objects.get(pk=site_id)
    with translation.override(language or site.language):
        opening = "\n".join(str(span) for span in site.hours.all())
    return {"you": address or site.address_form, "name": site.name, "hours": opening, "whatsapp": site.whatsapp, "email": site.email}
