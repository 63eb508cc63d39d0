"""A site whose pages the tests of embed/ ask for."""

from collections.abc import Iterator

import pytest

from widget.lib import database
from widget.sites import registry
from widget.sites.models import Site


@pytest.fixture
def site(transactional_db: None) -> Iterator[Site]:
    registry.forget()
    yield Site.objects.create(
        key="toko", name="Toko </script> & Saya", language="id", greeting="Halo Kak!", accent="#123abc", whatsapp="+62 812-0000-0000", email="a@toko.test"
    )
    database.close()
    registry.forget()
