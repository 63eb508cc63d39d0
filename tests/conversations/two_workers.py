"""Two workers, their crashes and pauses, a visitor and a person, in any order: at most one may answer a question, and one does (R10).

A hypothesis state machine over the functions of conversations/turns.py and takeover.py, run by test_two_workers.py in a short
form and by `make promises` in a long one. A worker keeps the claims it believes in, also long after somebody else took over.
"""

from django.contrib.auth import get_user_model
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.conversations.record import answer, make_conversation, save, say, where_of
from widget.conversations import takeover, turns
from widget.conversations.errors import SupersededError
from widget.conversations.log import NewRow, append, new_row_id
from widget.conversations.models import Message, Turn
from widget.conversations.turns import Claim, Head

WORKERS = ("first", "second")
workers = st.sampled_from(WORKERS)
some = st.integers(0, 1000)


class TwoWorkers(RuleBasedStateMachine):
    """`believed`: all claims that some worker still trusts. `good`: the one claim of a turn that really counts."""

    steps = 0

    @initialize()
    def open(self) -> None:
        self.talks = [make_conversation(), make_conversation()]
        self.person, _made = get_user_model().objects.get_or_create(username="sari", defaults={"first_name": "Sari"})
        self.believed: list[Claim] = []
        self.seen: dict[str, list[Head]] = {worker: [] for worker in WORKERS}
        self.good: dict[int, Claim] = {}
        self.answered: set[int] = set()
        self.held: set[int] = set()

    def trust(self, claim: Claim | None) -> None:
        if claim is not None:
            assert claim.conversation_id not in self.held, "a turn began while a person has the conversation"
            assert claim.turn_id not in self.answered, "an answered turn was given out again"
            self.good[claim.turn_id] = claim
            self.believed.append(claim)

    # -- what may happen ----------------------------------------------------------------------------------------------
    @rule(worker=workers, number=some)
    def the_visitor_asks(self, worker: str, number: int) -> None:
        talk = self.talks[number % len(self.talks)]
        appended = append(talk.pk, NewRow(new_row_id(), "visitor", "Ada?"))
        if appended.handler != "human":
            self.trust(turns.begin(where_of(talk), appended.row.seq, worker))

    @rule(worker=workers, number=some)
    def a_worker_sweeps(self, worker: str, number: int) -> None:
        """Takes over what it saw at its last look, however long ago, and looks again."""
        if self.seen[worker]:
            head = self.seen[worker][number % len(self.seen[worker])]
            self.trust(turns.take_over(head, worker))
        self.seen[worker] = [head for head in turns.unfinished_heads() if head.turn_id in self._own_turns()]

    @rule(worker=workers, number=some)
    def a_worker_goes_on_with_the_next_question(self, worker: str, number: int) -> None:
        self.trust(turns.claim_next(self.talks[number % len(self.talks)].pk, worker))

    @precondition(lambda self: self.believed)
    @rule(number=some)
    def a_worker_saves(self, number: int) -> None:
        claim = self.believed[number % len(self.believed)]
        lost = bool(save(claim, f"text of {claim.fence}").lost)
        assert lost == (self.good.get(claim.turn_id) != claim)

    @precondition(lambda self: self.believed)
    @rule(number=some, person_needed=st.booleans())
    def a_worker_answers(self, number: int, person_needed: bool) -> None:
        claim = self.believed[number % len(self.believed)]
        valid = self.good.get(claim.turn_id) == claim
        try:
            with transaction.atomic():
                answer(claim, f"answer of {claim.turn_id}", person_needed=person_needed)
        except SupersededError:
            assert not valid, "the only holder was refused"
        else:
            assert valid, "a worker that was replaced wrote an answer"
            self.answered.add(claim.turn_id)
            del self.good[claim.turn_id]

    @precondition(lambda self: len(self.believed) > 6)
    @rule(worker=workers)
    def a_worker_dies(self, worker: str) -> None:
        self.believed = self.believed[4:]
        self.seen[worker] = []

    @rule(number=some, how=st.sampled_from(["reply", "hand back", "close"]))
    def a_person_comes_or_goes(self, number: int, how: str) -> None:
        talk = self.talks[number % len(self.talks)]
        if how == "reply":
            takeover.reply_as_operator(talk.pk, self.person, "Saya bantu")
            self.held.add(talk.pk)
        else:
            leave = takeover.close if how == "close" else takeover.hand_back
            leave(talk.pk, self.person)
            self.held.discard(talk.pk)
        if how != "hand back":
            self.good = {turn_id: claim for turn_id, claim in self.good.items() if claim.conversation_id != talk.pk}

    # -- what must hold -----------------------------------------------------------------------------------------------
    @invariant()
    def the_log_has_no_hole_and_no_question_two_answers(self) -> None:
        TwoWorkers.steps += 1
        for talk in self.talks if hasattr(self, "talks") else ():
            seqs = list(Message.objects.filter(conversation=talk).order_by("seq").values_list("seq", flat=True))
            assert seqs == list(range(1, len(seqs) + 1))
            answers = list(Message.objects.filter(conversation=talk, author="assistant").values_list("text", flat=True))
            assert len(answers) == len(set(answers))
            assert Turn.objects.filter(conversation=talk, state="running").count() <= 1

    def teardown(self) -> None:
        """A last worker finds everything the others left."""
        if not hasattr(self, "talks"):
            return
        for _round in range(Turn.objects.filter(conversation__in=self.talks).count()):
            for head in [head for head in turns.unfinished_heads() if head.turn_id in self._own_turns()]:
                claim = turns.take_over(head, "last")
                assert claim is not None
                answer(claim, f"answer of {claim.turn_id}")
        for turn in Turn.objects.filter(conversation__in=self.talks):
            answers = Message.objects.filter(conversation=turn.conversation_id, text=f"answer of {turn.pk}").count()
            assert answers == (0 if turn.state == "yielded" else 1), turn
        for talk in self.talks:
            assert say(talk, "bye").seq == Message.objects.filter(conversation=talk).count()

    def _own_turns(self) -> set[int]:
        return set(Turn.objects.filter(conversation__in=self.talks).values_list("pk", flat=True))
