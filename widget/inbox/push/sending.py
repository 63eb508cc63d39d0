"""Sends one notice to one device (RFC 8030) and notes at the device how it went. Called by reach.py's jobs and by page.py's tests and subscriptions.

The request goes out through lib/outbound.py, which vets the address anew every time, follows no redirect here, and ends within SECONDS.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from widget.inbox.push import errors, vapid
from widget.inbox.push.encryption import BadKeysError, encrypt, recipient, to_base64url
from widget.inbox.push.errors import BadSubscriptionError, GoneError, KeyLostError, PushError
from widget.inbox.push.models import PushDevice
from widget.lib import metrics
from widget.lib.outbound import OutboundError, Response, fetch

SECONDS = 10
ANSWER_BYTES = 64_000
# A device that fails is left alone for a minute, then two, four ... six hours.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
sent = metrics.counter("kanal_push_total", "Notices sent to push services, by outcome", ("outcome",))


@dataclass(frozen=True, slots=True)
class Notice:
    """`topic` names what a newer notice takes the place of; `path` is what a tap opens; `seconds` is how long it is worth keeping for a phone that is off."""

    title: str
    body: str
    path: str
    topic: str
    seconds: int
    urgency: str = "high"


def send(device: PushDevice, notice: Notice) -> None:
    """Raises PushError. A device that is gone is removed."""
    try:
        deliver(device, notice)
    except GoneError:
        PushDevice.objects.filter(pk=device.pk).delete()
        raise
    except PushError as error:
        _note_failure(device, error)
        raise
    PushDevice.objects.filter(pk=device.pk).update(last_ok_at=timezone.now(), failures=0, last_error="", paused_until=None)


def deliver(device: PushDevice, notice: Notice) -> None:
    """The request itself; the device need not be stored yet. Raises PushError."""
    try:
        _post(device, notice)
    except PushError as error:
        sent.inc(error.code)
        raise
    sent.inc("ok")


def _post(device: PushDevice, notice: Notice) -> None:
    if not device.key.private or not device.p256dh or not device.auth:
        raise KeyLostError
    check_endpoint(device.endpoint)
    try:
        body = encrypt(_written(device, notice), recipient(device.p256dh, device.auth))
    except BadKeysError:
        raise BadSubscriptionError from None
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "Authorization": vapid.authorization(device.endpoint, device.key),
        "TTL": str(notice.seconds),
        "Urgency": notice.urgency,
        "Topic": to_base64url(sha256(notice.topic.encode()).digest())[:32],
    }
    try:
        answer = fetch("POST", device.endpoint, data=body, headers=headers, max_bytes=ANSWER_BYTES, seconds=SECONDS, follow=False)
    except OutboundError as error:
        raise (errors.AwayError() if error.retryable else errors.RefusedError(error.code)) from None
    _judge(answer)


def check_endpoint(endpoint: str) -> None:
    """Only TLS, but to a push service of one's own that the owner listed. Where it leads is vetted at every request. Raises BadSubscriptionError."""
    try:
        parts = urlsplit(endpoint)
    except ValueError:
        raise BadSubscriptionError from None
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.netloc.lower() in settings.OUTBOUND_ALLOW_PRIVATE):
        raise BadSubscriptionError


def _written(device: PushDevice, notice: Notice) -> bytes:
    said = {"title": notice.title, "body": notice.body, "path": notice.path, "tag": notice.topic, "lang": device.language}
    return json.dumps(said, ensure_ascii=False).encode()


def _judge(answer: Response) -> None:
    status = answer.status
    if 200 <= status < 300:
        return
    if status in (404, 410):
        raise GoneError
    if status in (401, 403):
        raise errors.RefusedKeyError
    if status == 413:
        raise errors.TooLargeError
    if status in (408, 425, 429) or status >= 500:
        raise errors.BusyError(retry_after=_asked_pause(answer.headers.get("retry-after", "")))
    raise errors.RefusedError


def _asked_pause(asked: str) -> float | None:
    """Retry-After in seconds, whether it was given in seconds or as a date."""
    if asked.isascii() and asked.isdigit() and len(asked) < 8:
        return float(asked)
    try:
        at = parsedate_to_datetime(asked)
    except ValueError:
        return None
    return max((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - datetime.now(UTC).timestamp(), 0)


def _note_failure(device: PushDevice, error: PushError) -> None:
    pause = min(FIRST_PAUSE * 2 ** min(device.failures, 10), LONGEST_PAUSE)
    asked = timedelta(seconds=min(error.retry_after or 0, LONGEST_PAUSE.total_seconds()))
    until = timezone.now() + max(pause, asked)
    PushDevice.objects.filter(pk=device.pk).update(failures=F("failures") + 1, last_error=error.code[:20], paused_until=until)
