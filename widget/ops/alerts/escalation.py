"""How a waiting visitor is made known, one step after the other until somebody takes the talk.

First whoever has the inbox open and is not away hears it there; then the phones of the others ring (`ringers`, filled by wiring.py); after the site's
minutes without a reaction the site's alerts go out, and the phones of those who did hear it. Where nobody is there to hear, the alerts go at once. All of it
are jobs, each of which looks at the conversation as it is by then. Called by conversations/takeover.py through the job `alert.visitor_waits`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db import transaction

from widget.conversations import presence
from widget.conversations.models import Conversation
from widget.jobs.tasks import enqueue
from widget.ops.alerts import delivery, night, wording
from widget.ops.alerts.models import AlertTarget, claim
from widget.sites.members import holders

ANSWERING = "widget.change_conversation"
# A flood of visitors (or of one script) must not become a flood of e-mails.
WAITS_PER_HOUR = 30

# (site, event, subject, occurrence, people to leave out) -> whether somebody hears of it now. Everybody is told once of the same, however often it is called.
Ringer = Callable[[int, str, int, str, Collection[int]], bool]
ringers: list[Ringer] = []


@dataclass(frozen=True)
class Staff:
    """Who may answer at a site and was seen lately with the inbox open, and who said that they are away."""

    present: frozenset[int]
    away: frozenset[int]


def staff_of(site_id: int) -> Staff:
    seen = presence.of(holders(ANSWERING, site_id).values_list("pk", flat=True)).values()
    return Staff(frozenset(one.user_id for one in seen if one.online and not one.away), frozenset(one.user_id for one in seen if one.away))


def visitor_waits(conversation_id: int) -> None:
    """Job: the first step. Once per wait, whatever the caller's key was."""
    conversation = Conversation.objects.select_related("site").filter(pk=conversation_id, handler=Conversation.Handler.WAITING).first()
    if conversation is None:
        return
    with transaction.atomic():
        if not claim(f"wait:{conversation_id}:{wording.wait_of(conversation)}", seconds=86_400 * delivery.MARK_DAYS):
            return
        if claim(f"waits:{conversation.site_id}", 3600, most=WAITS_PER_HOUR):
            _begin(conversation)
        else:
            _one_of_many(conversation)


def ring_phones(conversation_id: int, wait: str) -> None:
    """Job: the second step, where the site lets the open inbox ring alone for some minutes."""
    conversation = _still(conversation_id, wait)
    if conversation is not None:
        with transaction.atomic():
            staff = staff_of(conversation.site_id)
            _ring(conversation, staff.present | staff.away)


def tell_targets(conversation_id: int, wait: str) -> None:
    """Job: the last step. Whoever was there and did not react hears it on the phone as well."""
    conversation = _still(conversation_id, wait)
    if conversation is not None:
        with transaction.atomic():
            _ring(conversation, staff_of(conversation.site_id).away)
            _tell(conversation)


def nobody_accepts(conversation_id: int) -> None:
    """Job of conversations/waits.py. The same wait a second time, when nobody took the visitor over; a flood is not repeated, and nobody is woken."""
    conversation = Conversation.objects.select_related("site").filter(pk=conversation_id, handler=Conversation.Handler.WAITING).first()
    if conversation is None:
        return
    wait, site_id = wording.wait_of(conversation), conversation.site_id
    with transaction.atomic():
        if not claim(f"again:{conversation_id}:{wait}", seconds=86_400 * delivery.MARK_DAYS) or not claim(f"waits:{site_id}", 3600, most=WAITS_PER_HOUR):
            return
        _ring(conversation, staff_of(site_id).away, "still_waits")
        delivery.tell(night.awake(conversation.site, _targets(site_id)), "visitor_waits", conversation_id, wording.AGAIN, wait)


def _begin(conversation: Conversation) -> None:
    site, wait = conversation.site, wording.wait_of(conversation)
    staff = staff_of(site.pk)
    key = f"{conversation.pk}:{wait}"
    if staff.present and site.push_minutes:
        enqueue("alert.ring_phones", conversation.pk, wait, key=key, delay_seconds=site.push_minutes * 60)
        heard = True
    else:
        heard = _ring(conversation, staff.present | staff.away) or bool(staff.present)
    if heard and site.alert_minutes:
        enqueue("alert.tell_targets", conversation.pk, wait, key=key, delay_seconds=site.alert_minutes * 60)
    else:
        _tell(conversation)


def _one_of_many(conversation: Conversation) -> None:
    """Too many to announce each: once an hour it is said that there are many."""
    site = conversation.site
    night.keep(site, _targets(site.pk))
    if claim(f"many:{site.pk}", 3600):
        now = delivery.now()
        for ringer in ringers:
            ringer(site.pk, "many_wait", site.pk, now, staff_of(site.pk).away)
        delivery.tell(night.awake(site, _targets(site.pk)), "many_wait", site.pk, "", now)


def _ring(conversation: Conversation, skip: Collection[int], event: str = "visitor_waits") -> bool:
    return any([ringer(conversation.site_id, event, conversation.pk, wording.wait_of(conversation), skip) for ringer in ringers])


def _tell(conversation: Conversation) -> None:
    targets = _targets(conversation.site_id)
    night.keep(conversation.site, targets)
    delivery.tell(night.awake(conversation.site, targets), "visitor_waits", conversation.pk, "", wording.wait_of(conversation))


def _targets(site_id: int) -> list[AlertTarget]:
    return list(AlertTarget.objects.reachable().filter(site=site_id, on_waiting=True))


def _still(conversation_id: int, wait: str) -> Conversation | None:
    """None when somebody took it, or another wait has begun, which has steps of its own."""
    conversation = Conversation.objects.select_related("site").filter(pk=conversation_id, handler=Conversation.Handler.WAITING).first()
    return conversation if conversation is not None and wording.wait_of(conversation) == wait else None
