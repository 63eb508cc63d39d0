"""One of everything an installation may hold, with ids, texts and secrets that are easily recognised. Used by tests that go through all addresses."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.urls import get_resolver
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.urlconf import every_pattern
from widget.conversations.models import Conversation, Message, Turn
from widget.inbox.models import AuditEntry
from widget.inbox.push.models import PushDevice, PushKey
from widget.knowledge.models import Entry
from widget.ops.alerts.models import AlertTarget
from widget.providers.models import Provider
from widget.rules.models import Rule
from widget.sites.models import AllowedOrigin, Site

ID = 471100123
JOB_ID = "4711aaaa-0000-4000-8000-000000000001"
KEY = "toko"
PROVIDER_KEY = "sk-canary-7f3b9c1d5e2a4860"
SECRETS = (PROVIDER_KEY, "987654321:CANARY-bot-token-Zz9Yy8Xx7", "canary-webhook-secret-55aa", "canary-identity-secret-77bb")


def make_belongings(text: str = "kanari") -> User:
    """Returns the owner, a superuser without a password."""
    owner = User.objects.create_superuser("pemilik", pk=ID)
    site = Site.objects.create(pk=ID, key=KEY, name=text[:80], greeting=text[:300], identity_secret=SECRETS[3])
    AllowedOrigin.objects.create(site=site, origin="https://toko.example")
    waits = {"handler": "waiting", "waiting_since": timezone.now()}
    talk = Conversation.objects.create(pk=ID, site=site, public_id="p", seq=2, name=text[:80], contact=text[:120], page_title=text[:200], **waits)
    Message.objects.create(conversation=talk, seq=1, client_id="1", author="visitor", text=text)
    Message.objects.create(conversation=talk, seq=2, client_id="2", author="assistant", text=text, sources=[{"title": text, "url": text}])
    trace = {"d": "model", "f": [[text[:80], 0.9]], "c": [[text[:80], text[:80], "timeout", 9]], "ms": 12}
    Turn.objects.create(
        trace=trace, conversation=talk, question_seq=1, state="done", answer_seq=2, provider=text[:80], model=text[:120], failures=[f"{text}: timeout"]
    )
    Entry.objects.create(pk=ID, site=site, title=text[:200], answer=text)
    Rule.objects.create(pk=ID, site=site, name=text[:80], phrases=text, answer=text)
    AlertTarget.objects.create(site=site, kind="telegram", address="4711", secret=SECRETS[1])
    AlertTarget.objects.create(pk=ID, site=site, kind="webhook", address="https://hook.example/", secret=SECRETS[2], last_error=text[:500])
    Provider.objects.create(pk=ID, name=text[:80], base_url="http://127.0.0.1:9/v1", model=text[:200], key=PROVIDER_KEY)
    job: dict[str, Any] = {"args_kwargs": {"args": [text], "kwargs": {}}, "task_path": "x", "backend_name": "default", "run_after": timezone.now()}
    DBTaskResult.objects.create(pk=UUID(JOB_ID), status="FAILED", traceback=text, exception_class_path="x", **job)
    AuditEntry.objects.create(pk=ID, site=site, name=text[:150], action="read", kind="widget.rule", row="1", subject=text[:150])
    push_key = PushKey.objects.create(number=1, private="x", public="x")
    PushDevice.objects.create(pk=ID, user=owner, key=push_key, endpoint="https://127.0.0.1:9/x", p256dh="x", auth="x", name=text[:60], language="en")
    return owner


def every_address() -> Iterator[str]:
    """One real address for each route of the URLconf."""
    for pattern in every_pattern(get_resolver()):
        path = pattern.route.replace("^(?P<name>(?:panel|module)-[\\w-]+\\.(?:js|css))$", "panel-none.js").replace("(?P<url>.*)$", "nothing")
        path = path.replace("^(?P<app_label>widget|auth)/$", "widget/").replace("<slug:key>", KEY)
        path = (
            path.replace("<slug:name>", "questions")
            .replace("<slug:talk>", "p")
            .replace("<slug:step>", "look")
            .replace("<slug:code>", "none")
            .replace("<int:seq>", "2")
        )
        number = JOB_ID if "backgroundjob" in path else str(ID)
        for parameter in ("<path:content_type_id>", "<path:object_id>", "<int:pk>", "<id>"):
            path = path.replace(parameter, number)
        assert "<" not in path, f"say what stands for the parameters of {path}"
        yield f"/{path}"
