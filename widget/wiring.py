"""The only list of what plugs into what. Called once by apps.py when the models are loaded."""

from widget.jobs import pruning, schedule, tasks, worker
from widget.lib import lifecycle
from widget.ops.alerts import delivery as alerts
from widget.privacy import retention


def connect() -> None:
    """Fills the tables that lower floors keep for higher ones."""
    _connect_jobs()


def _connect_jobs() -> None:
    tasks.register("jobs.prune", pruning.forget_finished)
    tasks.register("alert.visitor_waits", alerts.visitor_waits)
    tasks.register("alert.provider_failed", alerts.provider_failed)
    tasks.register("alert.budget_reached", alerts.budget_reached)
    tasks.register("alert.deliver", alerts.deliver, attempts=alerts.ATTEMPTS)
    tasks.register("alert.prune", alerts.forget_marks)
    tasks.register("privacy.retention", retention.remove_old, seconds=300)
    schedule.register_daily("privacy.retention", 3)
    schedule.register_daily("jobs.prune", 4)
    schedule.register_daily("alert.prune", 4)
    lifecycle.on_start("jobs", worker.start)
    lifecycle.on_drain("jobs", worker.stop)
