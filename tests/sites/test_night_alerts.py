"""An update leaves existing sites their alerts at night; new sites begin with quiet hours."""

from datetime import time, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from widget.sites.models import Site

pytestmark = pytest.mark.django_db
MIGRATION = import_module("widget.migrations.0019_night_alerts_of_existing_sites")


def hours_of(key: str) -> tuple[time | None, time | None]:
    return Site.objects.values_list("quiet_from", "quiet_until").get(key=key)


def test_sites_from_before_quiet_hours_ring_at_night_as_they_did() -> None:
    applied = MigrationRecorder(connection).migration_qs.get(app="widget", name=MIGRATION.CAME_WITH).applied
    for key, later, hours in (("old", -1, {}), ("chosen", -1, {"quiet_from": time(21), "quiet_until": time(6)}), ("new", 1, {})):
        Site.objects.create(key=key, name=key, **hours)
        Site.objects.filter(key=key).update(created_at=applied + timedelta(hours=later))
    MIGRATION.keep_alerting(apps, connection.SchemaEditorClass(connection))
    assert [hours_of(key) for key in ("old", "chosen", "new")] == [(None, None), (time(21), time(6)), (time(22), time(6))]
