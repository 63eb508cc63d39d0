"""Before it serves, an installation says in one sentence when the database is not what this code expects."""

import logging
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from widget.lib.version import VERSION
from widget.ops.errors import NewerDatabaseError, OlderDatabaseError
from widget.ops.schema import refuse_another_schema, warn_of_plain_letters


def test_the_version_is_that_of_the_package() -> None:
    project = Path(__file__).resolve().parents[2] / "pyproject.toml"
    assert f'\nversion = "{VERSION}"\n' in project.read_text("utf-8")


@pytest.mark.django_db
def test_a_database_of_a_newer_version_is_not_served() -> None:
    refuse_another_schema()
    MigrationRecorder(connection).record_applied("widget", "9999_later")
    with pytest.raises(NewerDatabaseError, match=r"newer version of Kanal \(migration widget\.9999_later\)"):
        refuse_another_schema()


@pytest.mark.django_db
@pytest.mark.parametrize(("command", "options"), [("migrate", {"interactive": False, "skip_checks": False}), ("check", {"databases": ["default"]})])
def test_older_code_does_not_migrate_a_newer_database(command: str, options: dict[str, Any]) -> None:
    call_command(command, verbosity=0, **options)
    MigrationRecorder(connection).record_applied("widget", "9999_later")
    with pytest.raises(SystemCheckError, match=r"newer version of Kanal \(migration widget\.9999_later\)"):
        call_command(command, verbosity=0, **options)


@pytest.mark.django_db
def test_a_database_that_was_not_migrated_is_not_served() -> None:
    MigrationRecorder(connection).migration_qs.filter(app="widget").delete()
    with pytest.raises(OlderDatabaseError, match=r"manage\.py migrate"):
        refuse_another_schema()


@pytest.mark.django_db
def test_nothing_is_said_of_letters_where_all_are_known(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        warn_of_plain_letters()
    assert not caplog.records


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_database_that_knows_only_a_to_z_is_one_sentence(caplog: pytest.LogCaptureFixture) -> None:
    with connection.cursor() as cursor:
        cursor.execute("""CREATE OR REPLACE FUNCTION small_letters(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT lower($1 COLLATE "C") $$""")
    with caplog.at_level(logging.WARNING):
        warn_of_plain_letters()
    assert ["the inbox's search" in record.getMessage() for record in caplog.records] == [True]
