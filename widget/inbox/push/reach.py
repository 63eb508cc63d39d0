"""Who hears on which phone that a visitor waits. `ring` is what ops/alerts/escalation.py calls (by wiring.py); the rest are the jobs it enqueues.

Rights are asked when a notice leaves: whoever lost the role meanwhile gets nothing. In a person's quiet hours it is kept for one summary at their end.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone, translation

from widget.inbox.push import sending, wording
from widget.inbox.push.models import PushDevice, PushNotice, PushWish, wish_of
from widget.inbox.push.sending import Notice
from widget.jobs.tasks import enqueue
from widget.sites.members import access_of, holders
from widget.sites.models import Site

ANSWERING = "widget.change_conversation"
STILL_WAITS = "still_waits"
WAITS = ("visitor_waits", STILL_WAITS)
ATTEMPTS = 5
NOTICE_DAYS = 30


def ring(site_id: int, event: str, subject: int, occurrence: str, skip: Collection[int]) -> bool:
    """Tells everybody who may answer at the site, but `skip`. True when a phone rings that was not told of this before.

    Each person once for an event, subject and occurrence, however often it is called. Call it in a transaction.
    """
    devices = PushDevice.objects.reachable().filter(user__in=holders(ANSWERING, site_id)).exclude(user__in=skip).order_by("pk")
    theirs: dict[int, list[int]] = {}
    for device in devices:
        theirs.setdefault(device.user_id, []).append(device.pk)
    about = f"{event}:{subject}:{occurrence}"
    return any([_tell(user_id, pks, about, (event, subject, occurrence)) for user_id, pks in theirs.items()])


def _tell(user_id: int, devices: Iterable[int], about: str, what: tuple[str, int, str]) -> bool:
    wish = wish_of(user_id)
    quiet = wish.end_of_quiet(timezone.now())
    if quiet is not None and what[0] == STILL_WAITS:
        # Its first notice is already kept for the morning, or was heard.
        return False
    if not _first(user_id, about, kept=quiet is not None):
        return False
    if quiet is not None:
        delay = (quiet - timezone.now()).total_seconds()
        enqueue("push.morning", user_id, quiet.isoformat(), key=f"{user_id}:{quiet.isoformat()}", delay_seconds=delay)
        return False
    for device in devices:
        enqueue("push.deliver", device, *what, key=f"{device}:{about}")
    return True


def _first(user_id: int, about: str, kept: bool) -> bool:
    known = PushNotice.objects.filter(user=user_id, about=about)
    if known.exists():
        return False
    made = PushNotice(user_id=user_id, about=about, kept=kept)
    PushNotice.objects.bulk_create([made], ignore_conflicts=True)
    # Of two processes the one whose row stands has told.
    return known.filter(at=made.at).exists()


def deliver(device_id: int, event: str, subject: int, occurrence: str) -> None:
    """Job: one notice to one device. Raises PushError, which says whether trying again makes sense."""
    device = PushDevice.objects.select_related("user", "key").filter(pk=device_id).first()
    if device is None:
        return
    with translation.override(device.language):
        notice = _notice(device, event, subject, occurrence)
    if notice is not None:
        sending.send(device, notice)


def morning(user_id: int, end: str) -> None:
    """Job: what was kept for a person in their quiet hours, as one notice."""
    with transaction.atomic():
        kept = PushNotice.objects.filter(user=user_id, kept=True)
        pks = list(kept.values_list("pk", flat=True))
        # The row count decides, so that a job that runs twice tells once.
        if not pks or PushNotice.objects.filter(pk__in=pks, kept=True).update(kept=False) != len(pks):
            return
        for device in PushDevice.objects.filter(user=user_id):
            enqueue("push.deliver", device.pk, "summary", len(pks), end, key=f"{device.pk}:summary:{end}")


def forget_notices() -> None:
    """Daily job."""
    PushNotice.objects.filter(at__lt=timezone.now() - timedelta(days=NOTICE_DAYS)).delete()


def _notice(device: PushDevice, event: str, subject: int, occurrence: str) -> Notice | None:
    """None where there is nothing to tell any more, or not to this person."""
    access = access_of(device.user)
    if event == "summary":
        return wording.summary(subject) if access.sites(ANSWERING) != frozenset() else None
    site = (Site.objects.filter(conversations=subject) if event in WAITS else Site.objects.filter(pk=subject)).first()
    if site is None or not site.active or not access.may(ANSWERING, site.pk):
        return None
    return wording.visitor_waits(subject, occurrence, _wants_preview(device), event == STILL_WAITS) if event in WAITS else wording.many_wait(site)


def _wants_preview(device: PushDevice) -> bool:
    return PushWish.objects.filter(user=device.user_id, preview=True).exists()
