"""One file that holds a whole installation, encrypted: made while it runs, put back while it stands still."""
