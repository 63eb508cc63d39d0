"""The admin's door: guessing is slowed to a crawl, the owner always gets in again, and there is nothing else to guess at (S18)."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests.urlconf import every_pattern
from widget.inbox import sign_in_throttle
from widget.inbox.models import GuessCount

PASSWORD = "kopi-tubruk-77"
LOGIN = "/admin/login/"
Count = Callable[[int, int], int]
pytestmark = pytest.mark.promise("S18")


class Clock:
    def __init__(self) -> None:
        self.now = timezone.now()

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(sign_in_throttle.timezone, "now", clock)
    return clock


@pytest.fixture
def owner(db: None, settings: Settings) -> Iterator[User]:
    # What is tried here is the counting, so looking at a password costs next to nothing.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    yield User.objects.create_superuser("sari", password=PASSWORD)


def give(client: Client, password: str, account: str = "sari", address: str = "203.0.113.1") -> int:
    """200: the password was wrong. 302: it was right. 429: it was not looked at."""
    return client.post(LOGIN, {"username": account, "password": password}, REMOTE_ADDR=address).status_code


def looked_at(statuses: list[int]) -> int:
    return sum(status != 429 for status in statuses)


def test_two_hundred_guesses_at_an_account_are_five(owner: User, full_count: Count) -> None:
    tries = full_count(30, 200)
    statuses = [give(Client(), f"guess-{number}") for number in range(tries)]
    assert statuses == [200] * 5 + [429] * (tries - 5)
    # The right password is not looked at either: a guesser would learn it.
    assert give(Client(), PASSWORD) == 429


def test_two_hundred_accounts_from_one_address_are_ten(owner: User, full_count: Count) -> None:
    statuses = [give(Client(), "123456789", account=f"user{number}") for number in range(full_count(30, 200))]
    assert looked_at(statuses) == 10


def test_two_hundred_addresses_for_one_account_are_twenty(owner: User, full_count: Count) -> None:
    statuses = [give(Client(), f"guess-{number}", address=f"203.0.113.{number}") for number in range(full_count(30, 200))]
    assert looked_at(statuses) == 20


def test_an_invented_forwarded_address_is_no_new_address(owner: User, full_count: Count) -> None:
    statuses = [
        Client().post(LOGIN, {"username": "sari", "password": "x"}, headers={"x-forwarded-for": f"198.51.100.{number}"}).status_code
        for number in range(full_count(30, 200))
    ]
    assert looked_at(statuses) == 5


@pytest.mark.parametrize("spelling", ["sari", "SARI", "Sari", "ｓａｒｉ"])
def test_another_spelling_is_no_other_account(owner: User, spelling: str) -> None:
    for number in range(5):
        give(Client(), f"guess-{number}")
    assert give(Client(), "guess", account=spelling) == 429


def test_an_own_account_buys_no_guesses_at_others(owner: User, clock: Clock) -> None:
    User.objects.create_user("budi", password=PASSWORD, is_staff=True)
    statuses = []
    for number in range(14):
        statuses.append(give(Client(), f"guess-{number}", account=f"user{number}"))
        give(Client(), PASSWORD, account="budi")
    assert looked_at(statuses) == 10


def test_waiting_is_a_matter_of_minutes_and_grows(owner: User, clock: Clock) -> None:
    client = Client()
    waits = []
    for number in range(5):
        give(client, f"guess-{number}")
    for number in range(5):
        answer = client.post(LOGIN, {"username": "sari", "password": PASSWORD}, REMOTE_ADDR="203.0.113.1")
        waits.append(int(answer["Retry-After"]))
        clock.now += timedelta(seconds=waits[-1])
        assert give(client, f"wrong-{number}") == 200
    assert waits == [60, 120, 240, 480, 900]
    clock.now += timedelta(minutes=15)
    assert give(client, PASSWORD) == 302


def test_refused_tries_do_not_make_the_wait_longer(owner: User, clock: Clock) -> None:
    for number in range(50):
        give(Client(), f"guess-{number}")
    clock.now += timedelta(minutes=1)
    assert give(Client(), PASSWORD) == 302


def test_the_right_password_forgets_the_wrong_ones_before_it(owner: User) -> None:
    for _round in range(3):
        assert [give(Client(), "typo") for _ in range(3)] == [200] * 3
        assert give(Client(), PASSWORD) == 302


def test_a_browser_that_signed_in_before_is_not_locked_out_by_a_stranger(owner: User, settings: Settings) -> None:
    own = Client()
    assert give(own, PASSWORD) == 302
    del own.cookies[settings.SESSION_COOKIE_NAME]
    # Everybody at once, from the owner's address as well.
    for number in range(100):
        give(Client(), "x", address=f"203.0.113.{number % 40}")
    assert give(Client(), PASSWORD, address="203.0.113.1") == 429
    assert give(own, PASSWORD, address="203.0.113.1") == 302


def test_a_known_browser_is_known_for_its_own_account_only_and_counted_too(owner: User, settings: Settings) -> None:
    User.objects.create_user("budi", password=PASSWORD, is_staff=True)
    own = Client()
    give(own, PASSWORD, account="budi")
    mark = own.cookies[settings.KNOWN_BROWSER_COOKIE_NAME]
    assert mark["httponly"] and mark["samesite"] == "Strict"
    assert looked_at([give(own, f"guess-{number}", account="sari") for number in range(8)]) == 5
    assert looked_at([give(own, f"guess-{number}", account="budi", address="203.0.113.77") for number in range(8)]) == 5
    forged = Client()
    for number in range(6):
        give(forged, f"guess-{number}", account="budi")
    for value in ["", "x", mark.value[:-1] + "A", "sari.1:1abcde:x", mark.value.partition(":")[0]]:
        forged.cookies[settings.KNOWN_BROWSER_COOKIE_NAME] = value
        assert give(forged, PASSWORD, account="budi") == 429


def test_the_wait_is_said_in_the_persons_language_on_the_ordinary_page(owner: User) -> None:
    for number in range(5):
        give(Client(), f"guess-{number}")
    answer = Client().post(LOGIN, {"username": "sari", "password": "x"}, REMOTE_ADDR="203.0.113.1", headers={"accept-language": "en"})
    page = answer.content.decode()
    assert "Too many wrong passwords. For safety, please wait 1 minute and try again." in page and 'name="password"' in page


def test_nothing_tells_an_account_that_exists_from_one_that_does_not(owner: User) -> None:
    def answers(account: str, address: str) -> list[str]:
        client = Client()
        pages = [client.post(LOGIN, {"username": account, "password": f"x{number}"}, REMOTE_ADDR=address) for number in range(7)]
        return [f"{page.status_code} {page.context['form'].errors}" for page in pages]

    assert answers("sari", "203.0.113.1") == answers("nobody", "203.0.113.2")


def test_neither_names_nor_addresses_nor_passwords_are_kept_or_logged(owner: User, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "widget"):
        for number in range(8):
            give(Client(), f"guess-{number}", account="sari\r\nINFO all is well")
    assert "5 passwords given at the admin's door" in caplog.text
    kept = str(list(GuessCount.objects.values_list())) + caplog.text
    assert not [secret for secret in ("sari", "203.0.113", "guess-", "all is well") if secret in kept]


def test_what_is_an_hour_old_is_forgotten(owner: User, clock: Clock) -> None:
    for number in range(4):
        give(Client(), f"guess-{number}")
    clock.now += sign_in_throttle.PERIOD + timedelta(seconds=1)
    assert [give(Client(), f"guess-{number}") for number in range(4)] == [200] * 4
    assert GuessCount.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_fifty_tries_at_the_same_instant_are_five(full_count: Count) -> None:
    def attempt(_number: int) -> bool:
        try:
            sign_in_throttle.begin("sari", "203.0.113.1")
        except sign_in_throttle.TooManyGuessesError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(10) as threads:
        assert sum(threads.map(attempt, range(full_count(50, 200)))) == 5


# -- nothing else to guess ------------------------------------------------------------------------------------------------
def test_a_fresh_installation_has_no_account(db: None) -> None:
    assert not User.objects.exists()
    for account, password in [("admin", "admin"), ("admin", "123456"), ("admin", "password"), ("root", "root"), ("demo", "demo")]:
        assert give(Client(), password, account=account) == 200


def test_the_demo_makes_one_account_with_a_password_nobody_can_guess(db: None, settings: Settings, tmp_path: object) -> None:
    settings.DATA_DIR = tmp_path
    call_command("set_up_demo")
    password = (tmp_path / "admin-password.txt").read_text().strip()  # type: ignore[operator]
    assert User.objects.count() == 1
    # 16 characters out of 31: 79 bits.
    assert len(password.replace("-", "")) == 16 and len(set(password)) > 6


def test_no_page_sends_or_sets_a_forgotten_password() -> None:
    for name in ("password_reset", "password_reset_confirm", "admin_password_reset"):
        with pytest.raises(NoReverseMatch):
            reverse(name, args=["a", "b"] if name.endswith("confirm") else [])
    names = [f"{pattern.name} {pattern.route}" for pattern in every_pattern(get_resolver())]
    assert len(names) > 50 and not [name for name in names if "reset" in name]
