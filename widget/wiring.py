"""The only list of what plugs into what. Called once by apps.py when the models are loaded."""


def connect() -> None:
    """Fills the tables that lower floors keep for higher ones."""
