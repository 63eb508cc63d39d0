"""Finds the owner's Telegram chat: they open a link with a one-time code and press Start; the bot then hears the code from that chat.

Called by admin.py's buttons. Nothing listens in between: the messages that wait at Telegram are read when the owner asks.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from widget.ops.alerts import telegram
from widget.ops.alerts.errors import NotSetUpError, TryLaterError
from widget.ops.alerts.models import AlertTarget

CODE_MINUTES = 60
PAGE = 100
MOST_PAGES = 20


@dataclass(frozen=True)
class Chat:
    """A chat as Telegram names it."""

    id: int
    name: str


def offer_link(target: AlertTarget) -> str:
    """Makes a new code and returns the link that carries it. Raises AlertError."""
    bot = telegram.call(target.secret, "getMe", {})
    target.bot_name = str(bot["username"]) if isinstance(bot, dict) and "username" in bot else ""
    if not target.bot_name:
        raise TryLaterError(_("Telegram gave an answer we do not understand."))
    target.connect_code = secrets.token_urlsafe(18)
    target.connect_code_at = timezone.now()
    target.save(update_fields=["bot_name", "connect_code", "connect_code_at"])
    return link(target)


def link(target: AlertTarget) -> str:
    """The open link, or an empty string where there is none or its code is too old."""
    return f"https://t.me/{target.bot_name}?start={target.connect_code}" if _code_is_fresh(target) else ""


def find_chat(target: AlertTarget) -> Chat:
    """Looks for the code among the messages the bot got and makes the chat it came from the target's. Raises AlertError."""
    if not _code_is_fresh(target):
        raise NotSetUpError(_("The link is too old. Get a new one, open it in Telegram and press Start."))
    chat = _chat_that_sent(target)
    if chat is None:
        raise NotSetUpError(_("The bot has not heard from you yet. Open the link in Telegram, press Start, then press Find my chat again."))
    target.address, target.connect_code, target.connect_code_at = str(chat.id), "", None
    target.save(update_fields=["address", "connect_code", "connect_code_at"])
    return chat


def _code_is_fresh(target: AlertTarget) -> bool:
    made = target.connect_code_at
    return bool(target.connect_code and made and timezone.now() - made < timedelta(minutes=CODE_MINUTES))


def _chat_that_sent(target: AlertTarget) -> Chat | None:
    wanted = re.compile(rf"/start(@\w+)? {re.escape(target.connect_code)}")
    arguments: dict[str, Any] = {"timeout": 0, "limit": PAGE, "allowed_updates": ["message"]}
    for _page in range(MOST_PAGES):
        updates = telegram.call(target.secret, "getUpdates", arguments)
        updates = [update for update in updates if isinstance(update, dict)] if isinstance(updates, list) else []
        for update in updates:
            message = update.get("message") or {}
            if wanted.fullmatch(str(message.get("text", ""))):
                return _chat(message["chat"])
        if len(updates) < PAGE:
            return None
        # Asking for what follows tells Telegram to forget these; with a full page of other messages there is no other way on.
        arguments["offset"] = updates[-1]["update_id"] + 1
    return None


def _chat(chat: Mapping[str, Any]) -> Chat:
    name = str(chat.get("title") or " ".join(str(chat[part]) for part in ("first_name", "last_name") if chat.get(part)))
    return Chat(int(chat["id"]), name)
