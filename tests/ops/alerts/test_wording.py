"""Where an alert leads."""

from pytest_django.fixtures import Settings

from widget.conversations.models import Conversation
from widget.ops.alerts import wording


def test_the_alert_of_a_wait_opens_that_conversation_in_the_live_inbox(settings: Settings, waiting: Conversation) -> None:
    settings.PUBLIC_URL = "https://chat.example.com"
    alert = wording.visitor_waits(waiting.site, waiting.pk, "", wording.wait_of(waiting))
    assert alert is not None and alert.url == f"https://chat.example.com/admin/inbox/{waiting.public_id}/"
