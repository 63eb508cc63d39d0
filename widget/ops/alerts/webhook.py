"""Alerts as signed webhooks. Called by delivery.py; the request goes out through lib/outbound.py.

What the receiver gets: a POST with a JSON body {"id", "event", "at", "site": {"key", "name"}, "title", "text", "url", "conversation",
"preview"}. `event` is visitor_waits, many_wait, night, provider_failed, budget_reached,
installation or test; `conversation` is a number or null. Headers:

    X-Kanal-Delivery   the same id in every try of one alert, to drop repeats by
    X-Kanal-Timestamp  seconds since 1970, UTC; refuse what is older than five minutes
    X-Kanal-Signature  v1=<hex of HMAC-SHA256 with the secret over the timestamp, a full stop and the raw body>

Any 2xx within 10 seconds is success. 408, 425, 429 (its Retry-After in seconds is honoured) and 5xx are tried again, anything else is not;
redirects are not followed.
"""

import hashlib
import hmac
import json
import time

from django.utils import timezone
from django.utils.translation import gettext as _

from widget.lib.outbound import OutboundError, Response, fetch
from widget.ops.alerts.errors import NotSetUpError, RefusedError, TryLaterError
from widget.ops.alerts.models import AlertTarget
from widget.ops.alerts.wording import Alert

SECONDS = 10
ANSWER_BYTES = 64_000
_LATER = frozenset({408, 425, 429})


def sign(secret: str, timestamp: str, body: bytes) -> str:
    return "v1=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def send(target: AlertTarget, alert: Alert, delivery_id: str) -> None:
    """Raises AlertError."""
    if not target.secret:
        raise NotSetUpError(_("The signing secret is missing or cannot be read. Enter it again."))
    body = _body(target, alert, delivery_id)
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "X-Kanal-Delivery": delivery_id,
        "X-Kanal-Timestamp": timestamp,
        "X-Kanal-Signature": sign(target.secret, timestamp, body),
    }
    try:
        answer = fetch("POST", target.address, data=body, headers=headers, max_bytes=ANSWER_BYTES, seconds=SECONDS, follow=False)
    except OutboundError as error:
        raise (TryLaterError if error.retryable else RefusedError)(error.sentence) from None
    _judge(answer)


def _body(target: AlertTarget, alert: Alert, delivery_id: str) -> bytes:
    content = {
        "id": delivery_id,
        "event": alert.event,
        "at": timezone.now().isoformat(),
        "site": {"key": target.site.key, "name": target.site.name},
        "title": alert.title,
        "text": alert.body,
        "url": alert.url,
        "conversation": alert.conversation_id,
        "preview": alert.preview,
    }
    return json.dumps(content, ensure_ascii=False).encode()


def _judge(answer: Response) -> None:
    if 200 <= answer.status < 300:
        return
    said = _("The webhook answered with status %(status)d instead of 2xx.") % {"status": answer.status}
    if answer.status in _LATER or answer.status >= 500:
        asked = answer.headers.get("retry-after", "")
        raise TryLaterError(said, float(asked) if asked.isascii() and asked.isdigit() else None)
    raise RefusedError(said)
