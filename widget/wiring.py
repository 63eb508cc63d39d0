"""The only list of what plugs into what. Called once by apps.py when the models are loaded."""

from django.conf import settings

from widget.answering import budget
from widget.answering.runner import runner
from widget.answering.sweeper import sweeper
from widget.conversations import delivery
from widget.conversations.waits import waits
from widget.inbox import audit, line, returning, talks, tickets
from widget.inbox.insights import counting, not_needed
from widget.inbox.push import reach
from widget.jobs import pruning, queue, schedule, tasks, worker
from widget.knowledge import rebuild
from widget.knowledge.sources import due, running
from widget.knowledge.sources import removing as removing_sources
from widget.lib import lifecycle, readiness
from widget.lib.presence import presence
from widget.lib.standstill import standstill
from widget.ops import error_reports, vital_signs
from widget.ops.alerts import delivery as alerts
from widget.ops.alerts import escalation
from widget.ops.backup import freshness
from widget.ops.process_load import lag_watch
from widget.ops.watcher import watcher
from widget.privacy import retention
from widget.providers import health, registry, wires
from widget.realtime import operator, signs
from widget.realtime.board import board
from widget.realtime.desk import desks
from widget.realtime.doorbell import doorbell
from widget.realtime.hub import hub
from widget.realtime.online import online
from widget.realtime.virtual_socket import streams
from widget.realtime.watermark import watermark
from widget.realtime.withdrawal import withdrawal
from widget.sites import admin_base, removing


def connect() -> None:
    """Fills the tables that lower floors keep for higher ones."""
    # Ended last of all: what the other steps still have to say is read over it.
    lifecycle.on_drain("streams", streams.end_all)
    _connect_jobs()
    _connect_providers()
    _connect_processes()
    _connect_answering()
    _connect_operators()
    _connect_watching()
    admin_base.listeners.append(audit.heard)


def _connect_jobs() -> None:
    tasks.register("jobs.prune", pruning.forget_finished)
    tasks.register("alert.nobody_accepts", escalation.nobody_accepts)
    tasks.register("alert.visitor_waits", escalation.visitor_waits)
    tasks.register("alert.ring_phones", escalation.ring_phones)
    tasks.register("alert.tell_targets", escalation.tell_targets)
    tasks.register("alert.morning", alerts.morning)
    tasks.register("alert.provider_failed", alerts.provider_failed)
    tasks.register("alert.budget_reached", alerts.budget_reached)
    tasks.register("alert.installation", alerts.installation)
    tasks.register("alert.deliver", alerts.deliver, attempts=alerts.ATTEMPTS)
    tasks.register("alert.prune", alerts.forget_marks)
    tasks.register("push.deliver", reach.deliver, attempts=reach.ATTEMPTS)
    tasks.register("push.morning", reach.morning)
    tasks.register("push.prune", reach.forget_notices)
    tasks.register("privacy.retention", retention.remove_old, seconds=300)
    tasks.register("answering.counts", budget.forget_old_counts)
    tasks.register("return.mail", returning.send_mail)
    tasks.register("insights.days", counting.count_missing, seconds=300)
    tasks.register("insights.forget", not_needed.forget_old, seconds=60)
    tasks.register("knowledge.prune", rebuild.forget_deleted, seconds=3600, lane=queue.SLOW)
    tasks.register(running.JOB, running.run, attempts=running.JOB_ATTEMPTS, seconds=running.SECONDS + 600, lane=queue.SLOW)
    tasks.register(removing_sources.JOB, removing_sources.finish, seconds=3600, lane=queue.SLOW)
    tasks.register(removing.JOB, removing.finish, seconds=300)
    removing.clearers.append(removing_sources.clear_of_site)
    tasks.register("knowledge.due", due.start_due)
    schedule.register_daily("knowledge.due", 2)
    # Before retention removes what is to be counted.
    schedule.register_daily("insights.days", 1)
    schedule.register_daily("insights.forget", 2)
    tasks.register("audit.prune", audit.forget_old)
    schedule.register_daily("audit.prune", 4)
    schedule.register_daily("privacy.retention", 3)
    schedule.register_daily("answering.counts", 3)
    schedule.register_daily("jobs.prune", 4)
    schedule.register_daily("alert.prune", 4)
    schedule.register_daily("push.prune", 4)
    schedule.register_daily("knowledge.prune", 4)
    escalation.ringers.append(reach.ring)
    lifecycle.on_start("jobs", worker.start)
    lifecycle.on_drain("jobs", worker.stop)


