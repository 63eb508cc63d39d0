"""Whoever is signed in while their rights end is refused with the very next request, also by pages that only poll (S08)."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.inbox.conftest import MakeConversation
from tests.people import make_member
from widget.conversations.models import Conversation, Message
from widget.sites.models import Member, Site

pytestmark = pytest.mark.promise("S08")
PASSWORD = "kopi-tubruk-77"
Withdraw = Callable[[User], object]


def disable(person: User) -> object:
    return User.objects.filter(pk=person.pk).update(is_active=False)


def take_off_the_staff(person: User) -> object:
    return User.objects.filter(pk=person.pk).update(is_staff=False)


def change_the_password(person: User) -> None:
    person.set_password("lain-lagi-1234")
    person.save()


def delete(person: User) -> object:
    return person.delete()


def take_the_role(person: User) -> None:
    Member.objects.filter(user=person).delete()


def switch_the_site_off(person: User) -> None:
    Site.objects.update(active=False)


def delete_the_session(person: User) -> object:
    return Session.objects.all().delete()


def make_person() -> User:
    person = make_member("rina", "owner", Site.objects.get_or_create(key="tokosaya")[0])
    person.set_password(PASSWORD)
    person.save()
    return person


def requests(talk: Conversation) -> list[tuple[str, str]]:
    one = [("POST", reverse(f"admin:widget_conversation_{name}", args=[talk.pk])) for name in ("reply", "hand_back", "close", "delete")]
    polled = [("GET", reverse("admin:stamp")), ("GET", reverse("admin:widget_conversation_stamp", args=[talk.pk]))]
    pages = [("GET", reverse(f"admin:widget_conversation_{name}", args=[talk.pk])) for name in ("change", "history", "delete")]
    return [*polled, *pages, ("GET", reverse("admin:widget_conversation_changelist")), *one]


@pytest.mark.parametrize("withdraw", [disable, take_off_the_staff, change_the_password, delete, take_the_role, switch_the_site_off, delete_the_session])
def test_the_next_request_is_refused(withdraw: Withdraw, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: rahasia dapur", handler="waiting")
    person = make_person()
    client = Client()
    client.force_login(person)
    assert [client.get(path).status_code for method, path in requests(talk) if method == "GET"] == [200] * 6
    withdraw(person)
    for method, path in requests(talk):
        answer = client.get(path) if method == "GET" else client.post(path, {"text": "x", "post": "yes"})
        assert answer.status_code == 403 or (answer.status_code == 302 and answer["Location"].startswith("/admin/login/")), (method, path)
        assert "rahasia dapur" not in answer.content.decode()
    assert Conversation.objects.filter(handler="waiting").exists() and not Message.objects.filter(author="operator").exists()


def test_who_changes_their_own_password_stays_and_their_other_browsers_do_not(db: None) -> None:
    person = make_person()
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        client.force_login(person)
    new = "sangat-panjang-99"
    answer = here.post(reverse("admin:password_change"), {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert answer.status_code == 302
    assert here.get(reverse("admin:stamp")).status_code == 200
    assert elsewhere.get(reverse("admin:stamp")).status_code == 302


def test_signing_out_ends_the_session_for_whoever_copied_its_cookie(db: None) -> None:
    client, copied = Client(), Client()
    client.force_login(make_person())
    copied.cookies = client.cookies.copy()  # type: ignore[assignment]
    assert copied.get(reverse("admin:stamp")).status_code == 200
    client.post(reverse("admin:logout"))
    assert copied.get(reverse("admin:stamp")).status_code == 302


def test_a_session_made_before_signing_in_is_not_the_one_after_it(db: None, settings: object) -> None:
    """No fixation: what somebody planted in the browser is worth nothing afterwards."""
    make_person()
    name = settings.SESSION_COOKIE_NAME  # type: ignore[attr-defined]
    client = Client()
    client.cookies[name] = "planted0planted0planted0planted0"
    client.post("/admin/login/", {"username": "rina", "password": PASSWORD})
    assert client.cookies[name].value != "planted0planted0planted0planted0"
    stranger = Client()
    stranger.cookies[name] = "planted0planted0planted0planted0"
    assert stranger.get(reverse("admin:stamp")).status_code == 302
