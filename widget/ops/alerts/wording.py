"""What an alert says. Called by delivery.py in the language of the site; asks the conversation, the provider and the site for the present state.

Of what a visitor wrote only a short preview leaves the house; names, numbers and addresses of visitors never do.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from widget.conversations.models import Conversation, Message
from widget.providers.errors import describe
from widget.providers.models import Provider
from widget.sites.models import Site

PREVIEW_CHARACTERS = 120
# The detail of a visitor's alert that is sent because nobody reacted to the first.
AGAIN = "again"


@dataclass(frozen=True)
class Alert:
    """`event` is stable and documented in webhook.py; `title` is one line, `body` a few; `url` is empty where PUBLIC_URL is not set."""

    event: str
    title: str
    body: str
    url: str = ""
    preview: str = ""
    conversation_id: int | None = None

    @property
    def text(self) -> str:
        return "\n\n".join(part for part in (self.title, self.body, self.url) if part)


def test(site: Site) -> Alert:
    return Alert("test", _("Test from %(site)s") % {"site": site.name}, _("Alerts of your chat arrive here."), _link("admin:index"))


def visitor_waits(site: Site, conversation_id: int, detail: str, occurrence: str) -> Alert | None:
    """None when nobody waits any more, or a later wait has begun (that one has its own alert)."""
    conversation = Conversation.objects.filter(pk=conversation_id, handler=Conversation.Handler.WAITING).first()
    if conversation is None or wait_of(conversation) != occurrence:
        return None
    last = Message.objects.filter(conversation=conversation, author=Message.Author.VISITOR).order_by("-seq").first()
    preview = _shortened(last.text) if last else ""
    body = _("They wrote: %(preview)s") % {"preview": preview} if preview else ""
    url = _link("admin:inbox_talk", conversation.public_id)
    title = _("%(site)s: a visitor is still waiting for a person") if detail == AGAIN else _("%(site)s: a visitor is waiting for a person")
    return Alert("visitor_waits", title % {"site": site.name}, body, url, preview, conversation_id)


def wait_of(conversation: Conversation) -> str:
    """Names one wait among several of the same conversation."""
    return conversation.waiting_since.isoformat() if conversation.waiting_since else "-"


def many_wait(site: Site, subject: int, detail: str, occurrence: str) -> Alert:
    title = _("%(site)s: many visitors are waiting") % {"site": site.name}
    body = _("So many visitors are waiting that we stop announcing each one for up to an hour. You find all of them in the admin.")
    return Alert("many_wait", title, body, _link("admin:index"))


def night(site: Site, subject: int, count: str, occurrence: str) -> Alert:
    """What came in the quiet hours."""
    waiting = Conversation.objects.filter(site=site, handler=Conversation.Handler.WAITING).count()
    asked = ngettext("In the quiet hours %(count)d visitor asked for a person.", "In the quiet hours %(count)d visitors asked for a person.", int(count))
    still = ngettext("%(count)d visitor is waiting now.", "%(count)d visitors are waiting now.", waiting)
    body = f"{asked % {'count': int(count)}} {still % {'count': waiting} if waiting else _('Nobody is waiting any more.')}"
    return Alert("night", _("%(site)s: what came in the night") % {"site": site.name}, body, _link("admin:index"))


def provider_failed(site: Site, provider_id: int, code: str, occurrence: str) -> Alert:
    title = _("%(site)s: the model %(name)s failed") % {"site": site.name, "name": _provider_name(provider_id)}
    kept = _("Visitors are answered by the next model, or from your own knowledge.")
    return Alert("provider_failed", title, f"{describe(code)} {kept}", _link("admin:widget_provider_change", provider_id))


def budget_reached(site: Site, subject: int, scope: str, occurrence: str) -> Alert:
    title = _("%(site)s: today's model answers are used up") % {"site": site.name}
    whose = _("One visitor has used up their share.") if scope == "visitor" else _("The share of the whole site is used up.")
    kept = _("Your own knowledge answers for the rest of the day. The limits are on the site's page.")
    return Alert("budget_reached", title, f"{whose} {kept}", _link("admin:widget_site_change", site.pk))


def installation(site: Site, subject: int, check: str, occurrence: str) -> Alert:
    title = _("%(site)s: the server of your chat needs a look") % {"site": site.name}
    said = {
        "database": _("For more than a minute nothing could be stored. Visitors were told that their messages wait and how else to reach you."),
        "disk": _("The disk is nearly full. Make room: once it is full, messages of visitors cannot be stored."),
        "jobs": _("Background work stands still; alerts like this one may come late. Restart Kanal."),
        "backups": _(
            "The nightly backup failed or did not come. Your chats are safe as long as this server is, but there is no fresh copy of them. "
            "Whoever looks after the server finds the reason in its log."
        ),
    }
    return Alert("installation", title, said.get(check, ""))


Maker = Callable[[Site, int, str, str], Alert | None]
MAKERS: dict[str, Maker] = {
    "visitor_waits": visitor_waits,
    "many_wait": many_wait,
    "night": night,
    "provider_failed": provider_failed,
    "budget_reached": budget_reached,
    "installation": installation,
}


def _provider_name(provider_id: int) -> str:
    """The provider may be gone by now."""
    name = Provider.objects.filter(pk=provider_id).values_list("name", flat=True).first()
    return name or _("number %(id)d") % {"id": provider_id}


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= PREVIEW_CHARACTERS else line[: PREVIEW_CHARACTERS - 1].rstrip() + "…"


def _link(name: str, *args: int | str) -> str:
    """Empty without PUBLIC_URL: a job has no request that would tell the host."""
    return settings.PUBLIC_URL + reverse(name, args=args) if settings.PUBLIC_URL else ""
