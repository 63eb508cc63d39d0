"""The jobs behind alerts: who is to be told (fan-out), and one delivery to one of them. Registered by wiring.py, enqueued by escalation.py and providers.

Each delivery is a job of its own with its own key and retries, so a target that is away never repeats the alert to the others.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from uuid import NAMESPACE_OID, uuid4, uuid5

from django.db import transaction
from django.utils import timezone, translation

from widget.jobs.tasks import enqueue
from widget.ops.alerts import mail, night, telegram, webhook, wording
from widget.ops.alerts.errors import AlertError
from widget.ops.alerts.models import AlertMark, AlertTarget, claim
from widget.ops.alerts.wording import Alert
from widget.providers.models import Provider
from widget.sites.models import Site

PROVIDER_SECONDS = 15 * 60
ATTEMPTS = 8
MARK_DAYS = 30

Sender = Callable[[AlertTarget, Alert, str], None]
SENDERS: dict[str, Sender] = {
    AlertTarget.Kind.EMAIL: mail.send,
    AlertTarget.Kind.TELEGRAM: telegram.send,
    AlertTarget.Kind.WEBHOOK: webhook.send,
}


def morning(site_id: int, end: str) -> None:
    """Job: what came in the quiet hours that ended then, in one alert."""
    count = night.kept(site_id, end)
    if count:
        tell(night.sleepers(site_id), "night", site_id, str(count), end)


def provider_failed(provider_id: int, code: str) -> None:
    """Job. At most once in a quarter of an hour per provider and code; one address hears it once, however many sites it looks after."""
    with transaction.atomic():
        if claim(f"provider:{provider_id}:{code}"[:200], PROVIDER_SECONDS):
            _tell_awake(_who_cares_for(provider_id), "provider_failed", provider_id, code, now())


def budget_reached(site_id: int, scope: str) -> None:
    """Job. Once per day of the site and scope."""
    site = Site.objects.filter(pk=site_id).first()
    if site is None:
        return
    day = timezone.localdate(timezone=site.zone).isoformat()
    _tell_awake(AlertTarget.objects.reachable().select_related("site").filter(site=site, on_provider_failed=True), "budget_reached", site_id, scope, day)


def installation(check: str) -> None:
    """Job. The installation serves all sites: one address hears it once, however many of them it looks after. It does not wait for the morning."""
    targets = AlertTarget.objects.reachable().filter(on_provider_failed=True).order_by("pk")
    tell({(target.kind, target.address): target for target in targets}.values(), "installation", 0, check, timezone.localdate().isoformat())


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
    targets = AlertTarget.objects.reachable().select_related("site").filter(on_provider_failed=True).order_by("pk")
    site_id = Provider.objects.filter(pk=provider_id).values_list("site_id", flat=True).first()
    if site_id is not None:
        targets = targets.filter(site=site_id)
    return {(target.kind, target.address): target for target in targets}.values()


def tell(targets: Iterable[AlertTarget], event: str, subject: int, detail: str, occurrence: str, delay_seconds: float = 0) -> None:
    """One job for each; the same again is one with it."""
    for target in targets:
        key = _key(target.pk, event, subject, detail, occurrence)
        enqueue("alert.deliver", target.pk, event, subject, detail, occurrence, key=key, delay_seconds=delay_seconds)


def _tell_awake(targets: Iterable[AlertTarget], event: str, subject: int, detail: str, occurrence: str) -> None:
    """In the quiet hours of its site a target hears it at their end, and each of a kind once."""
    for target in targets:
        end = None if target.at_night else night.ends(target.site)
        if end is None:
            tell([target], event, subject, detail, occurrence)
        else:
            tell([target], event, subject, detail, end.isoformat(), (end - timezone.now()).total_seconds())


def _key(*parts: int | str) -> str:
    return ":".join(str(part) for part in parts)


def now() -> str:
    return timezone.now().isoformat()
