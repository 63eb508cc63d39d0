"""A conversation that has just been opened, and a person of the team."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser

from tests.conversations.record import make_conversation
from widget.conversations.models import Conversation


@pytest.fixture
def conversation(db: None) -> Conversation:
    return make_conversation()


@pytest.fixture
def person(db: None) -> AbstractBaseUser:
    return get_user_model().objects.create_user("sari.admin", first_name="Sari", is_staff=True)