def _connect_providers() -> None:
    wires.register("chat", "widget.providers.openai_wire")
    lifecycle.on_start("standstill", standstill.start)
    lifecycle.on_drain("standstill", standstill.stop)
    lifecycle.on_start("model client", _load_model_client)
    lifecycle.on_drain("model client", wires.close_clients)
    lifecycle.on_drain("providers' health", health.settle)


async def _load_model_client() -> None:
    """In the background: serving need not wait for it."""
    if await registry.any_provider():
        wires.load_soon("chat")


def _connect_processes() -> None:
    """Without REDIS_URL there is no bell, and nothing of it is loaded; the watermark finds what other processes wrote."""
    lifecycle.on_start("presence", presence.start)
    lifecycle.on_drain("presence", presence.stop)
    if settings.REDIS_URL:
        delivery.listeners.append(doorbell.ring)
        signs.carriers.append(doorbell.carry)
        lifecycle.on_start("doorbell", _hang_doorbell)
        lifecycle.on_drain("doorbell", doorbell.stop)
        readiness.register("redis", doorbell.trouble, essential=False)


async def _hang_doorbell() -> None:
    await doorbell.start(settings.REDIS_URL, settings.SECRET_KEY)


def _connect_answering() -> None:
    delivery.sinks["web"] = hub
    delivery.listeners.append(runner.heard)
    lifecycle.on_start("sweeper", _start_sweeper)
    lifecycle.on_start("watermark", watermark.looks.start)
    lifecycle.on_drain("watermark", watermark.looks.stop)
    lifecycle.on_start("withdrawn sites", withdrawal.looks.start)
    lifecycle.on_drain("withdrawn sites", withdrawal.looks.stop)
    lifecycle.on_start("waits nobody accepts", waits.looks.start)
    lifecycle.on_drain("waits nobody accepts", waits.looks.stop)
    # Ended last first: nobody takes up another answer while the running ones come to their end.
    lifecycle.on_drain("answers", runner.drain)
    lifecycle.on_drain("sweeper", sweeper.stop)


def _connect_operators() -> None:
    board.issue, board.admit, board.standing = tickets.issue_to, tickets.admit, tickets.standing
    board.ready, board.round, board.talk = line.ready, talks.round_of, talks.find
    board.opened = audit.opened
    operator.handlers.update(line.HANDLERS)
    delivery.listeners.append(desks.heard)
    signs.touched.append(desks.touch)
    online.touched.append(desks.touch)
    lifecycle.on_start("operators", desks.looks.start)
    lifecycle.on_drain("operators", desks.looks.stop)


async def _start_sweeper() -> None:
    await sweeper.start(sole=lifecycle.is_sole())


def _connect_watching() -> None:
    if settings.SENTRY_DSN:
        error_reports.start(settings.SENTRY_DSN)
    readiness.register("database", vital_signs.database)
    readiness.register("disk", vital_signs.disk)
    readiness.register("jobs", vital_signs.jobs, essential=False)
    readiness.register("models", vital_signs.models, essential=False)
    if settings.BACKUP_DIR:
        readiness.register("backups", freshness.trouble, essential=False)
    lifecycle.on_start("lag watch", lag_watch.start)
    lifecycle.on_start("watcher", watcher.looks.start)
    lifecycle.on_drain("watcher", watcher.looks.stop)
    lifecycle.on_drain("lag watch", lag_watch.stop)
