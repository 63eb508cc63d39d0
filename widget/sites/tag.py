"""The line of HTML that an owner puts on their pages. Shown on the site's page of the admin and by `create_site`."""

from django.utils.html import format_html

from widget.sites.models import Site

# Where nobody told this server its own address.
UNKNOWN_ADDRESS = "https://YOUR-KANAL-ADDRESS"


def embed_tag(site: Site, address: str) -> str:
    """The tag for `site` served at `address` (https://chat.example.com). With a contact, the link inside works even where no script runs."""
    script = format_html('<script async src="{}/widget.js?site={}" data-site="{}"></script>', address, site.key, site.key)
    contact = fallback_link(site)
    return format_html('<a href="{}" data-kanal>Chat</a>\n{}', contact, script) if contact else script


def fallback_link(site: Site) -> str:
    """WhatsApp, else e-mail, else nothing."""
    digits = "".join(filter(str.isdigit, site.whatsapp))
    if digits:
        return f"https://wa.me/{digits}"
    return f"mailto:{site.email}" if site.email else ""
