"""Gives a page its chat: the script, the settings it starts with, the hosted page, and the demo shop."""
