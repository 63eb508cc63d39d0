"""Table of contents of the admin: importing each subject's admin.py registers its pages."""
