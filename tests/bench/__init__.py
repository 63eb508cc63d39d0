"""What Kanal costs and how fast it is, measured against a bare relay run in the same breath. `python -m tests.bench`, or `make bench`."""
