"""What must hold under kills, cuts and resends, counted in trials against the shipped server. `make promises` runs the full counts."""
