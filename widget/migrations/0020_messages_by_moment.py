"""What the first page asks of all messages: the newest that the assistant passed on, and on PostgreSQL those of one day.

Without them PostgreSQL read every message three times for each look at the first page. A block range index costs next to nothing: messages come in the
order of their moments. Built beside the writers (both in 2 s for 500,000 messages), so this migration is not one transaction.
"""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

PASSED_ON = "CREATE INDEX {beside} messages_passed_on ON widget_message (at) WHERE answered_by = '' AND author = 'assistant'"
POSTGRESQL = (
    # What an interrupted building left.
    "DROP INDEX CONCURRENTLY IF EXISTS messages_passed_on",
    "DROP INDEX CONCURRENTLY IF EXISTS messages_by_moment",
    PASSED_ON.format(beside="CONCURRENTLY"),
    "CREATE INDEX CONCURRENTLY messages_by_moment ON widget_message USING brin (at) WITH (pages_per_range = 16, autosummarize = on)",
)
MAKE = {"sqlite": ("DROP INDEX IF EXISTS messages_passed_on", PASSED_ON.format(beside="")), "postgresql": POSTGRESQL}
DROP = {"sqlite": ("DROP INDEX IF EXISTS messages_passed_on",), "postgresql": POSTGRESQL[:2]}
INDEX = models.Index(fields=["at"], name="messages_passed_on", condition=models.Q(author="assistant", answered_by=""))


def make(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in MAKE[editor.connection.vendor]:
        editor.execute(statement)


def drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in DROP[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("widget", "0019_night_alerts_of_existing_sites")]
    operations = [migrations.SeparateDatabaseAndState([migrations.RunPython(make, drop)], [migrations.AddIndex("message", INDEX)])]
