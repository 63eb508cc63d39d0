"""Where the inbox looks for what was written: no model describes it. SQLite gets an FTS5 table that triggers keep in step, PostgreSQL an index of words.

Both are the database's own, so a row that is erased or removed is out of the search in the same transaction. Whoever changes widget_message in a later
migration on SQLite makes the triggers again: Django copies the table then, and triggers stay behind.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TRIGGERS = (
    "CREATE TRIGGER message_words_added AFTER INSERT ON widget_message BEGIN INSERT INTO message_words (rowid, text) VALUES (new.id, new.text); END",
    "CREATE TRIGGER message_words_removed AFTER DELETE ON widget_message BEGIN"
    " INSERT INTO message_words (message_words, rowid, text) VALUES ('delete', old.id, old.text); END",
    "CREATE TRIGGER message_words_changed AFTER UPDATE OF text ON widget_message BEGIN"
    " INSERT INTO message_words (message_words, rowid, text) VALUES ('delete', old.id, old.text);"
    " INSERT INTO message_words (rowid, text) VALUES (new.id, new.text); END",
)
# Few give a name, so looking through all of them is quick.
NAMED = "CREATE INDEX conversations_named ON widget_conversation (contact, name) WHERE name <> '' OR contact <> ''"
SQLITE = (
    "CREATE VIRTUAL TABLE message_words USING fts5(text, content = 'widget_message', content_rowid = 'id', columnsize = 0,"
    " tokenize = 'unicode61 remove_diacritics 0')",
    "INSERT INTO message_words (message_words) VALUES ('rebuild')",
    *TRIGGERS,
)
# Letters and digits only, so that PostgreSQL's parser sees no addresses, numbers with signs or hyphens; inbox/search.py cuts the question alike.
POSTGRESQL = ("CREATE INDEX message_words ON widget_message USING gin (to_tsvector('simple', regexp_replace(text, '[^[:alnum:]]+', ' ', 'g')))",)
MAKE = {"sqlite": (NAMED, *SQLITE), "postgresql": (NAMED, *POSTGRESQL)}
DROP = {
    "sqlite": (*(f"DROP TRIGGER IF EXISTS message_words_{what}" for what in ("added", "removed", "changed")), "DROP TABLE IF EXISTS message_words", "DROP INDEX IF EXISTS conversations_named"),
    "postgresql": ("DROP INDEX IF EXISTS message_words", "DROP INDEX IF EXISTS conversations_named"),
}


def make(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in MAKE[editor.connection.vendor]:
        editor.execute(statement)


def drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in DROP[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("widget", "0010_trace_of_answers")]
    operations = [migrations.RunPython(make, drop)]
