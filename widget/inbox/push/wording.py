"""What a phone shows. Asked by reach.py in the device's language; looks at the conversation as it is now.

Of a visitor's words nothing leaves the house unless the person asked for a preview; names, numbers and addresses of visitors never do.
"""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from widget.conversations.models import Conversation, Message
from widget.inbox.push.sending import Notice
from widget.sites.models import Site

PREVIEW_CHARACTERS = 120
HOUR = 3600


def visitor_waits(conversation_id: int, wait: str, preview: bool, still: bool = False) -> Notice | None:
    """None when nobody waits any more, or another wait has begun. `still`: it was told before."""
    waiting = Conversation.objects.filter(pk=conversation_id, handler=Conversation.Handler.WAITING, waiting_since=_moment(wait))
    conversation = waiting.select_related("site").first()
    if conversation is None:
        return None
    title = (_("A visitor still waits at %(site)s") if still else _("A visitor waits at %(site)s")) % {"site": conversation.site.name}
    body = (_preview(conversation) if preview else "") or _("Tap to answer.")
    return Notice(title, body, talk_path(conversation.public_id), f"talk-{conversation.public_id}", HOUR)


def many_wait(site: Site) -> Notice:
    body = _("We stop announcing each one for up to an hour. Tap to see all of them.")
    return Notice(_("Many visitors wait at %(site)s") % {"site": site.name}, body, inbox_path(), f"many-{site.key}", HOUR)


def summary(count: int) -> Notice:
    """What came in the quiet hours."""
    title = ngettext("In the quiet hours %(count)d visitor asked for a person", "In the quiet hours %(count)d visitors asked for a person", count)
    return Notice(title % {"count": count}, _("Tap to see who still waits."), inbox_path(), "summary", 12 * HOUR, "normal")


def welcome() -> Notice:
    return Notice(_("This device now hears of waiting visitors"), _("Notices of your chat arrive here."), devices_path(), "device", HOUR)


def trial() -> Notice:
    return Notice(_("Test of your chat"), _("Notices of your chat arrive here."), devices_path(), "device", HOUR)


def inbox_path() -> str:
    return reverse("admin:inbox")


def talk_path(public_id: str) -> str:
    return reverse("admin:inbox_talk", args=[public_id])


def devices_path() -> str:
    return reverse("admin:push_devices")


def _preview(conversation: Conversation) -> str:
    last = Message.objects.filter(conversation=conversation, author=Message.Author.VISITOR).order_by("-seq").first()
    line = " ".join(last.text.split()) if last else ""
    return line if len(line) <= PREVIEW_CHARACTERS else line[: PREVIEW_CHARACTERS - 1].rstrip() + "…"


def _moment(wait: str) -> datetime | None:
    try:
        return datetime.fromisoformat(wait)
    except ValueError:
        return None
