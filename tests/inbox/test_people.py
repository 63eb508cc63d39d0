"""Who may sign in, and who may say so."""

from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse


def make_manager(client: Client) -> User:
    """Somebody who looks after accounts without being a superuser."""
    person = User.objects.create_user("rina", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(content_type__model="user"))
    client.force_login(person)
    return person


def page_of(person: User) -> str:
    return reverse("admin:auth_user_change", args=[person.pk])


def test_rights_are_offered_in_words_of_the_pages(admin_client: Client, admin_user: User) -> None:
    page = admin_client.get(page_of(admin_user)).content.decode()
    assert "Conversations: answer, hand back, close" in page and "Sites: see" in page
    assert "session" not in page.lower().replace("sessionid", "") and "log entr" not in page.lower()


def test_whoever_is_added_here_may_sign_in_here(admin_client: Client) -> None:
    form = {"username": "budi", "first_name": "Budi", "usable_password": "true", "password1": "kopi-tubruk-77", "password2": "kopi-tubruk-77"}
    admin_client.post(reverse("admin:auth_user_add"), form)
    assert User.objects.get(username="budi").is_staff


def test_only_a_superuser_gives_rights(client: Client, db: None) -> None:
    person = make_manager(client)
    client.post(page_of(person), {"username": "rina", "is_active": "on", "is_superuser": "on", "user_permissions": [1, 2, 3]})
    person.refresh_from_db()
    assert not person.is_superuser and person.user_permissions.count() == 4


def test_a_superusers_account_is_out_of_reach_of_others(client: Client, admin_user: User) -> None:
    make_manager(client)
    attempts = [
        client.post(page_of(admin_user), {"username": "admin", "is_active": ""}),
        client.get(reverse("admin:auth_user_password_change", args=[admin_user.pk])),
        client.post(reverse("admin:auth_user_delete", args=[admin_user.pk]), {"post": "yes"}),
        client.get(reverse("admin:auth_group_add")),
    ]
    assert [attempt.status_code for attempt in attempts] == [403] * 4
    assert User.objects.filter(pk=admin_user.pk, is_active=True).exists()
