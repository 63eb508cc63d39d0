"""Tells a visitor who went that a person has answered: by e-mail after two minutes unread, or by a WhatsApp message that the operator sends with one tap.

Called after an operator's reply (talk_page.py, line.py), as the job `return.mail`, and by the conversation's page for the WhatsApp link.
Neither holds a word of the conversation: a mistyped contact would show it to a stranger.
"""

from urllib.parse import quote

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from widget.conversations.models import Conversation, Message
from widget.conversations.return_links import issue_return
from widget.inbox.contact import contact_link
from widget.jobs.tasks import enqueue
from widget.lib import metrics

WAIT_SECONDS = 120
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
    if talk is None or not link.startswith("mailto:") or not settings.PUBLIC_URL or _is_known(talk, seq):
        return
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        mails.inc("no_mail_server")
        return
    with translation.override(talk.locale):
        subject = _("%(site)s has answered you") % {"site": " ".join(talk.site.name.split())}
        body = _("%(message)s\n\nThe link is yours alone and good for seven days. Did you not write to us? Then ignore this mail.") % {"message": message(talk)}
    mail = EmailMessage(subject, body, to=[talk.contact.strip()], headers={"Auto-Submitted": "auto-generated"})
    with get_connection() as connection:
        connection.send_messages([mail])
    mails.inc("sent")


def whatsapp_link(talk: Conversation) -> str:
    """Opens WhatsApp with the message ready to be sent, or nothing: without a number, or while the visitor knows of the answer."""
    link = contact_link(talk.contact)
    last = Message.objects.filter(conversation=talk, author=Message.Author.OPERATOR).order_by("-seq").values_list("seq", flat=True).first()
    if not settings.PUBLIC_URL or not link.startswith("https://wa.me/") or last is None or _is_known(talk, last):
        return ""
    with translation.override(talk.locale):
        return f"{link}?text={quote(message(talk), safe='')}"


def message(talk: Conversation) -> str:
    """In the language that is active."""
    values = {"you": talk.site.address_form, "site": talk.site.name, "link": return_address(talk)}
    return _("Hello, %(site)s has answered your question. Read and reply here: %(link)s") % values


def return_address(talk: Conversation) -> str:
    """The token stands behind #, which browsers send to no server."""
    return f"{settings.PUBLIC_URL}{reverse('widget:return_page', args=[talk.site.key])}#{issue_return(talk, talk.site.key)}"


def _is_known(talk: Conversation, seq: int) -> bool:
    wrote = Message.objects.filter(conversation=talk, author=Message.Author.VISITOR, seq__gt=seq)
    return talk.visitor_read_seq >= seq or wrote.exists()
