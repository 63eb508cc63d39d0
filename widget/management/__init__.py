"""What `manage.py` can do for an installation."""
