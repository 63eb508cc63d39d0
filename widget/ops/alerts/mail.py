"""Alerts by e-mail, through Django's mail settings. Called by delivery.py."""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from widget.ops.alerts.errors import NotSetUpError, RefusedError, TryLaterError
from widget.ops.alerts.models import AlertTarget
from widget.ops.alerts.wording import Alert


def send(target: AlertTarget, alert: Alert, delivery_id: str) -> None:
    """Raises AlertError."""
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        raise NotSetUpError(_("No mail server is set up, so nothing was sent. Whoever runs this server sets EMAIL_HOST and its user and password."))
    subject = " ".join(alert.title.split())
    message = EmailMessage(subject, alert.text, to=[target.address], headers={"Auto-Submitted": "auto-generated"})
    try:
        # Opened here because only so it is closed after a refused login too.
        with get_connection() as connection:
            connection.send_messages([message])
    except smtplib.SMTPAuthenticationError:
        raise RefusedError(_("The mail server refused the user or the password (EMAIL_HOST_USER, EMAIL_HOST_PASSWORD).")) from None
    except smtplib.SMTPRecipientsRefused as error:
        code = min(code for code, _said in error.recipients.values())
        raise _refusal(code, _("The mail server refused the address %(address)s.") % {"address": target.address}) from None
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, _("The mail server refused the message (%(code)d).") % {"code": error.smtp_code}) from None
    except OSError:
        raise TryLaterError(_("The mail server %(host)s could not be reached.") % {"host": settings.EMAIL_HOST}) from None


def _refusal(code: int, text: str) -> RefusedError | TryLaterError:
    """4xx is "not now" in mail (greylisting, a full queue), 5xx is "no"."""
    return TryLaterError(text) if 400 <= code < 500 else RefusedError(text)
