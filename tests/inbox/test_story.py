"""Why the assistant said that, in an owner's words."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.inbox.conftest import MakeConversation
from widget.conversations.models import Message, Turn
from widget.conversations.trace import Call, Seen, Trace, pack
from widget.inbox.story import tell


def turn(trace: Trace, **fields: Any) -> Turn:

    return Turn(question_seq=1, answer_seq=2, state="done", attempts=fields.pop("attempts", 1), trace=json.loads(pack(trace)), **fields)


def test_a_models_answer_tells_what_was_found_who_failed_and_what_it_took() -> None:
    trace = Trace(
        "model",
        (Seen("Ongkir", 0.874), Seen("COD", 0.3), Seen("Retur", 0.004)),
        (Call("Groq", "llama", "timeout", 9000), Call("Utama", "kecil", "ok", 1240)),
        10_300,
    )
    told = tell(turn(trace, tokens_in=900, tokens_out=80, cost=Decimal("0.000420"), first_token_ms=400, failures=["Groq: timeout"]))
    assert told[:2] == ("No rule fitted.", "Found in your knowledge: “Ongkir” (87 % sure), “COD” (30 % sure).")
    assert told[2].startswith("Groq (llama) was asked and failed after 9.0 seconds: ")
    assert told[3:] == (
        "Utama (kecil) was asked and answered within 1.2 seconds.",
        "It read 900 tokens and wrote 80, for US$ 0.00042.",
        "The first word came after 0.40 seconds.",
        "In all it took 10 seconds.",
    )


@pytest.mark.parametrize(
    ("trace", "fields", "words"),
    [
        (Trace("rule"), {}, "One of your rules fitted"),
        (Trace("wish"), {}, "asked for a person"),
        (Trace("broken"), {"attempts": 4}, "It took 4 attempts."),
        (Trace("nobody"), {}, "Nothing in your knowledge fitted"),
        (Trace("nobody", (Seen("Jam", 0.004),)), {}, "Nothing in your knowledge fitted"),
        (Trace("nobody"), {}, "passed on to your team"),
        (Trace("asked"), {}, "asked which one is meant"),
        (Trace("knowledge", (Seen("Jam", 0.9),)), {}, "No model was asked"),
        (Trace("knowledge", (Seen("Jam", 0.9),)), {"failures": ["Groq: paused"]}, "Groq was passed over:"),
    ],
)
def test_each_way_to_an_answer_has_its_sentence(trace: Trace, fields: dict[str, Any], words: str) -> None:
    assert any(words in sentence for sentence in tell(turn(trace, **fields)))


def test_a_turn_of_an_earlier_version_tells_nothing() -> None:
    assert tell(Turn(question_seq=1)) == ()


def test_the_story_stands_under_its_answer_and_is_only_text(admin_client: Client, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: ongkir?", "a: Rp 10.000")
    Message.objects.filter(seq=2).update(answered_by="knowledge")
    made = turn(Trace("knowledge", (Seen("<script>canary(1)</script>", 0.9),), (), 12))
    made.conversation = talk
    made.save()
    page = admin_client.get(reverse("admin:widget_conversation_change", args=[talk.pk])).content.decode()
    assert "Why this answer?" in page and "(90 % sure)" in page and "<script>canary" not in page
