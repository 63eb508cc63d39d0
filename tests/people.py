"""Makes the people tests sign in: staff with roles at sites, without passwords, whose hashes would cost most of a test's time."""

from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from widget.sites.models import Member, Site


def make_member(name: str = "rina", role: str = "", *sites: Site, **fields: Any) -> User:
    person = User.objects.create_user(name, is_staff=True, **{"first_name": name.title(), **fields})
    Member.objects.bulk_create(Member(site=site, user=person, role=role) for site in sites)
    # Read anew, so that no rights are remembered from before.
    return User.objects.get(pk=person.pk)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client
