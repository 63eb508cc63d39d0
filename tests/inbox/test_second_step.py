"""The optional second step at sign-in: without its code a right password opens nothing."""

import re
import time

import pytest
import segno
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from tests.inbox.test_every_route import EVERYBODY, all_routes, pairs
from tests.people import make_member, signed_in
from widget.inbox import qr_code, second_factor, totp
from widget.inbox.models import AuditEntry, GuessCount, SecondFactor
from widget.inbox.second_step_pages import PENDING, PENDING_SECONDS
from widget.sites.models import Site

pytestmark = pytest.mark.django_db
PASSWORD, STEP, SETTINGS = "kopi-tubruk-77", "/admin/login/second-step/", "/admin/second-step/"


@pytest.fixture
def person(site: Site) -> User:
    made = make_member("rina", "owner", site)
    made.set_password(PASSWORD)
    made.save()
    return made


def code_of(person: User, later: int = 0) -> str:
    """A code that was not used: turning it on used the present one up."""
    return totp.code_at(str(SecondFactor.objects.get(user=person).secret), totp.step_now() + later)


def turned_on(person: User) -> list[str]:
    second_factor.begin(person)
    codes = second_factor.confirm(person, code_of(person))
    SecondFactor.objects.update(last_step=0)
    return codes


def after_password(person: User) -> Client:
    client = Client()
    answer = client.post("/admin/login/", {"username": person.username, "password": PASSWORD, "next": "/admin/widget/entry/"})
    assert answer.status_code == 302 and answer["Location"] == STEP
    return client


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


