"""What the business knows: entries, the index over them, and the search that finds the right one and says how sure it is."""
