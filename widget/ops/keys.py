"""Whether the keys of this process are those the others hold, and open the stored secrets. Called by `manage.py serve` and `db_worker` at a start."""

import logging
import threading
import time

from django.conf import settings
from django.contrib.auth import get_user_model

from widget.conversations.models import Conversation
from widget.lib import secrets
from widget.lib.presence import presence
from widget.lib.secrets import LostSecret
from widget.ops.errors import OtherKeysError

log = logging.getLogger(__name__)
# A process that has just ended may still be there for its database server.
GHOST_SECONDS = 2.0
FILES = {"SECRET_KEY": "secret.key", "FIELD_KEY": "field.key"}


def refuse_other_keys(serving: bool) -> None:
    """Raises OtherKeysError while a living process holds keys none of which is ours.

    Compared with the living and not with something stored: so keys are rotated, lost ones replaced and backups restored without asking anybody. Of
    two that start in the same moment both are refused, since each is seen before it looks.
    """
    until = time.monotonic() + GHOST_SECONDS
    while strangers := presence.announce(serving).strangers:
        if time.monotonic() > until:
            raise OtherKeysError(settings=" and ".join(strangers), files=" and ".join(FILES[name] for name in strangers))
        threading.Event().wait(0.1)


def warn_of_lost_secrets() -> int:
    """Says how many stored secrets no key opens: the key file was lost or emptied. Serving goes on without them."""
    lost = sum(isinstance(secret, LostSecret) for model, name in secrets.encrypted_fields() for secret in model._base_manager.values_list(name, flat=True))
    if not settings.FIELD_KEY.split():
        log.warning(
            "FIELD_KEY is empty: %s stored secrets (keys of models, tokens of alerts) cannot be read, and no new ones can be stored. "
            "Put the old field.key back, or remove its empty file: a new one is made; everything else goes on.",
            lost,
        )
    elif lost:
        log.warning(
            "%s stored secrets (keys of models, tokens of alerts) cannot be read: FIELD_KEY is not the one they were stored with. "
            "Put the old field.key back, or type them again in the admin; everything else goes on.",
            lost,
        )
    return lost


def warn_of_a_new_secret_key() -> None:
    """Says that a lost secret.key was made anew by this start, where somebody can notice: nothing else would tell why all are strangers."""
    if settings.SECRET_KEY_IS_NEW and (Conversation.objects.exists() or get_user_model()._default_manager.exists()):
        log.warning(
            "secret.key was gone and was made anew: whoever is signed in signs in again, and visitors begin new conversations, for browsers are no longer "
            "known. To have that undone, put the old secret.key back from a backup and start again; what was written is kept."
        )
