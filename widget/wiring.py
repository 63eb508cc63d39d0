"""The only list of what plugs into what. Called once by apps.py when the models are loaded."""

from widget.jobs import pruning, schedule, tasks


def connect() -> None:
    """Fills the tables that lower floors keep for higher ones."""
    _connect_jobs()


def _connect_jobs() -> None:
    tasks.register("jobs.prune", pruning.forget_finished)
    schedule.register_daily("jobs.prune", 4)
