"""Tags of conversations. Called by the operator's line and the inbox on database threads; the tags themselves are edited in inbox/desk_admin.py."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Manager

from widget.conversations.errors import TagGoneError
from widget.conversations.locking import locked, ring_after_commit
from widget.conversations.models import Conversation, Tag


@dataclass(frozen=True, slots=True)
class TagShown:
    """A tag one may use: `site` is its site's row."""

    id: int
    site: int
    name: str
    colour: str


def for_sites(site_ids: Iterable[int] | None) -> list[TagShown]:
    """All tags of these sites, by name; of every site when None."""
    tags = Tag.objects.order_by("name", "pk")
    if site_ids is not None:
        tags = tags.filter(site__in=list(site_ids))
    return [TagShown(*found) for found in tags.values_list("pk", "site_id", "name", "colour")]


def put(conversation_id: int, tag_id: int) -> None:
    """Raises TagGoneError for a tag that is not one of this conversation's site, and ConversationGoneError."""
    with transaction.atomic():
        site_id = locked(conversation_id).values_list("site_id", flat=True).get()
        if not Tag.objects.filter(pk=tag_id, site=site_id).exists():
            raise TagGoneError
        _through().get_or_create(conversation_id=conversation_id, tag_id=tag_id)
        ring_after_commit(conversation_id)


def remove(conversation_id: int, tag_id: int) -> None:
    """A tag that is not there is as good as removed. Raises ConversationGoneError."""
    with transaction.atomic():
        locked(conversation_id)
        _through().filter(conversation_id=conversation_id, tag_id=tag_id).delete()
        ring_after_commit(conversation_id)


def of(conversation_ids: Iterable[int]) -> dict[int, list[int]]:
    """The tags' ids of each of these conversations that has any, in one query."""
    found: dict[int, list[int]] = {}
    for conversation_id, tag_id in _through().filter(conversation_id__in=list(conversation_ids)).order_by("tag__name").values_list("conversation_id", "tag_id"):
        found.setdefault(conversation_id, []).append(tag_id)
    return found


def _through() -> Manager[Any]:
    manager: Manager[Any] = Conversation.tags.through._default_manager
    return manager
