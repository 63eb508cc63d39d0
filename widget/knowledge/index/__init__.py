"""The search index: which words each live entry holds, stored in the database in use and, for small sites, kept in memory. Truth stays with the entries."""
