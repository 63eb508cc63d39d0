"""The texts a new site starts with, by the kind of business, in the site's language. Called when a site is made; the owner edits them in the admin."""

from django.utils import translation
from django.utils.translation import gettext as _

from widget.sites.models import AddressForm, Kind


def greeting(kind: str, language: str, address: str = AddressForm.KAK) -> str:
    """The first line in an empty chat."""
    with translation.override(language):
        texts = {
            Kind.SHOP: _("Hello! Ask us about products, prices, shipping or your order."),
            Kind.CLINIC: _("Hello! Ask us about our services, the schedule or an appointment."),
            Kind.COACH: _("Hello! Ask us about the programs, the schedule or the price."),
            Kind.TRAVEL: _("Hello! Ask us about trips, dates, prices or your booking."),
        }
        return texts.get(Kind(kind), _("Hello! How can we help you?")) % {"you": address}
