"""A site and its owner, signed in: what the tests of the owner's pages begin with."""

import pytest
from django.test import Client

from tests.people import make_member, signed_in
from widget.sites.models import Site


@pytest.fixture
def site(db: None) -> Site:
    return Site.objects.create(key="uji", name="Uji")


@pytest.fixture
def owner(site: Site) -> Client:
    return signed_in(make_member("ibu", "owner", site))
