"""The tables of background work that django-tasks-db lacks: signs of life and the daily schedule. Written by reaper.py and schedule.py.

Beside them its own table under a name of ours, for the admin.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult


class WorkerBeat(models.Model):
    """A worker's sign of life: `beat` rises while it runs a job. Others compare it with what they saw on their own clock."""

    worker_id = models.CharField(_("worker"), max_length=64, primary_key=True, editable=False)
    beat = models.PositiveBigIntegerField(default=0, editable=False)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return self.worker_id


class Schedule(models.Model):
    """The last day a daily job was enqueued for, so that a missed day is caught up once and no day is done twice."""

    name = models.CharField(_("job"), max_length=100, primary_key=True, editable=False)
    last_day = models.DateField(_("last day"), editable=False)

    class Meta:
        verbose_name = _("daily job")
        verbose_name_plural = _("daily jobs")

    def __str__(self) -> str:
        return self.name


class BackgroundJob(DBTaskResult):  # type: ignore[misc]
    """A row of the queue under a name that can be translated: for the admin only, everything else goes through queue.py."""

    class Meta:
        proxy = True
        verbose_name = _("background job")
        verbose_name_plural = _("background jobs")
        ordering = ("-enqueued_at",)
