"""A browser asks to be told: what it gives is checked, tried with a first notice, and kept. Called by page.py; sends through sending.py.

Nothing is stored of a subscription whose first notice the push service refuses, so an address that leads nowhere, or inside, ends here.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone, translation

from widget.inbox.push import sending, wording
from widget.inbox.push.encryption import BadKeysError, recipient
from widget.inbox.push.errors import BadSubscriptionError, PushError, TooManyDevicesError
from widget.inbox.push.models import ENDPOINT_CHARACTERS, PushDevice, PushKey, PushWish

LONGEST_BODY = 8_000
MOST_DEVICES = 10
# The first that fits; Edge and Opera say Chrome too, and everybody says Safari.
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Chrome", "Chrome"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a browser gave. `public`: the key of ours it is bound to; `zone`: the time zone of the browser, empty where unknown."""

    endpoint: str
    p256dh: str
    auth: str
    public: str
    zone: str


def read(body: bytes) -> Subscription:
    """{"subscription": PushSubscription.toJSON(), "key": ours, "zone"}. Raises BadSubscriptionError."""
    try:
        said = json.loads(body) if len(body) <= LONGEST_BODY else None
    except (ValueError, RecursionError):
        said = None
    given, keys = _part(said, "subscription"), _part(_part(said, "subscription"), "keys")
    found = Subscription(_text(given, "endpoint"), _text(keys, "p256dh"), _text(keys, "auth"), _text(said, "key"), _text(said, "zone"))
    if not re.fullmatch(r"[!-~]+", found.endpoint) or len(found.endpoint) > ENDPOINT_CHARACTERS:
        raise BadSubscriptionError
    sending.check_endpoint(found.endpoint)
    try:
        recipient(found.p256dh, found.auth)
    except BadKeysError:
        raise BadSubscriptionError from None
    return found


def subscribe(user: User, found: Subscription, name: str, language: str) -> PushDevice:
    """Keeps the device after its first notice. One that is known goes over to whoever holds it now. Raises PushError."""
    key = PushKey.objects.filter(public=found.public).first()
    if key is None:
        raise BadSubscriptionError
    others = PushDevice.objects.filter(user=user).exclude(endpoint=found.endpoint)
    if others.count() >= MOST_DEVICES:
        raise TooManyDevicesError
    fields = {"user": user, "key": key, "p256dh": found.p256dh, "auth": found.auth, "name": name[:60], "language": language[:5]}
    trouble = _greet(PushDevice(endpoint=found.endpoint, **fields), language)
    state = {"last_error": trouble, "last_ok_at": None if trouble else timezone.now(), "failures": 0, "paused_until": None}
    with transaction.atomic():
        device, _made = PushDevice.objects.update_or_create(endpoint=found.endpoint, defaults={**fields, **state})
        zone = found.zone if found.zone in available_timezones() else settings.TIME_ZONE
        PushWish.objects.bulk_create([PushWish(user=user, time_zone=zone)], ignore_conflicts=True)
    return device


def _greet(device: PushDevice, language: str) -> str:
    """Empty, or the code of a failure that will pass. Raises PushError for one that will not."""
    with translation.override(language):
        notice = wording.welcome()
    try:
        sending.deliver(device, notice)
    except PushError as error:
        if not error.retryable:
            raise
        return error.code
    return ""


def device_name(user_agent: str) -> str:
    """Chrome, Android: what a person knows their device by."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "Safari" if "Safari" in user_agent else "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(filter(None, (browser, system))) or "Browser"


def _part(value: Any, name: str) -> Mapping[str, Any]:
    part = value.get(name) if isinstance(value, dict) else None
    return part if isinstance(part, dict) else {}


def _text(value: Any, name: str) -> str:
    text = value.get(name) if isinstance(value, dict) else None
    return text if isinstance(text, str) else ""
