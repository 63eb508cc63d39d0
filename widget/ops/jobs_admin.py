"""The page of background work: what waits, what failed and why, and a way to run it again. Stands in for django-tasks-db's page, which speaks English only."""

from datetime import datetime
from typing import Any
from uuid import UUID

import django_tasks_db.admin  # noqa: F401  (registers the page that is taken off below)
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from widget.jobs import queue
from widget.jobs.models import BackgroundJob
from widget.jobs.tasks import ring
from widget.sites.admin_base import KanalAdmin

STATES = {queue.READY: _("waiting"), queue.RUNNING: _("running"), queue.SUCCESSFUL: _("done"), queue.FAILED: _("failed")}

admin.site.unregister(DBTaskResult)


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(STATES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[BackgroundJob]) -> QuerySet[BackgroundJob]:
        return queryset.filter(status=self.value()) if self.value() in STATES else queryset


@admin.register(BackgroundJob)
class BackgroundJobAdmin(KanalAdmin):
    purpose = _("Work the server does on the side: alerts, nightly tidying. What fails is tried again by itself; what was given up can be run again here.")
    empty_hint = _("No background work yet.")
    list_display = ("job", "state", "attempts", "queued", "failure")
    list_filter = (StateFilter,)
    fields = ("job", "state", "attempts", "queued", "started", "finished", "details")
    readonly_fields = fields
    actions = ("run_again",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: BackgroundJob | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: BackgroundJob | None = None) -> bool:
        return False

    def has_run_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("widget.change_backgroundjob")

    @admin.display(description=_("job"))
    def job(self, row: BackgroundJob) -> str:
        name, *args = row.args_kwargs["args"] or [row.task_path]
        return f"{name} {', '.join(str(argument) for argument in args)}".strip()

    @admin.display(description=_("state"), ordering="status")
    def state(self, row: BackgroundJob) -> str:
        return str(STATES.get(row.status, row.status))

    @admin.display(description=_("attempts"))
    def attempts(self, row: BackgroundJob) -> int:
        return len(row.worker_ids)

    # The names of these three are not translated where they come from.
    @admin.display(description=_("queued"), ordering="enqueued_at")
    def queued(self, row: BackgroundJob) -> datetime | None:
        return row.enqueued_at

    @admin.display(description=_("started"))
    def started(self, row: BackgroundJob) -> datetime | None:
        return row.started_at

    @admin.display(description=_("finished"))
    def finished(self, row: BackgroundJob) -> datetime | None:
        return row.finished_at

    @admin.display(description=_("last failure"))
    def failure(self, row: BackgroundJob) -> str:
        """The last line of a traceback says what happened: without the path of the exception's class where it has one."""
        line = row.traceback.strip().rpartition("\n")[2]
        return line.removeprefix(f"{row.exception_class_path}: ") or self.get_empty_value_display()

    @admin.display(description=_("details of the failure"))
    def details(self, row: BackgroundJob) -> str:
        return format_html("<pre>{}</pre>", row.traceback) if row.traceback else self.get_empty_value_display()

    @admin.action(description=_("Run again"), permissions=["run"])
    def run_again(self, request: HttpRequest, queryset: QuerySet[BackgroundJob]) -> None:
        again = sum(queue.run_again(UUID(str(pk))) for pk in queryset.values_list("pk", flat=True))
        ring()
        if again:
            said = ngettext("%(count)d job runs again.", "%(count)d jobs run again.", again) % {"count": again}
            self.message_user(request, said, messages.SUCCESS)
        else:
            self.message_user(request, gettext("Only jobs that were given up can be run again."), messages.WARNING)
