"""Sixty texts that try to become markup, and an installation in which every field a visitor controls holds them. Used by the tests of S19.

`canary(n)` is a function the browser's test lends to the page; canary.invalid is a host that nobody may ask.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from widget.conversations.models import CannedReply, Conversation, Customer, Message, Note, Rating, Tag, Turn
from widget.inbox.models import AuditEntry
from widget.inbox.push import vapid
from widget.inbox.push.models import PushDevice
from widget.knowledge.models import Entry, Run, Source
from widget.knowledge.questions import TestQuestion
from widget.ops.alerts.models import AlertTarget
from widget.providers.models import Provider
from widget.rules.models import Rule
from widget.sites.models import Invitation, Member, RefusedOrigin, Site

PAYLOADS = [
    "<script>canary(1)</script>",
    "<script src=//canary.invalid/2.js></script>",
    "<ScRiPt >canary(3)</sCrIpT >",
    "<scr<script>ipt>canary(4)</scr</script>ipt>",
    "</script><script>canary(5)</script>",
    "</title><script>canary(6)</script>",
    "</textarea><script>canary(7)</script>",
    "</style><script>canary(8)</script>",
    "</noscript><script>canary(9)</script>",
    "--><script>canary(10)</script><!--",
    "]]><script>canary(11)</script>",
    "<img src=x onerror=canary(12)>",
    "<img src=//canary.invalid/13.png>",
    '"><img src=x onerror=canary(14)>',
    "'><img src=x onerror='canary(15)'>",
    "`><img src=x onerror=`canary(16)`>",
    "<img/src='x'/onerror=canary(17)>",
    "<img src=x:canary(18) onerror=eval(src)>",
    '<img srcset="//canary.invalid/19.png 1x">',
    "<svg onload=canary(20)>",
    "<svg/onload=canary(21)//",
    "<svg><script>canary(22)</script></svg>",
    "<svg><animate onbegin=canary(23) attributeName=x dur=1s>",
    '<svg><use href="//canary.invalid/24.svg#x"></use></svg>',
    '<svg><a xlink:href="javascript:canary(25)"><text>x</text></a></svg>',
    "<math><mi//xlink:href='data:x,<script>canary(26)</script>'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=canary(27)>",
    "<body onload=canary(28)>",
    "<details open ontoggle=canary(29)>",
    "<input autofocus onfocus=canary(30)>",
    "<select autofocus onfocus=canary(31)>",
    "<video><source onerror=canary(32)></video>",
    "<audio src=x onerror=canary(33)>",
    "<video poster=//canary.invalid/34.png>",
    "<iframe src=javascript:canary(35)></iframe>",
    "<iframe srcdoc='<script>parent.canary(36)</script>'>",
    "<iframe src=//canary.invalid/37></iframe>",
    "<object data=//canary.invalid/38></object>",
    "<embed src=//canary.invalid/39>",
    "<link rel=stylesheet href=//canary.invalid/40.css>",
    "<style>@import '//canary.invalid/41.css';</style>",
    '<p style="background:url(//canary.invalid/42.png)">x',
    "<base href=//canary.invalid/43/>",
    "<meta http-equiv=refresh content='0;url=//canary.invalid/44'>",
    "<form action=//canary.invalid/45><button autofocus>x",
    "<marquee onstart=canary(46)>x</marquee>",
    '" autofocus onfocus=canary(47) x="',
    "' autofocus onfocus=canary(48) x='",
    "x onmouseover=canary(49) y",
    "javascript:canary(50)",
    "JaVaScRiPt:canary(51)",
    " javascript:canary(52)//https://a.example/",
    "java\tscript:canary(53)",
    "data:text/html,<script>canary(54)</script>",
    "https://a.example/\"onmouseover='canary(55)'",
    "[x](javascript:canary(56)) ![x](//canary.invalid/56.png)",
    "{{ constructor.constructor('canary(57)')() }}{% debug %}",
    "${canary(58)} #{canary(58)} <%= canary(58) %>",
    "&lt;img src=x onerror=canary(59)&gt; &#60;script&#62;canary(59)&#60;/script&#62;",
    "\u202e\u2028<img src=x onerror=canary(60)>\u2066\ufeff",
]
# Texts that are ours or no words: names of things, states, keys.
OURS = {"public_id", "channel", "client_id", "holder", "reply_id", "locale", "author", "answered_by", "state", "handler"}


def poisoned(model: type[models.Model], payload: str) -> dict[str, Any]:
    """Every text of the model that is not ours, so also one that is added later; as long as it may be."""
    texts = [field for field in model._meta.concrete_fields if type(field) in (models.CharField, models.TextField) and not field.choices]
    return {field.name: payload[: field.max_length] for field in texts if field.name not in OURS}


@transaction.atomic
def furnish(payloads: Sequence[str] = PAYLOADS) -> None:
    """A site with one of everything for each payload, and first a conversation with all of them."""
    named = [payloads[place % len(payloads)] for place in (0, 13, 11)]
    site = Site.objects.create(key="toko", name=named[0][:80], greeting=named[1][:300])
    owner = User.objects.create_superuser("ibu", first_name=named[2][:150])
    _talk(site, owner, payloads)
    for number, payload in enumerate(payloads):
        _talk(site, owner, [payload])
        _staff_rows(site, owner, payload, number)
    for model in (Conversation, Entry):
        kind = ContentType.objects.get_for_model(model).pk
        for payload, row in zip(payloads, model._default_manager.order_by("pk")[: len(payloads)], strict=True):
            LogEntry.objects.create(user=owner, content_type_id=kind, object_id=row.pk, object_repr=payload[:200], action_flag=CHANGE, change_message=payload)
    PushDevice.objects.create(user=owner, key=vapid.current_key(), endpoint="https://push.example/1", name=named[1][:80], language="en")


def _talk(site: Site, operator: User, payloads: Sequence[str]) -> None:
    first, now = payloads[-1], timezone.now()
    talk = Conversation.objects.create(
        site=site, public_id=str(uuid4()), seq=3 * len(payloads), handler="waiting", waiting_since=now, **poisoned(Conversation, first)
    )
    for number, payload in enumerate(payloads):
        sources = [{"title": payload, "url": payload}]
        for step, author in enumerate(("visitor", "assistant", "operator"), 1):
            words = {**poisoned(Message, payload), "sources": sources if author == "assistant" else []}
            Message.objects.create(conversation=talk, seq=3 * number + step, client_id=str(uuid4()), author=author, **words)
        asked = {"question_seq": 3 * number + 1, "answer_seq": 3 * number + 2, "state": "done", "failures": [payload]}
        trace = {"d": "model", "f": [[payload[:80], 0.5]], "c": [[payload, payload, payload, 5]], "ms": 9}
        Turn.objects.create(conversation=talk, **asked, trace=trace, **poisoned(Turn, payload))
        Note.objects.create(conversation=talk, client_id=str(uuid4()), author=operator, after_seq=1, **poisoned(Note, payload))
    customer = {**poisoned(Customer, first), "sub": f"{talk.pk} {first}"[:128], "talk": talk.public_id}
    Customer.objects.create(site=site, **customer)
    Rating.objects.create(conversation=talk, seq=2, value=-1)


def _staff_rows(site: Site, owner: User, payload: str, number: int) -> None:
    """What was made from a visitor's words ("make this knowledge"), is told of them, or imitates them."""
    Entry.objects.create(site=site, title=payload[:200], answer=payload, language="id")
    source = Source.objects.create(site=site, kind="table", name=payload[:120], file="x", options={"format": "csv", "file_name": payload}, generation=1)
    run = Run.objects.create(source=source, generation=1, state="ready", error="broken", error_text=payload, detail=payload[:500])
    run.findings.create(place=payload[:500], code="empty", detail=payload[:500])
    Entry.objects.create(
        site=site, source=source, generation=1, key=payload[:200], title=payload[:200], answer=payload, place=payload[:300], facts={payload: payload}
    )
    TestQuestion.objects.create(site=site, question=payload[:300])
    Rule.objects.create(site=site, name=payload[:80], phrases=payload, answer=payload)
    CannedReply.objects.create(site=site, shortcut=f"kata{number}", title=payload[:80], text=payload)
    Tag.objects.create(site=site, name=f"{number} {payload}"[:30])
    AlertTarget.objects.create(site=site, kind="email", address=payload[:200])
    Provider.objects.create(
        site=site, name=payload[:80], base_url="http://127.0.0.1:9/v1", model=payload[:80], last_failed_at=timezone.now(), last_failure="timeout"
    )
    RefusedOrigin.objects.create(site=site, origin=payload[:255], last_at=timezone.now())
    AuditEntry.objects.create(site=site, name=payload[:150], action="read", kind="widget.rule", row="1", subject=payload[:150], detail=payload)
    Invitation.objects.create(site=site, account=payload[:254], by=owner)
    person = User.objects.create_user(f"orang{number}", first_name=payload[:150], last_name=payload[:150], email=payload[:254], is_staff=True)
    Member.objects.create(site=site, user=person, role="agent")
    job = {"args_kwargs": {"args": [payload], "kwargs": {}}, "task_path": payload[:200], "backend_name": "default", "run_after": timezone.now()}
    DBTaskResult.objects.create(pk=UUID(int=number + 1), status="FAILED", traceback=payload, exception_class_path=payload[:200], **job)
