"""Every address of the installation, asked for somebody else's things by strangers, by staff without the right and by staff of another site (S07).

The list is the URLconf's own. A route without an entry here fails the test: whoever adds one says who may use it.
"""

import re
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.test import Client
from django.urls import get_resolver, path
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from chatsite import urls
from tests.people import make_member, signed_in
from tests.urlconf import Pattern, every_pattern
from widget import routing
from widget.conversations.models import CannedReply, Conversation, Message, Tag, Turn
from widget.inbox.models import AuditEntry, GuessCount, Ticket
from widget.inbox.push import vapid
from widget.inbox.push.models import PushDevice
from widget.knowledge.models import Entry, Run, Source
from widget.knowledge.questions import TestQuestion
from widget.ops import health
from widget.ops.alerts.models import AlertTarget
from widget.providers.models import Provider
from widget.rules.models import Rule
from widget.sites.models import Invitation, Role, Site

pytestmark = [pytest.mark.django_db, pytest.mark.promise("S07")]
CANARY = "kanari kuning"
FOREIGN, UNKNOWN = "471100123", "471100124"
FOREIGN_JOB, UNKNOWN_JOB = "4711aaaa-0000-4000-8000-000000000001", "4711aaaa-0000-4000-8000-000000000002"

# Everybody may ask, and nothing of a person's is behind it.
EVERYBODY = {
    "": "leads to the admin",
    "admin/login/": "the door itself",
    "admin/login/second-step/": "asks for the code, and only whose password was right",
    "admin/logout/": "ends one's own session",
    "admin/jsi18n/": "Django's own words",
    "admin/language/": "sets one's own cookie",
    "admin/(?P<url>.*)$": "what is not there",
    "widget.js": "what a website shows to all its visitors",
    r"^(?P<name>(?:panel|module)-[\w-]+\.(?:js|css))$": "built files",
    "admin/app.webmanifest": "what a phone needs to install the admin",
    "admin/worker.js": "the script that shows notices",
    "c/<slug:key>": "the chat page, to be linked by everybody",
    "c/<slug:key>/return": "where a return link leads, the same for everybody",
    "c/<slug:key>/exchange": "takes a signed token, tried in tests/embed/test_returning.py",
    "privacy/<slug:key>": "the privacy page",
}
# Everybody of the staff; shows of the business only what they may see (looked at below).
STAFF = {
    "admin/",
    "admin/second-step/",
    "admin/invitation/<slug:code>/",
    "admin/password_change/",
    "admin/password_change/done/",
    "admin/^(?P<app_label>widget|auth)/$",
}
# Only with the right to it.
GUARDED = {
    "admin/setup/<slug:step>/",
    "admin/inbox/",
    "admin/inbox/<slug:talk>/",
    "admin/inbox/<slug:talk>/record/",
    "admin/inbox/<slug:talk>/why/<int:seq>/",
    "admin/inbox/<slug:talk>/link/",
    "admin/devices/",
    "admin/devices/subscribe/",
    "admin/devices/<int:pk>/test/",
    "admin/devices/<int:pk>/remove/",
    "admin/inbox/ticket/",
    "admin/stamp/",
    "admin/invitations/",
    "admin/invitations/<int:pk>/withdraw/",
    "admin/try/",
    "admin/insights/<slug:name>.csv",
    "admin/insights/missing/",
    "admin/autocomplete/",
    "admin/r/<path:content_type_id>/<path:object_id>/",
}
# The same for each page of MODELS; what only some have stands behind.
OF_A_MODEL = {"", "add/", "<path:object_id>/", "<path:object_id>/history/", "<path:object_id>/delete/", "<path:object_id>/change/"}
OF_ONE_MODEL = {
    "widget/conversation": {"<int:pk>/reply/", "<int:pk>/hand-back/", "<int:pk>/close/", "<int:pk>/stamp/"},
    "widget/entry": {"starters/", "usual/", "<int:pk>/keep/", "<int:pk>/switch/"},
    "widget/source": {"<int:pk>/act/", "<int:pk>/file/", "<int:pk>/stamp/", "<int:pk>/columns/"},
    "widget/testquestion": {"run/"},
    "widget/rule": {"starters/"},
    "widget/site": {"<int:pk>/allow/", "<int:pk>/holidays/", "<int:pk>/identity/"},
    "auth/user": {"<id>/password/", "<int:pk>/second-step/"},
}
MODELS: dict[str, type[Model]] = {
    "widget/conversation": Conversation,
    "widget/cannedreply": CannedReply,
    "widget/tag": Tag,
    "widget/entry": Entry,
    "widget/source": Source,
    "widget/testquestion": TestQuestion,
    "widget/rule": Rule,
    "widget/site": Site,
    "widget/alerttarget": AlertTarget,
    "widget/provider": Provider,
    "widget/backgroundjob": DBTaskResult,
    "widget/auditentry": AuditEntry,
    "auth/user": User,
}
# What a form might be sent with.
FORM: dict[str, Any] = {
    "text": "halo",
    "post": "yes",
    "origin": "https://jahat.example",
    "name": "x",
    "username": "x",
    "site": FOREIGN,
    "password1": "kopi-tubruk-77",
    "account": "tamu",
    "role": "owner",
    "answer": "accept",
    "act": "undo",
    "way": "website",
    "address": "https://toko.example",
    "every": "never",
}


