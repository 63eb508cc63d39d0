"""The jobs behind alerts: who is to be told (fan-out), and one delivery to one of them. Registered by wiring.py, enqueued by conversations and providers.

Each delivery is a job of its own with its own key and retries, so a target that is away never repeats the alert to the others.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from uuid import NAMESPACE_OID, uuid4, uuid5

from django.db import transaction
from django.utils import timezone, translation

from widget.conversations.models import Conversation
from widget.jobs.tasks import enqueue
from widget.ops.alerts import mail, telegram, webhook, wording
from widget.ops.alerts.errors import AlertError
from widget.ops.alerts.models import AlertMark, AlertTarget, claim
from widget.ops.alerts.wording import Alert
from widget.providers.models import Provider
from widget.sites.models import Site

PROVIDER_SECONDS = 15 * 60
# A flood of visitors (or of one script) must not become a flood of e-mails.
WAITS_PER_HOUR = 30
ATTEMPTS = 8
MARK_DAYS = 30

Sender = Callable[[AlertTarget, Alert, str], None]
SENDERS: dict[str, Sender] = {
    AlertTarget.Kind.EMAIL: mail.send,
    AlertTarget.Kind.TELEGRAM: telegram.send,
    AlertTarget.Kind.WEBHOOK: webhook.send,
}


def visitor_waits(conversation_id: int) -> None:
    """Job. Once per wait, whatever the caller's key was."""
    conversation = Conversation.objects.filter(pk=conversation_id, handler=Conversation.Handler.WAITING).first()
    if conversation is None:
        return
    targets = AlertTarget.objects.reachable().filter(site=conversation.site_id, on_waiting=True)
    with transaction.atomic():
        if not claim(f"wait:{conversation_id}:{wording.wait_of(conversation)}", seconds=86_400 * MARK_DAYS):
            return
        if claim(f"waits:{conversation.site_id}", 3600, most=WAITS_PER_HOUR):
            _tell(targets, "visitor_waits", conversation_id, "", wording.wait_of(conversation))
        elif claim(f"many:{conversation.site_id}", 3600):
            _tell(targets, "many_wait", conversation.site_id, "", _now())


def nobody_accepts(conversation_id: int) -> None:
    """Job. The same wait a second time, when nobody took the visitor over; a flood is not repeated."""
    conversation = Conversation.objects.filter(pk=conversation_id, handler=Conversation.Handler.WAITING).first()
    if conversation is None:
        return
    targets = AlertTarget.objects.reachable().filter(site=conversation.site_id, on_waiting=True)
    wait = wording.wait_of(conversation)
    with transaction.atomic():
        if claim(f"again:{conversation_id}:{wait}", seconds=86_400 * MARK_DAYS) and claim(f"waits:{conversation.site_id}", 3600, most=WAITS_PER_HOUR):
            _tell(targets, "visitor_waits", conversation_id, wording.AGAIN, wait)


def provider_failed(provider_id: int, code: str) -> None:
    """Job. At most once in a quarter of an hour per provider and code; one address hears it once, however many sites it looks after."""
    with transaction.atomic():
        if claim(f"provider:{provider_id}:{code}"[:200], PROVIDER_SECONDS):
            _tell(_who_cares_for(provider_id), "provider_failed", provider_id, code, _now())


def budget_reached(site_id: int, scope: str) -> None:
    """Job. Once per day of the site and scope."""
    site = Site.objects.filter(pk=site_id).first()
    if site is None:
        return
    day = timezone.localdate(timezone=site.zone).isoformat()
    _tell(AlertTarget.objects.reachable().filter(site=site, on_provider_failed=True), "budget_reached", site_id, scope, day)


def installation(check: str) -> None:
    """Job. The installation serves all sites: one address hears it once, however many of them it looks after."""
    targets = AlertTarget.objects.reachable().filter(on_provider_failed=True).order_by("pk")
    _tell({(target.kind, target.address): target for target in targets}.values(), "installation", 0, check, timezone.localdate().isoformat())


def deliver(target_id: int, event: str, subject: int, detail: str, occurrence: str) -> None:
    """Job: one alert to one target. Raises AlertError, which says whether trying again makes sense."""
    target = AlertTarget.objects.select_related("site").filter(pk=target_id, active=True).first()
    if target is None:
        return
    with translation.override(target.site.language):
        alert = wording.MAKERS[event](target.site, subject, detail, occurrence)
        if alert is not None:
            send(target, alert, str(uuid5(NAMESPACE_OID, _key(target_id, event, subject, detail, occurrence))))


def send_test(target: AlertTarget) -> None:
    """At once, in the caller's language. Raises AlertError."""
    send(target, wording.test(target.site), str(uuid4()))


def send(target: AlertTarget, alert: Alert, delivery_id: str) -> None:
    """Sends, and notes at the target how it went. Raises AlertError."""
    rows = AlertTarget.objects.filter(pk=target.pk)
    try:
        SENDERS[target.kind](target, alert, delivery_id)
    except AlertError as error:
        rows.update(last_error=str(error)[:500])
        raise
    rows.update(last_ok_at=timezone.now(), last_error="")


def forget_marks() -> None:
    """Daily job: what was told long ago need not be remembered."""
    AlertMark.objects.filter(since__lt=timezone.now() - timedelta(days=MARK_DAYS)).delete()


def _who_cares_for(provider_id: int) -> Iterable[AlertTarget]:
    targets = AlertTarget.objects.reachable().filter(on_provider_failed=True).order_by("pk")
    site_id = Provider.objects.filter(pk=provider_id).values_list("site_id", flat=True).first()
    if site_id is not None:
        targets = targets.filter(site=site_id)
    return {(target.kind, target.address): target for target in targets}.values()


def _tell(targets: Iterable[AlertTarget], event: str, subject: int, detail: str, occurrence: str) -> None:
    for target in targets:
        enqueue("alert.deliver", target.pk, event, subject, detail, occurrence, key=_key(target.pk, event, subject, detail, occurrence))


def _key(*parts: int | str) -> str:
    return ":".join(str(part) for part in parts)


def _now() -> str:
    return timezone.now().isoformat()
