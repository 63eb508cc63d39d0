"""System checks: what must be true of an installation before it serves. Loaded by apps.py."""
