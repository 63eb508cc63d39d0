"""Kanal's only Django app: a chat channel a business owns. README.md in this folder is the map."""
