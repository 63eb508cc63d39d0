"""Alerts by an own Telegram bot: the calls of its Bot API (https://core.telegram.org/bots/api). Called by delivery.py and connect.py.

The token is part of each address, so no address and no error of the transport is ever shown or logged.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from widget.lib.outbound import OutboundError, fetch
from widget.ops.alerts.errors import AlertError, NotSetUpError, RefusedError, TryLaterError
from widget.ops.alerts.models import BOT_TOKEN, AlertTarget
from widget.ops.alerts.wording import Alert

SECONDS = 10


def send(target: AlertTarget, alert: Alert, delivery_id: str) -> None:
    """Raises AlertError."""
    if not target.address:
        raise NotSetUpError(_("The chat is not known yet: open the link, press Start, then press Find my chat."))
    call(target.secret, "sendMessage", {"chat_id": target.address, "text": alert.text, "link_preview_options": {"is_disabled": True}})


def call(token: str, method: str, arguments: Mapping[str, Any]) -> Any:
    """One call; its `result`. Raises AlertError."""
    if not BOT_TOKEN.fullmatch(token):
        raise NotSetUpError(_("The bot token is missing or cannot be read. Enter it again."))
    base = settings.TELEGRAM_API
    try:
        answer = fetch(
            "POST", f"{base}/bot{token}/{method}", json=dict(arguments), seconds=SECONDS, max_bytes=1_000_000, allow_private=(urlsplit(base).netloc,)
        )
        content = answer.json()
    except OutboundError as error:
        raise _unreachable(error) from None
    if not isinstance(content, dict):
        raise TryLaterError(_("Telegram gave an answer we do not understand."))
    if content.get("ok") is True:
        return content.get("result")
    raise _refusal(answer.status, content)


def _unreachable(error: OutboundError) -> AlertError:
    text = _("Telegram could not be reached from this server (%(code)s).") % {"code": error.code}
    return TryLaterError(text)


def _refusal(status: int, content: Mapping[str, Any]) -> AlertError:
    said = str(content.get("description", ""))[:200]
    if status in (401, 404):
        return RefusedError(_("Telegram does not know this bot token. Copy it again from @BotFather."))
    if status == 403:
        return RefusedError(_("The bot may not write to this chat: it was blocked or removed. Open it in Telegram, press Start, then press Find my chat."))
    if status == 409:
        return RefusedError(_("This bot is already used by another program. Make a new one with @BotFather for your alerts."))
    if status == 429:
        pause = (content.get("parameters") or {}).get("retry_after")
        return TryLaterError(_("Telegram asks us to wait."), float(pause) if isinstance(pause, int | float) else None)
    if status >= 500:
        return TryLaterError(_("Telegram has a problem of its own (%(status)d).") % {"status": status})
    return RefusedError(_("Telegram refused: %(said)s") % {"said": said})