def all_routes() -> list[str]:
    return [pattern.route for pattern in every_pattern(get_resolver())]


def of_models() -> set[str]:
    return {f"admin/{model}/{page}" for model in MODELS for page in OF_A_MODEL | OF_ONE_MODEL.get(model, set())}


def test_every_address_has_its_entry() -> None:
    entered = EVERYBODY.keys() | STAFF | GUARDED | of_models()
    assert set(all_routes()) == entered, "say in this file who may use a new address, and drop what is gone"
    assert len(entered) == len(EVERYBODY) + len(STAFF) + len(GUARDED) + len(of_models())


def test_there_is_no_address_besides_the_urlconf_but_these() -> None:
    """What is answered before Django: the probes, which know nobody, and the line, tried in tests/realtime/."""
    assert set(health._PAGES) == {"/healthz", "/readyz", "/metrics"}
    assert [str(pattern.pattern) for pattern in routing.websocket_urlpatterns] == ["ws/chat/<slug:key>", "ws/inbox"]


@dataclass(frozen=True)
class Pair:
    """The address of something of theirs, and that of nothing."""

    route: str
    foreign: str
    unknown: str


def pairs(routes: Iterable[str]) -> Iterator[Pair]:
    for route in sorted(routes):
        ids = (FOREIGN_JOB, UNKNOWN_JOB) if "backgroundjob" in route else (FOREIGN, UNKNOWN)
        kind = str(ContentType.objects.get_for_model(Conversation).pk)
        plain = route.replace("<path:content_type_id>", kind).replace("^(?P<app_label>widget|auth)/$", "widget/")
        foreign, unknown = (f"/{re.sub(r'<[^>]+>', one, plain)}" for one in ids)
        yield Pair(route, foreign, unknown)