@pytest.mark.parametrize(("now", "code"), [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")])
def test_codes_are_those_of_the_standard(now: int, code: str) -> None:
    """The vectors of RFC 6238, appendix B, in their last six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert totp.matching_step(secret, code, now) == now // 30
    for late, known in ((-60, False), (-30, True), (30, True), (60, False)):
        assert (totp.matching_step(secret, code, now // 30 * 30 + late) is not None) is known
    assert totp.matching_step("", code, now) is None


def test_without_the_code_no_page_of_the_admin_opens(person: User) -> None:
    turned_on(person)
    client = after_password(person)
    tried = 0
    for pair in list(pairs(route for route in all_routes() if route.startswith("admin/") and route not in EVERYBODY)):
        for answer in (client.get(pair.foreign), client.post(pair.foreign, {"text": "x"})):
            assert answer.status_code == 302 and answer["Location"].startswith("/admin/login/?next="), pair.route
            tried += 1
    assert tried > 100 and "_auth_user_id" not in client.session


def test_the_code_lets_in_once_and_leads_on(person: User) -> None:
    turned_on(person)
    client, code = after_password(person), code_of(person)
    answer = client.post(STEP, {"code": f" {code[:3]} {code[3:]} "})
    assert answer["Location"] == "/admin/widget/entry/" and is_in(client) and PENDING not in client.session
    again = after_password(person)
    assert again.post(STEP, {"code": code}).status_code == 200 and not is_in(again)


def test_a_recovery_code_lets_in_once(person: User) -> None:
    codes = turned_on(person)
    assert len(set(codes)) == 8 and not any(code in str(SecondFactor.objects.values_list()) for code in codes)
    for expected in (True, False):
        client = after_password(person)
        client.post(STEP, {"code": codes[3].upper()})
        assert is_in(client) is expected
    assert second_factor.codes_left(person) == 7


def test_wrong_codes_are_counted_like_wrong_passwords(person: User) -> None:
    turned_on(person)
    client = after_password(person)
    answers = [client.post(STEP, {"code": f"00000{number}"}).status_code for number in range(6)]
    assert answers == [200] * 5 + [429] and not is_in(client)
    assert client.post(STEP, {"code": code_of(person)}).status_code == 429
    GuessCount.objects.all().delete()
    client.post(STEP, {"code": code_of(person)})
    assert is_in(client)


@pytest.mark.parametrize("what", ["late", "switched off", "other password", "nothing before"])
def test_a_right_code_alone_is_worth_nothing(what: str, person: User) -> None:
    turned_on(person)
    client = Client() if what == "nothing before" else after_password(person)
    if what == "late":
        session = client.session
        session[PENDING] = {**session[PENDING], "until": time.time() - 1}
        session.save()
        assert PENDING_SECONDS == 300
    elif what == "switched off":
        User.objects.update(is_active=False)
    elif what == "other password":
        person.set_password("lain-lagi-1234")
        person.save()
    assert client.post(STEP, {"code": code_of(person)})["Location"] == "/admin/login/" and not is_in(client)


def test_a_secret_that_cannot_be_opened_lets_nobody_in_but_recovery_codes_do(person: User) -> None:
    codes = turned_on(person)
    SecondFactor.objects.update(secret="")
    client = after_password(person)
    for code in ("", "000000", totp.code_at("", totp.step_now())):
        client.post(STEP, {"code": code})
    assert not is_in(client)
    client.post(STEP, {"code": codes[0]})
    assert is_in(client)


def test_it_is_set_up_and_turned_off_on_its_page(person: User) -> None:
    client = signed_in(person)
    assert "The second step is off" in client.get(SETTINGS).content.decode() and "Second step at sign-in" in client.get("/admin/").content.decode()
    page = client.post(SETTINGS, {"action": "begin"}).content.decode()
    secret = SecondFactor.objects.get().secret
    assert f"otpauth://totp/Kanal%20testserver%3Arina?secret={secret}" in page and f"{secret[:4]} {secret[4:8]}" in page
    assert not second_factor.is_on(person), "nothing is asked before a code was right"
    assert "not right" in client.post(SETTINGS, {"action": "confirm", "code": "000000"}).content.decode()
    shown = client.post(SETTINGS, {"action": "confirm", "code": code_of(person)}).content.decode()
    codes = re.findall(r"\b(?:[a-z2-9]{4}-){3}[a-z2-9]{4}\b", shown)
    assert len(codes) == 8 and second_factor.is_on(person)
    later = client.get(SETTINGS).content.decode()
    assert secret not in later and codes[0] not in later
    client.post(SETTINGS, {"action": "off", "code": "000000"})
    assert second_factor.is_on(person)
    client.post(SETTINGS, {"action": "off", "code": codes[0]})
    assert not second_factor.is_on(person)
    assert list(AuditEntry.objects.filter(action="second_factor").order_by("pk").values_list("detail", flat=True)) == ["turned on", "turned off"]


def test_the_key_stands_beside_its_qr_code_until_it_is_confirmed(person: User) -> None:
    client = signed_in(person)
    page = client.post(SETTINGS, {"action": "begin"}).content.decode()
    link = re.findall(r'href="(otpauth://[^"]+)"', page)[0].replace("&amp;", "&")
    assert f'<path class="dark" d="{qr_code.draw(link).path}"/>' in page and "style=" not in page
    second_factor.confirm(person, code_of(person))
    assert "<path class=" not in client.get(SETTINGS).content.decode()


def test_a_qr_code_is_drawn_module_by_module() -> None:
    """Painted again from the path, it is the matrix of the encoder with its light rim."""
    code = qr_code.draw("otpauth://totp/Kanal%20toko.example%3Arina?secret=GEZDGNBVGY3TQOJQ&issuer=Kanal+toko.example")
    bars = re.findall(r"M(\d+) (\d+)h(\d+)v1H(\d+)z", code.path)
    assert "".join("M{} {}h{}v1H{}z".format(*bar) for bar in bars) == code.path and all(bar[0] == bar[3] for bar in bars)
    dark = {(int(x) + step, int(y)) for x, y, width, _x in bars for step in range(int(width))}
    made = segno.make("otpauth://totp/Kanal%20toko.example%3Arina?secret=GEZDGNBVGY3TQOJQ&issuer=Kanal+toko.example", error="m", micro=False)
    assert dark == {(x + 4, y + 4) for y, row in enumerate(made.matrix) for x, module in enumerate(row) if module}
    assert code.size == len(made.matrix) + 8


def test_whoever_runs_the_server_turns_it_off_for_anybody(person: User) -> None:
    turned_on(person)
    call_command("reset_second_step", "rina")
    assert not second_factor.is_on(person) and AuditEntry.objects.get(action="second_factor").subject == "rina"
    for name, sentence in (("rina", "the password is enough"), ("tono", "Nobody here signs in as tono")):
        with pytest.raises(CommandError, match=sentence):
            call_command("reset_second_step", name)


def test_an_owner_turns_it_off_for_their_own_people_only(person: User, site: Site, admin_user: User) -> None:
    other = Site.objects.create(key="lain", name="Lain")
    mine, shared, foreign = make_member("a", "agent", site), make_member("b", "agent", site, other), make_member("c", "agent", other)
    for one in (mine, shared, foreign, admin_user, person):
        turned_on(one)
    client = signed_in(person)
    everybody = (mine, shared, foreign, admin_user, person)
    assert "Turn the second step off for them" in client.get(reverse("admin:auth_user_change", args=[mine.pk])).content.decode()
    assert [client.post(reverse("admin:auth_user_second_step", args=[one.pk])).status_code for one in everybody] == [302, 403, 404, 404, 403]
    assert [second_factor.is_on(one) for one in everybody] == [False, True, True, True, True]
    line = AuditEntry.objects.get(action="second_factor")
    assert (line.name, line.subject, line.site) == ("rina", "a", site)
