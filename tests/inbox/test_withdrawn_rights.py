"""Whoever is signed in while their rights end is refused with the very next request, also by pages that only poll (S08)."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.inbox.conftest import MakeConversation
from widget.conversations.models import Conversation, Message

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


def take_the_right(person: User) -> None:
    person.user_permissions.clear()


def leave_the_group(person: User) -> None:
    person.groups.clear()


def take_the_right_from_the_group(person: User) -> None:
    for group in person.groups.all():
        group.permissions.clear()


def delete_the_session(person: User) -> object:
    return Session.objects.all().delete()


def make_person(by_group: bool = False) -> User:
    person = User.objects.create_user("rina", is_staff=True, password=PASSWORD)
    rights = Permission.objects.filter(content_type__model="conversation")
    if by_group:
        group = Group.objects.create(name="Tim")
        group.permissions.set(rights)
        person.groups.add(group)
    else:
        person.user_permissions.set(rights)
    return person


def requests(talk: Conversation) -> list[tuple[str, str]]:
    one = [("POST", reverse(f"admin:widget_conversation_{name}", args=[talk.pk])) for name in ("reply", "hand_back", "close", "delete")]
    polled = [("GET", reverse("admin:stamp")), ("GET", reverse("admin:widget_conversation_stamp", args=[talk.pk]))]
    pages = [("GET", reverse(f"admin:widget_conversation_{name}", args=[talk.pk])) for name in ("change", "history", "delete")]
    return [*polled, *pages, ("GET", reverse("admin:widget_conversation_changelist")), *one]


@pytest.mark.parametrize("by_group", [False, True], ids=["own rights", "rights of a group"])
@pytest.mark.parametrize(
    "withdraw",
    [disable, take_off_the_staff, change_the_password, delete, take_the_right, leave_the_group, take_the_right_from_the_group, delete_the_session],
)
def test_the_next_request_is_refused(withdraw: Withdraw, by_group: bool, make_conversation: MakeConversation) -> None:
    if withdraw in (take_the_right, leave_the_group, take_the_right_from_the_group) and by_group is (withdraw is take_the_right):
        return
    talk = make_conversation("v: rahasia dapur", handler="waiting")
    person = make_person(by_group)
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
