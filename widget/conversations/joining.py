"""What a visitor said before signing in goes with them: it becomes the customer's conversation, or the end of the one they have.

Called by customers.py inside its transaction. Only of a conversation of the same site that no customer has: the caller has seen that this very
browser holds its token. Afterwards it opens with that token no more, so nobody finds it who uses the browser next.
"""

from django.db.models import F
from django.utils import timezone

from widget.conversations import takeover, turns
from widget.conversations.locking import ring_name_after_commit
from widget.conversations.models import Conversation, Customer, Message, Note, Rating, Turn


def take_along(customer: Customer, visitor: str) -> None:
    """Changes `customer.talk` where the visitor's conversation becomes theirs; the caller saves it."""
    if Customer.objects.filter(talk=visitor).exists():
        return
    # In the order of their keys, as two sign-ins at once could ask for them crosswise.
    names = [visitor, customer.talk]
    held = {talk.public_id: talk for talk in Conversation.objects.select_for_update().filter(site=customer.site_id, public_id__in=names).order_by("pk")}
    begun, own = held.get(visitor), held.get(customer.talk)
    if begun is None:
        return
    ring_name_after_commit(visitor)
    ring_name_after_commit(customer.talk)
    if own is None:
        customer.talk, customer.adopted = visitor, True
    elif begun.seq:
        _append(begun, own)


def _append(begun: Conversation, own: Conversation) -> None:
    """Both are locked. Rows keep their ids, so a message that is sent again afterwards is found to be there."""
    sent_twice = Message.objects.filter(conversation=own, client_id__in=Message.objects.filter(conversation=begun).values("client_id"))
    if sent_twice.exists():
        return
    asked = Turn.objects.filter(conversation=begun, state__in=Turn.UNFINISHED).exists()
    turns.give_up(begun.pk)
    after = own.seq
    Message.objects.filter(conversation=begun).update(conversation=own, seq=F("seq") + after)
    Turn.objects.filter(conversation=begun).update(conversation=own, question_seq=F("question_seq") + after, answer_seq=F("answer_seq") + after)
    Note.objects.filter(conversation=begun).update(conversation=own, after_seq=F("after_seq") + after)
    Rating.objects.filter(conversation=begun).update(conversation=own, seq=F("seq") + after)
    own.tags.add(*begun.tags.all())
    _hand_on(begun, own)
    if asked and own.handler != "human":
        turns.queue_open_question(own.pk)
    begun.delete()


def _hand_on(begun: Conversation, own: Conversation) -> None:
    """Who had the visitor has the customer, unless a person has the customer already. What the assistant forgot stays forgotten."""
    change = {"seq": own.seq + begun.seq, "last_at": max(own.last_at, begun.last_at), "closed_at": None, "snoozed_until": None}
    if begun.fresh_from:
        change["fresh_from"] = own.seq + begun.fresh_from
    waits = begun.handler == "waiting" and own.handler == "bot"
    if own.handler != "human" and begun.handler != "bot":
        change |= {"handler": begun.handler, "operator": begun.operator, "waiting_since": begun.waiting_since or timezone.now()}
    Conversation.objects.filter(pk=own.pk).update(**change)
    if waits:
        takeover.announce_wait(own.pk)
