"""What happened at a site, counted by day: figures, charts, tables to download."""
