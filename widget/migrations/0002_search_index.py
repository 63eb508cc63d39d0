"""The search index of knowledge/: tables that no model describes, since FTS5 knows no models; each database gets its own."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE = (
    # Normalised words only, so plain ascii cutting at spaces is all that is needed. The scope is for filtering and has no weight.
    "CREATE VIRTUAL TABLE knowledge_index USING fts5(scope, asked, answered, tokenize = 'ascii')",
    "INSERT INTO knowledge_index (knowledge_index, rank) VALUES ('rank', 'bm25(0.0, 3.0, 1.0)')",
    "CREATE TABLE knowledge_word (scope TEXT NOT NULL, word TEXT NOT NULL, documents INTEGER NOT NULL, PRIMARY KEY (scope, word)) WITHOUT ROWID",
    "CREATE TABLE knowledge_spelt (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE)",
    "CREATE VIRTUAL TABLE knowledge_spelling USING fts5(word, content = 'knowledge_spelt', content_rowid = 'id', tokenize = 'trigram')",
    "CREATE TRIGGER knowledge_spelt_filed AFTER INSERT ON knowledge_spelt BEGIN"
    " INSERT INTO knowledge_spelling (rowid, word) VALUES (new.id, new.word); END",
)
POSTGRESQL = (
    "CREATE TABLE knowledge_index (entry_id bigint PRIMARY KEY, scope text NOT NULL, asked text NOT NULL, answered text NOT NULL, words tsvector NOT NULL)",
    "CREATE INDEX knowledge_index_scope ON knowledge_index (scope)",
    # Entered at once: a search would have to go through what waits.
    "CREATE INDEX knowledge_index_words ON knowledge_index USING gin (words) WITH (fastupdate = off)",
    'CREATE TABLE knowledge_word (scope text COLLATE "C" NOT NULL, word text COLLATE "C" NOT NULL, documents bigint NOT NULL, PRIMARY KEY (scope, word))',
    'CREATE TABLE knowledge_spelling (trigram text COLLATE "C" NOT NULL, word text COLLATE "C" NOT NULL, PRIMARY KEY (trigram, word))',
)
MAKE = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
DROP = ("knowledge_spelling", "knowledge_spelt", "knowledge_word", "knowledge_index")


def make(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in MAKE[editor.connection.vendor]:
        editor.execute(statement)


def drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for table in DROP:
        editor.execute(f"DROP TABLE IF EXISTS {table}")


class Migration(migrations.Migration):
    dependencies = [("widget", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]
