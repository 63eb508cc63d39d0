"""One person of the team in a process of its own, as another serving process without a bell would act for them. Started by takeovers.py.

`python -m tests.promises.agent NAME` works on the installation of its environment and reads orders from its standard input, one JSON list a line: a number,
what to do, a conversation's public id and when (monotonic). Each is carried out on a thread of its own and answered with one line of JSON.
"""

import json
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

AT_ONCE = 20


class Agent:
    """Acts on the database through the functions the product itself calls."""

    def __init__(self, name: str) -> None:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
        import_module("django").setup()
        self._takeover = import_module("widget.conversations.takeover")
        self._models = import_module("widget.conversations.models")
        self._atomic = import_module("django.db.transaction").atomic
        users = import_module("django.contrib.auth").get_user_model().objects
        self._user, _made = users.get_or_create(username=name, defaults={"first_name": name.title(), "is_staff": True})
        self._printing = threading.Lock()

    def act(self, number: int, order: str, conversation: str, at: float) -> None:
        """`seq` is the conversation's last row as it stood under the lock of the take, `done` the moment after its commit."""
        pk = self._models.Conversation.objects.values_list("pk", flat=True).get(public_id=conversation)
        threading.Event().wait(max(0.0, at - time.monotonic()))
        with self._atomic():
            said = getattr(self._takeover, order)(pk, self._user)
            seq = self._models.Conversation.objects.values_list("seq", flat=True).get(pk=pk)
        self.say([number, {"won": said, "seq": seq, "done": time.monotonic(), "user": self._user.pk}])

    def say(self, what: object) -> None:
        with self._printing:
            print(json.dumps(what), flush=True)


def main(name: str) -> None:
    agent = Agent(name)
    agent.say("ready")
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for done in [threads.submit(agent.act, *json.loads(line)) for line in sys.stdin]:
            done.result()


if __name__ == "__main__":
    main(sys.argv[1])
