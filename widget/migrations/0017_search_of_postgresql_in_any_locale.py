"""PostgreSQL: the search knows all letters whatever locale its database was made with, and looks for names in a small table beside the conversations.

Under the locale C the server's patterns know ASCII letters only; ICU's collations, which nearly every build has, know them all. One function says how
words are taken from a text, for the index and for the question (inbox/search.py). Names and contacts stand in small letters in `conversation_names`,
which triggers keep in step: an index of them would be written with every message, because last_at is indexed and changes.

Nothing is locked for long: the index is built beside the writers (for 500,000 messages in 18 s on two busy cores), so this migration is not one
transaction. Every step may be run again after it was interrupted.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FIND_ICU = "SELECT 1 FROM pg_collation WHERE collname = 'und-x-icu' AND pg_encoding_to_char(pg_char_to_encoding(getdatabaseencoding())) = 'UTF8'"
# Letters and digits only, so that PostgreSQL's parser sees no addresses, numbers with signs or hyphens; inbox/search.py cuts the question alike.
SMALL = "CREATE OR REPLACE FUNCTION small_letters(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT lower($1{icu}) $$"
WORDS = (
    "CREATE OR REPLACE FUNCTION words_of(text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$"
    " SELECT to_tsvector('simple'::regconfig, regexp_replace(lower($1{icu}), '[^[:alnum:]]+', ' ', 'g')) $$"
)
NAMES = (
    "CREATE TABLE IF NOT EXISTS conversation_names (conversation_id bigint PRIMARY KEY, words text NOT NULL)",
    "CREATE OR REPLACE FUNCTION keep_conversation_names() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " IF TG_OP = 'DELETE' THEN DELETE FROM conversation_names WHERE conversation_id = OLD.id;"
    " ELSIF NEW.name = '' AND NEW.contact = '' THEN DELETE FROM conversation_names WHERE conversation_id = NEW.id;"
    " ELSE INSERT INTO conversation_names VALUES (NEW.id, small_letters(NEW.name || E'\\n' || NEW.contact))"
    " ON CONFLICT (conversation_id) DO UPDATE SET words = EXCLUDED.words; END IF; RETURN NULL; END $$",
    "CREATE OR REPLACE TRIGGER conversation_named AFTER INSERT ON widget_conversation FOR EACH ROW"
    " WHEN (NEW.name <> '' OR NEW.contact <> '') EXECUTE FUNCTION keep_conversation_names()",
    "CREATE OR REPLACE TRIGGER conversation_renamed AFTER UPDATE OF name, contact ON widget_conversation FOR EACH ROW"
    " WHEN (NEW.name <> OLD.name OR NEW.contact <> OLD.contact) EXECUTE FUNCTION keep_conversation_names()",
    "CREATE OR REPLACE TRIGGER conversation_removed AFTER DELETE ON widget_conversation FOR EACH ROW"
    " WHEN (OLD.name <> '' OR OLD.contact <> '') EXECUTE FUNCTION keep_conversation_names()",
    "INSERT INTO conversation_names SELECT id, small_letters(name || E'\\n' || contact) FROM widget_conversation WHERE name <> '' OR contact <> ''"
    " ON CONFLICT DO NOTHING",
    # So that the first questions are planned by what there is.
    "ANALYZE conversation_names",
)
INDEX = (
    # What an interrupted building left.
    "DROP INDEX CONCURRENTLY IF EXISTS message_words_of",
    "CREATE INDEX CONCURRENTLY message_words_of ON widget_message USING gin (words_of(text))",
    "DROP INDEX CONCURRENTLY IF EXISTS message_words",
)
UNDO = (
    "DROP INDEX CONCURRENTLY IF EXISTS message_words",
    "CREATE INDEX CONCURRENTLY message_words ON widget_message USING gin (to_tsvector('simple', regexp_replace(text, '[^[:alnum:]]+', ' ', 'g')))",
    "DROP INDEX CONCURRENTLY IF EXISTS message_words_of",
    *(f"DROP TRIGGER IF EXISTS conversation_{what} ON widget_conversation" for what in ("named", "renamed", "removed")),
    "DROP FUNCTION IF EXISTS keep_conversation_names",
    "DROP TABLE IF EXISTS conversation_names",
    "DROP FUNCTION IF EXISTS words_of",
    "DROP FUNCTION IF EXISTS small_letters",
)


def make(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor != "postgresql":
        return
    with editor.connection.cursor() as cursor:
        cursor.execute(FIND_ICU)
        icu = ' COLLATE "und-x-icu"' if cursor.fetchone() else ""
    for statement in (SMALL.format(icu=icu), WORDS.format(icu=icu), *NAMES, *INDEX):
        editor.execute(statement)


def drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        for statement in UNDO:
            editor.execute(statement)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("widget", "0016_invitations")]
    operations = [migrations.RunPython(make, drop)]
