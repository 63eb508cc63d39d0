"""Tells a visitor who went that a person has answered: by e-mail after two minutes unread, or by a WhatsApp message that the operator sends with one tap.

Called after an operator's reply (talk_page.py, line.py), as the job `return.mail`, and for the conversation's pages (talk_page.py, talks.py, on_demand.py).
The mail holds no word of the conversation: a mistyped contact would show it to a stranger. What an operator sends holds the own answer, seen before it leaves.
"""

from urllib.parse import quote

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from widget.conversations.customers import is_customers
from widget.conversations.models import Conversation, Message
from widget.conversations.return_links import issue_return
from widget.inbox.contact import contact_link
from widget.jobs.tasks import enqueue
from widget.lib import metrics

WAIT_SECONDS = 120
# So much of an answer is quoted; the rest is behind the link.
QUOTED = 300
mails = metrics.counter("kanal_return_mails_total", "Mails that bring a visitor back to an answer.", ["outcome"])


def answered(conversation_id: int, seq: int) -> None:
    """A person wrote row `seq`: who left an e-mail address gets one mail for all that is written until they write again."""
    talk = Conversation.objects.filter(pk=conversation_id).first()
    if talk is None or not settings.PUBLIC_URL or not contact_link(talk.contact).startswith("mailto:"):
        return
    asked = Message.objects.filter(conversation=talk, author=Message.Author.VISITOR, seq__lt=seq).order_by("-seq").values_list("seq", flat=True).first()
    enqueue("return.mail", talk.pk, seq, key=f"return:{talk.pk}:{asked}", delay_seconds=WAIT_SECONDS)


def send_mail(conversation_id: int, seq: int) -> None:
    """The job. Nothing is sent when the visitor has read it by now, or wrote again. Raises what the mail server says, and is then tried again."""
    talk = Conversation.objects.select_related("site").filter(pk=conversation_id).first()
    link = contact_link(talk.contact) if talk else ""
    if talk is None or not link.startswith("mailto:") or not settings.PUBLIC_URL or _is_known(talk.pk, seq, talk.visitor_read_seq):
        return
    if not _sends_mail():
        mails.inc("no_mail_server")
        return
    with translation.override(talk.locale):
        subject = _subject(talk)
        if is_customers(talk.public_id):
            body = _("%(message)s\n\nSign in there as usual to see it. Did you not write to us? Then ignore this mail.")
        else:
            body = _("%(message)s\n\nThe link is yours alone and good for seven days. Did you not write to us? Then ignore this mail.")
        body %= {"message": message(talk)}
    mail = EmailMessage(subject, body, to=[talk.contact.strip()], headers={"Auto-Submitted": "auto-generated"})
    with get_connection() as connection:
        connection.send_messages([mail])
    mails.inc("sent")


def way_back(talk_id: int, contact: str, read_seq: int) -> str:
    """How a visitor hears of the last answer: `whatsapp` and `own_mail` by the operator, `mail` by itself; empty when they know it or cannot be reached.

    `no_address`: they could be, but no link leads here as long as PUBLIC_URL is not set.
    """
    link = contact_link(contact)
    if not link or _unread_answer(talk_id, read_seq) is None:
        return ""
    if not settings.PUBLIC_URL:
        return "no_address"
    if link.startswith("https:"):
        return "whatsapp"
    return "mail" if _sends_mail() else "own_mail"


def link_back(talk: Conversation) -> str:
    """Opens WhatsApp or the mail program with the message ready to be sent, or nothing where way_back() is nothing."""
    answer, link = _unread_answer(talk.pk, talk.visitor_read_seq), contact_link(talk.contact)
    if not settings.PUBLIC_URL or not link or answer is None:
        return ""
    with translation.override(talk.locale):
        text = f"{message(talk)}\n\n“{Truncator(answer.text).chars(QUOTED)}”"
        if link.startswith("https:"):
            return f"{link}?text={quote(text, safe='')}"
        return f"{link}?subject={quote(_subject(talk), safe='')}&body={quote(text, safe='')}"


def whatsapp_link(talk: Conversation) -> str:
    """As link_back(), without those who left an e-mail address."""
    link = link_back(talk)
    return link if link.startswith("https:") else ""


def message(talk: Conversation) -> str:
    """In the language that is active."""
    values = {"you": talk.site.address_form, "site": talk.site.name, "link": return_address(talk)}
    return _("Hello, %(site)s has answered your question. Read and reply here: %(link)s") % values


def return_address(talk: Conversation) -> str:
    """The token stands behind #, which browsers send to no server. A customer of the website reads it there, signed in."""
    if is_customers(talk.public_id):
        website = talk.site.origins.first()
        return website.origin if website is not None else settings.PUBLIC_URL
    return f"{settings.PUBLIC_URL}{reverse('widget:return_page', args=[talk.site.key])}#{issue_return(talk, talk.site.key)}"


def _subject(talk: Conversation) -> str:
    return _("%(site)s has answered you") % {"site": " ".join(talk.site.name.split())}


def _sends_mail() -> bool:
    return not settings.EMAIL_BACKEND.endswith("console.EmailBackend")


def _unread_answer(talk_id: int, read_seq: int) -> Message | None:
    """The last words of a person, as long as the visitor has neither seen them nor written since."""
    answer = Message.objects.filter(conversation=talk_id, author=Message.Author.OPERATOR).order_by("-seq").first()
    return None if answer is None or _is_known(talk_id, answer.seq, read_seq) else answer


def _is_known(talk_id: int, seq: int, read_seq: int) -> bool:
    return read_seq >= seq or Message.objects.filter(conversation=talk_id, author=Message.Author.VISITOR, seq__gt=seq).exists()
