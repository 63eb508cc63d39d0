"""The two steps of the admin's door together: guesses behind a proxy, codes at the same moment, sessions planted or taken over between the steps (S18)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tests.inbox.test_second_step import PASSWORD, STEP, after_password, code_of, is_in, turned_on
from tests.people import make_member, signed_in
from widget.inbox import second_factor, totp
from widget.inbox.models import GuessCount, SecondFactor
from widget.inbox.second_step_pages import PENDING
from widget.sites.models import Member, Site

pytestmark = [pytest.mark.django_db, pytest.mark.promise("S18")]
LOGIN = "/admin/login/"
Count = Callable[[int, int], int]


@pytest.fixture
def person(site: Site, settings: Settings) -> User:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    made = make_member("rina", "owner", site, first_name="Rinasusanti")
    made.set_password(PASSWORD)
    made.save()
    return made


def guess(forwarded: str, account: str = "rina") -> int:
    return Client().post(LOGIN, {"username": account, "password": "salah"}, headers={"x-forwarded-for": forwarded}).status_code


def test_behind_a_proxy_the_entry_it_wrote_is_counted_and_not_what_a_guesser_writes(person: User, settings: Settings, full_count: Count) -> None:
    settings.TRUSTED_PROXIES = 1
    tries = full_count(20, 200)
    one_phone = [guess(f"198.51.100.{number}, 203.0.113.5") for number in range(tries)]
    assert sum(status != 429 for status in one_phone) == 5
    # Other phones behind the same proxy are counted apart, and all of them together for the account.
    others = [guess(f"203.0.113.{number % 200 + 10}") for number in range(tries)]
    assert sum(status != 429 for status in others) == 15
    assert guess("203.0.113.99", account="siti") == 200


def test_many_names_from_one_address_behind_a_proxy_are_ten(person: User, settings: Settings, full_count: Count) -> None:
    settings.TRUSTED_PROXIES = 1
    statuses = [guess("203.0.113.5", account=f"orang{number}") for number in range(full_count(20, 200))]
    assert sum(status != 429 for status in statuses) == 10


def test_guesses_at_the_code_from_many_addresses_are_twenty(person: User, full_count: Count) -> None:
    """The password is known: each address signs in anew, and the code is still counted for the person."""
    turned_on(person)
    looked = 0
    for number in range(full_count(25, 200)):
        client = after_password(person)
        looked += client.post(STEP, {"code": f"{number:06}"}, REMOTE_ADDR=f"203.0.113.{number}").status_code == 200
    assert looked == 20 and not any("rina" in str(row) for row in GuessCount.objects.values_list())


def test_the_right_password_does_not_forget_wrong_codes(person: User) -> None:
    turned_on(person)
    for _round in range(5):
        after_password(person).post(STEP, {"code": "000000"})
    assert after_password(person).post(STEP, {"code": code_of(person)}).status_code == 429


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["code", "recovery code"])
def test_of_ten_who_give_the_same_code_at_once_one_is_let_in(kind: str) -> None:
    person = make_member("rina")
    codes = turned_on(person)
    code = code_of(person) if kind == "code" else codes[0]

    def give(_number: int) -> bool:
        try:
            return second_factor.check(person, code)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        assert sum(threads.map(give, range(10))) == 1


def test_an_older_code_is_worth_nothing_after_a_newer_one(person: User) -> None:
    turned_on(person)
    older, newer = code_of(person), code_of(person, later=1)
    assert second_factor.check(person, newer) and not second_factor.check(person, older) and not second_factor.check(person, newer)


@pytest.mark.parametrize("code", ["", " ", "12345", "1234567", "１２３４５６", "0x1E240", "123456\x00", "9" * 5000, "None", "[]"])
def test_what_is_no_code_is_refused_in_words(code: str, person: User) -> None:
    turned_on(person)
    client = after_password(person)
    assert client.post(STEP, {"code": code}).status_code == 200 and not is_in(client)


def test_codes_of_somebody_else_open_nothing(person: User) -> None:
    other = make_member("siti")
    recovery = turned_on(other)
    turned_on(person)
    client = after_password(person)
    for code in (recovery[0], totp.code_at(str(SecondFactor.objects.get(user=other).secret), totp.step_now())):
        client.post(STEP, {"code": code})
    assert not is_in(client) and second_factor.codes_left(other) == 8


def test_neither_step_goes_on_with_the_session_it_began_with(person: User, settings: Settings) -> None:
    """Whoever planted or saw the earlier cookie has nothing."""
    turned_on(person)
    client = Client()
    client.get(LOGIN)
    client.post(LOGIN, {"username": "rina", "password": PASSWORD})
    between = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(STEP, {"code": code_of(person)})
    assert is_in(client) and client.cookies[settings.SESSION_COOKIE_NAME].value != between
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = between
    assert not is_in(thief) and thief.post(STEP, {"code": code_of(person, later=1)}).status_code == 302 and not is_in(thief)


def test_a_pending_step_of_another_person_is_not_finished_by_the_own_code(person: User) -> None:
    """In one browser: the last password given counts, and only its person's code."""
    other = make_member("siti")
    other.set_password(PASSWORD)
    other.save()
    turned_on(person)
    turned_on(other)
    client = after_password(person)
    client.post(LOGIN, {"username": "siti", "password": PASSWORD})
    client.post(STEP, {"code": code_of(person)})
    assert not is_in(client) and client.session[PENDING]["user"] == other.pk


@pytest.mark.parametrize("what", ["staff", "role", "second step"])
def test_rights_taken_while_the_code_is_asked_for_are_gone_after_it(what: str, person: User) -> None:
    codes = turned_on(person)
    client = after_password(person)
    if what == "staff":
        User.objects.filter(pk=person.pk).update(is_staff=False)
    elif what == "role":
        Member.objects.filter(user=person).delete()
    else:
        second_factor.turn_off(person)
    client.post(STEP, {"code": codes[0]})
    if what == "role":
        assert is_in(client) and client.get("/admin/widget/conversation/").status_code == 403
    else:
        assert not is_in(client)


@pytest.mark.parametrize("password", ["rinasusanti1", "password123", "1234567890123", "pendek9", "qwertyuiop"])
def test_weak_passwords_are_refused_at_every_door(password: str, person: User, site: Site) -> None:
    client = signed_in(person)
    new = {"password1": password, "password2": password}
    row = {"memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 0, "memberships-0-site": site.pk, "memberships-0-role": "agent"}
    added = {"username": "rina.rina", "first_name": "Rinasusanti", "usable_password": "true", **new, **row}
    assert client.post(reverse("admin:auth_user_add"), added).status_code == 200
    own = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    assert client.post(reverse("admin:password_change"), own).status_code == 200
    theirs = {"usable_password": "true", "set-password": "1", **new}
    assert client.post(reverse("admin:auth_user_password_change", args=[person.pk]), theirs).status_code == 200
    assert not User.objects.filter(username="rina.rina").exists() and User.objects.get(pk=person.pk).check_password(PASSWORD)
