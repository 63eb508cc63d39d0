"""Alerts by e-mail, over a real SMTP socket."""

import socket
from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests.fakes.smtp import MailServer
from widget.ops.alerts import delivery, mail, wording
from widget.ops.alerts.errors import NotSetUpError, RefusedError, TryLaterError
from widget.ops.alerts.models import AlertTarget
from widget.ops.alerts.wording import Alert

pytestmark = pytest.mark.django_db
ALERT = Alert("visitor_waits", "Toko:\r\na visitor waits", "They wrote: halo 😀", "https://chat.example.com/admin/")


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port on which nobody listens, and that nobody else can take meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield int(taken.getsockname()[1])


def test_the_letter_arrives_with_one_line_as_its_subject(mail_server: MailServer, email: AlertTarget) -> None:
    mail.send(email, ALERT, "id")
    [letter] = mail_server.received
    assert letter.recipients == ("owner@example.com",)
    assert letter.content["Subject"] == "Toko: a visitor waits"
    assert letter.content["Auto-Submitted"] == "auto-generated"
    payload = letter.content.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert "halo 😀" in payload.decode()


@pytest.mark.parametrize(
    ("command", "said", "error"),
    [
        ("RCPT", "550 no such user", RefusedError),
        ("RCPT", "451 greylisted", TryLaterError),
        ("MAIL", "553 not from you", RefusedError),
        ("DATA", "452 full", TryLaterError),
    ],
)
def test_what_the_mail_server_says_decides_whether_to_try_again(
    mail_server: MailServer, email: AlertTarget, command: str, said: str, error: type[Exception]
) -> None:
    mail_server.refuse[command] = said
    with pytest.raises(error):
        mail.send(email, ALERT, "id")


def test_a_wrong_password_is_said_in_plain_words(mail_server: MailServer, email: AlertTarget, settings: Settings) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "shop", "wrong-password"
    mail_server.offers_login = True
    with pytest.raises(RefusedError, match="EMAIL_HOST_PASSWORD") as caught:
        mail.send(email, ALERT, "id")
    assert "wrong-password" not in str(caught.value)


def test_a_mail_server_that_is_away_is_tried_again(mail_server: MailServer, email: AlertTarget, settings: Settings, closed_port: int) -> None:
    settings.EMAIL_PORT = closed_port
    with pytest.raises(TryLaterError, match=r"127\.0\.0\.1"):
        mail.send(email, ALERT, "id")


def test_without_a_mail_server_the_test_says_so_instead_of_pretending(email: AlertTarget, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    with pytest.raises(NotSetUpError, match="EMAIL_HOST"):
        delivery.send_test(email)
    email.refresh_from_db()
    assert "EMAIL_HOST" in email.last_error


def test_a_long_word_is_cut_in_the_preview() -> None:
    assert len(wording._shortened("x" * 500)) == wording.PREVIEW_CHARACTERS