@pytest.fixture
def belongings() -> Site:
    """One of everything, with the canary in every text."""
    site = Site.objects.create(pk=FOREIGN, key=f"toko-{FOREIGN}", name=CANARY, greeting=CANARY)
    talk = Conversation.objects.create(
        pk=FOREIGN, site=site, public_id=FOREIGN, seq=1, handler="waiting", waiting_since=timezone.now(), name=CANARY, contact=CANARY
    )
    Message.objects.create(conversation=talk, seq=1, client_id="1", author="visitor", text=CANARY)
    Turn.objects.create(conversation=talk, question_seq=1, state="running", partial=CANARY)
    Entry.objects.create(pk=FOREIGN, site=site, title=CANARY, answer=CANARY)
    source = Source.objects.create(
        pk=FOREIGN, site=site, kind="table", name=CANARY, file="kanari.upload", options={"format": "csv", "file_name": CANARY}, generation=1, former=2
    )
    run = Run.objects.create(source=source, generation=1, state="ready", detail=CANARY)
    run.findings.create(place=CANARY, code="empty", detail=CANARY)
    TestQuestion.objects.create(pk=FOREIGN, site=site, question=CANARY)
    CannedReply.objects.create(pk=FOREIGN, site=site, shortcut="kanari", title=CANARY, text=CANARY)
    Tag.objects.create(pk=FOREIGN, site=site, name=CANARY)
    Rule.objects.create(pk=FOREIGN, site=site, name=CANARY, phrases=CANARY, answer=CANARY)
    AlertTarget.objects.create(pk=FOREIGN, site=site, kind="email", address=f"{CANARY.replace(' ', '')}@toko.example")
    Provider.objects.create(pk=FOREIGN, site=site, name=CANARY, base_url="http://127.0.0.1:9/v1", model=CANARY, key="sk-kanari-kuning")
    fields = {"args_kwargs": {"args": [CANARY], "kwargs": {}}, "task_path": CANARY, "backend_name": "default", "run_after": timezone.now()}
    DBTaskResult.objects.create(pk=UUID(FOREIGN_JOB), status="FAILED", traceback=CANARY, exception_class_path="x", **fields)
    AuditEntry.objects.create(pk=FOREIGN, site=site, name=CANARY, action="read", kind="widget.rule", row=FOREIGN, subject=CANARY)
    owner = User.objects.create_superuser("pemilik", pk=FOREIGN, first_name=CANARY)
    Invitation.objects.create(pk=FOREIGN, site=site, account=CANARY, by=owner, code=FOREIGN)
    PushDevice.objects.create(pk=FOREIGN, user=owner, key=vapid.current_key(), endpoint="https://push.example/1", name=CANARY, language="en")
    for model in MODELS.values():
        kind = ContentType.objects.get_for_model(model).pk
        LogEntry.objects.create(user=owner, content_type_id=kind, object_id=FOREIGN, object_repr=CANARY, action_flag=ADDITION, change_message=CANARY)
    return site


def stored() -> dict[str, list[Any]]:
    """Everything but who is signed in and may open a line of their own."""
    kept = [model for model in apps.get_models() if model not in (Session, GuessCount, Ticket) and not model._meta.proxy]
    return {model._meta.label: list(model._base_manager.order_by("pk").values_list()) for model in kept}


def asked(client: Client, method: str, address: str) -> tuple[HttpResponse, str]:
    """The answer, and what the next page would say about it; forgotten, so that each answer stands for itself."""
    answer: HttpResponse = client.get(address) if method == "GET" else client.post(address, FORM)  # type: ignore[assignment]
    session = client.session
    said = str(session.pop("_messages", ""))
    if said:
        session.save()
    return answer, said


def told(asked: tuple[HttpResponse, str]) -> str:
    """All of the answer that could tell something, with the two ids made alike."""
    answer, said = asked
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(answer.headers.items()) if name != "Expires")
    whole = f"{answer.status_code}\n{headers}\n{said}\n{answer.content.decode()}"
    for one in (FOREIGN, UNKNOWN, FOREIGN_JOB, UNKNOWN_JOB):
        whole = whole.replace(one, "ID")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|"(ticket|csrf)": "[\w-]+"', "RANDOM", whole)


def nobody() -> Client:
    return Client()


def no_longer_staff() -> Client:
    return signed_in(User.objects.create_user("tamu", is_staff=False))


def without_a_role() -> Client:
    return signed_in(make_member("tamu"))


