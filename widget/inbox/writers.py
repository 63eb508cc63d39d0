"""Who of the team wrote a reply, as the audit log has it: a message keeps only the name that its visitor was shown, which may be empty, or another's too.

Called by listing.py and talks.py, on database threads. A reply from before the audit log, or forgotten by it, has no writer here.
"""

from collections.abc import Iterable

from widget.conversations.models import Message
from widget.inbox import audit
from widget.inbox.models import AuditEntry

MOST = 200


def of(replies: Iterable[tuple[int, str, int]]) -> dict[tuple[int, str], int]:
    """From (conversation, id of the message, site) to the person's id by (conversation, id of the message)."""
    keys = {f"{audit.once_of(pk, row_id)}:{site}": (pk, row_id) for pk, row_id, site in replies}
    if not keys:
        return {}
    found = AuditEntry.objects.filter(once__in=list(keys)).values_list("once", "user_id")
    return {keys[once]: user for once, user in found if once and user}


def in_talk(pk: int, site_id: int) -> dict[int, int]:
    """The person's id by the number of the reply, for the last ones."""
    rows = list(Message.objects.filter(conversation=pk, author="operator").order_by("-seq").values_list("client_id", "seq")[:MOST])
    known = of((pk, row_id, site_id) for row_id, _ in rows)
    return {seq: known[pk, row_id] for row_id, seq in rows if (pk, row_id) in known}
