"""The search index of knowledge/: tables that no model describes, since FTS5 knows no models. PostgreSQL gets its own here when it comes."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

MAKE = (
    # Normalised words only, so plain ascii cutting at spaces is all that is needed. The scope is for filtering and has no weight.
    "CREATE VIRTUAL TABLE knowledge_index USING fts5(scope, asked, answered, tokenize = 'ascii')",
    "INSERT INTO knowledge_index (knowledge_index, rank) VALUES ('rank', 'bm25(0.0, 3.0, 1.0)')",
    "CREATE TABLE knowledge_word (scope TEXT NOT NULL, word TEXT NOT NULL, documents INTEGER NOT NULL, PRIMARY KEY (scope, word)) WITHOUT ROWID",
    "CREATE TABLE knowledge_spelt (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE)",
    "CREATE VIRTUAL TABLE knowledge_spelling USING fts5(word, content = 'knowledge_spelt', content_rowid = 'id', tokenize = 'trigram')",
    "CREATE TRIGGER knowledge_spelt_filed AFTER INSERT ON knowledge_spelt BEGIN"
    " INSERT INTO knowledge_spelling (rowid, word) VALUES (new.id, new.word); END",
)
DROP = ("knowledge_spelling", "knowledge_spelt", "knowledge_word", "knowledge_index")


def make(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor != "sqlite":
        raise NotImplementedError("Kanal's search index exists for SQLite so far. Set DATABASES back to SQLite to go on.")
    for statement in MAKE:
        editor.execute(statement)


def drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for table in DROP:
        editor.execute(f"DROP TABLE IF EXISTS {table}")


class Migration(migrations.Migration):
    dependencies = [("widget", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]
