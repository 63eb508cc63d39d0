"""Table of contents of the admin: importing each subject's admin.py registers its pages."""

from widget.inbox import admin as inbox
from widget.inbox import audit_admin as audit
from widget.inbox import desk_admin, people
from widget.knowledge.pages import entries as knowledge
from widget.knowledge.pages import questions, sources
from widget.ops import jobs_admin as jobs
from widget.ops.alerts import admin as alerts
from widget.providers import admin as providers
from widget.rules import admin as rules
from widget.sites import admin as sites

__all__ = ["alerts", "audit", "desk_admin", "inbox", "jobs", "knowledge", "people", "providers", "questions", "rules", "sites", "sources"]