def at_another_site(role: str) -> Client:
    # With ids of their own choice: the next free one is the unknown one.
    return signed_in(make_member("tamu", role, Site.objects.create(pk=7, key="lain", name="Lain"), pk=7))


def check(client: Client, routes: Iterable[str], open_ways: Container[str] = STAFF) -> int:
    """Asks with their ids and with unknown ones. `open_ways` may be shown, though nothing of theirs on them."""
    before = stored()
    tried = 0
    for pair in list(pairs(routes)):
        for method in ("GET", "POST"):
            foreign, unknown = asked(client, method, pair.foreign), asked(client, method, pair.unknown)
            answer = foreign[0]
            assert told(foreign) == told(unknown), f"{method} {pair.route} tells that it is there"
            assert CANARY not in answer.content.decode() and "kanarikuning" not in answer.content.decode(), f"{method} {pair.route}"
            assert answer.status_code in (302, 403, 404, 405) or pair.route in open_ways, f"{method} {pair.route}: {answer.status_code}"
            tried += 1
    after = stored()
    assert {label: rows for label, rows in after.items() if rows != before[label]} == {}
    return tried


@pytest.mark.parametrize("who", [nobody, no_longer_staff, without_a_role])
def test_nothing_is_read_changed_or_given_away_without_the_right(who: Callable[[], Client], belongings: Site) -> None:
    assert check(who(), of_models() | STAFF | GUARDED) > 100


@pytest.mark.promise("S71")
@pytest.mark.parametrize("role", Role.values)
def test_nothing_is_read_changed_or_given_away_by_people_of_another_site(role: str, belongings: Site) -> None:
    without_ids = {route for route in of_models() if "<" not in route}
    assert check(at_another_site(role), of_models() | STAFF | GUARDED, STAFF | GUARDED | without_ids) > 100


def test_the_first_page_shows_only_what_one_may_see(belongings: Site) -> None:
    page = without_a_role().get("/admin/").content.decode()
    assert CANARY not in page and not re.search(r'href="/admin/(widget|auth)/', page)


def test_public_pages_tell_nothing_of_a_site_that_is_off(belongings: Site) -> None:
    Site.objects.update(active=False)
    for address in ("/c/toko-{}", "/privacy/toko-{}", "/widget.js?site=toko-{}"):
        foreign, unknown = (Client().get(address.format(one)) for one in (FOREIGN, UNKNOWN))
        assert told((foreign, "")) == told((unknown, ""))  # type: ignore[arg-type]


def forgetful(request: HttpRequest, pk: int) -> HttpResponse:
    """What this file is there to find: a page for signed-in people that looks up a row without its site."""
    return HttpResponse(get_object_or_404(Entry, pk=pk).title)


def careless(request: HttpRequest, pk: int) -> HttpResponse:
    """Tells no word of theirs, and changes it."""
    Entry.objects.filter(pk=pk).update(title="x")
    return HttpResponse(status=404)


@pytest.mark.promise("S71")
@pytest.mark.parametrize("view", [forgetful, careless])
def test_a_route_that_forgets_its_site_is_found(view: Callable[..., HttpResponse], belongings: Site, settings: Any) -> None:
    class WithOneMore:
        urlpatterns = (path("admin/forgotten/<int:pk>/", admin.site.admin_view(view)), *urls.urlpatterns)

    settings.ROOT_URLCONF = WithOneMore
    assert set(all_routes()) - (EVERYBODY.keys() | STAFF | GUARDED | of_models()) == {"admin/forgotten/<int:pk>/"}, "it wants its entry"
    with pytest.raises(AssertionError):
        check(at_another_site("owner"), ["admin/forgotten/<int:pk>/"])
    assert check(nobody(), ["admin/forgotten/<int:pk>/"]) == 2


def test_what_is_listed_is_what_exists() -> None:
    assert all(isinstance(pattern, Pattern) for pattern in every_pattern(get_resolver()))
    assert len(all_routes()) > 60
