"""Every address against other websites, odd requests and errors: nothing is lent to a foreign page, nothing breaks or talks (S13, S14, S62, S64)."""

import random
import re
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from django.test import AsyncClient, Client
from pytest_django.fixtures import Settings

from tests.ops.belongings import ID, SECRETS, every_address, make_belongings
from widget.conversations.models import Conversation
from widget.embed.built import manifest
from widget.lib import database
from widget.sites import registry
from widget.sites.models import Site

Count = Callable[[int, int], int]
ORIGINS = ["https://evil.example", "null", "https://toko.example", "https://toko.example.evil.example", "http://testserver", "https://testserver:8443", "*", ""]
SHARED = re.compile(r"^/(widget\.js|(panel|module)-)")
# What must not be in any answer to whoever is not meant to see it.
_MODULES = r"django\.(core|db|urls|utils|contrib|template)|psycopg|sqlite3|site-packages|settings\.py"
INNER = re.compile(rf"Traceback|File \"/|{_MODULES}|pbkdf2_|OperationalError|SECRET_KEY", re.IGNORECASE)


@pytest.fixture
def owner(db: None, settings: Settings) -> User:
    settings.DEBUG = False
    return make_belongings()


@pytest.fixture
def seen_owner(transactional_db: None, settings: Settings) -> Iterator[User]:
    """As `owner`, for pages that read in threads of their own, which see only what is committed."""
    settings.DEBUG = False
    registry.forget()
    yield make_belongings()
    database.close()
    registry.forget()


def browser(person: User | None = None, csrf: bool = False) -> Client:
    """Answers as the server does: what breaks is a page with 500, not an exception."""
    client = Client(enforce_csrf_checks=csrf, raise_request_exception=False)
    if person is not None:
        client.force_login(person)
    return client


# -- other websites ---------------------------------------------------------------------------------------------------------
@pytest.mark.promise("S13")
def test_no_answer_depends_on_the_origin_and_none_lends_the_session(seen_owner: User, full_count: Count) -> None:
    client = browser(seen_owner)
    tried = 0
    origins = ORIGINS[: full_count(1, len(ORIGINS))]
    for address in [*every_address(), *(f"/{name}" for name in sorted(file.name for file in manifest().files.values())[:3])]:
        for method in ("GET", "OPTIONS"):
            plain = client.generic(method, address)
            for origin in origins:
                wishes = {"origin": origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization, content-type"}
                answer = client.generic(method, address, headers=wishes)
                cors = {name.lower(): value for name, value in answer.headers.items() if name.lower().startswith("access-control-")}
                allowed = {"access-control-allow-origin": "*"} if SHARED.match(address) and answer.status_code == 200 else {}
                assert cors == allowed, (method, address, origin)
                assert answer.status_code == plain.status_code, (method, address, origin)
                tried += 1
    assert tried > 150 * len(origins)


@pytest.mark.promise("S13")
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", ""])
def test_a_foreign_page_changes_nothing_with_the_owners_cookies(kind: str, owner: User) -> None:
    """What a browser sends without asking first: POST with a simple content type, from elsewhere, with the session's cookie."""
    client = browser(owner, csrf=True)
    for address in every_address():
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = client.generic(method, address, b"text=halo&post=yes&language=en&x=y", content_type=kind, headers={"origin": "https://evil.example"})
            assert answer.status_code in (403, 405) or (answer.status_code in (301, 302) and address in ("/", "/admin/nothing")), (method, address)
    assert Conversation.objects.filter(handler="waiting").exists() and Site.objects.filter(active=True).exists()
    assert client.get("/admin/stamp/").status_code == 200


@pytest.mark.promise("S13")
def test_pages_that_differ_by_language_say_so_to_caches(seen_owner: User) -> None:
    for address in ("/c/toko", "/privacy/toko"):
        answer = browser().get(address, headers={"accept-language": "en"})
        assert "accept-language" in answer["Vary"].lower() and "public" in answer["Cache-Control"] and not answer.cookies
    # What is kept for a signed-in person is kept by nobody on the way.
    answer = browser(seen_owner).get("/admin/")
    assert "cookie" in answer["Vary"].lower() and "no-cache" in answer["Cache-Control"] and "private" in answer["Cache-Control"]


@pytest.mark.promise("S14")
def test_no_page_can_be_framed(seen_owner: User) -> None:
    pages = 0
    for client in (browser(), browser(seen_owner)):
        for address in every_address():
            answer = client.get(address)
            if answer["Content-Type"].startswith("text/html"):
                assert "frame-ancestors 'none'" in answer["Content-Security-Policy"] and answer["X-Frame-Options"] == "DENY", address
                assert "unsafe" not in answer["Content-Security-Policy"]
                pages += answer.status_code == 200
            assert answer["X-Content-Type-Options"] == "nosniff", address
    assert pages > 40


# -- odd requests -----------------------------------------------------------------------------------------------------------
QUERIES = [
    "password__startswith=pbkdf2", "operator__password__startswith=p", "site__providers__key__startswith=sk", "user_permissions__codename=x",
    "conversation__messages__text__icontains=kanari", "site__alert_targets__secret__contains=c", "public_id__startswith=p", "key__contains=sk",
    "id__in=1,2,x", "id__exact=abc", "site__id__exact=abc", "site__id__exact=99999999999999999999999", "site__isnull=maybe", "last_at__gte=garbage",
    "last_at__gte=9999999-99-99", "last_at__year=99999999999", "state=waiting%27%20OR%201=1--", "state=nothing", "status=x", "active__exact=maybe",
    "o=1.2.-3.999", "o=password", "o=-", "o=99999999999999999999", "o=..", "ot=asc", "_facets=True", "_facets=x", "all=", "e=1", "p=-1",
    "p=99999999999999999999999", "p=x", "_popup=1", "_popup=1&_to_field=password", "_to_field=password", "_to_field=id", "_changelist_filters=a%3Db%26",
    "_changelist_filters=password__startswith%3Dp", "q=%00", "q=a%00b", "q=%01%02%0d%0a%1b[31m", "q=%27%22%3B--", "q=%25%25%5f", "q=" + "a%20" * 2000,
    "q=%ff%fe", "q=%ED%A0%80", "q=%22%22%22%27", "site=%00", "site=toko%00", "site=" + "9" * 400, "site=-1", "site=1e3", "q=%F0%9F%98%80&site=1",
    "app_label=auth&model_name=user&field_name=password&term=p", "app_label=widget&model_name=message&field_name=conversation&term=",
    "app_label=widget&model_name=provider&field_name=key", "lang=%00", "lang=../../etc/passwd", "next=//evil.example", "next=javascript:alert(1)",
    "next=https://evil.example/", "kind=nonsense", "kind=%00", "a[b]=1", "%=%&&&==", "a=b;c=d", "x=1&" * 1100, "{settings}={{7*7}}", "%s=%n", "name=x&site=abc",
]  # fmt: skip
HEADERS: list[dict[str, str]] = [
    {"accept-language": "\x01;q=x,,,;;;" + "a-" * 300}, {"accept-language": "zz-" * 4000}, {"accept-language": "id;q=1e999999"},
    {"cookie": 'kanal="\\000aaaaaaaaaaaa"'}, {"cookie": "=;=;;;=" * 50}, {"cookie": "a=" + "x" * 20_000}, {"host": "evil.example"}, {"host": "a:b:c"},
    {"host": ""}, {"host": "testserver:99999999"}, {"accept-encoding": ";;;q=,br;q=x"}, {"x-forwarded-for": "'; drop table"}, {"if-modified-since": "x"},
    {"content-type": "multipart/form-data"}, {"content-type": "text/html; charset=nonsense"}, {"referer": "\x7f" * 50}, {"authorization": "Basic %%%"},
    {"range": "bytes=-1-5"}, {"x-http-method-override": "DELETE"}, {"if-none-match": '"' * 3000},
]  # fmt: skip
MANY = b"&".join(b"a%d=1" % number for number in range(1100))
FORM = "application/x-www-form-urlencoded"
BODIES = [
    (b"", FORM), (b"\x00\xff" * 100, FORM), (b"text=%00&origin=%00&site=%00&name=%00", ""),
    (b"text=%00&origin=%00&site=%00&name=%00&action=delete_selected&_selected_action=x", FORM),
    (b"--x\r\nContent-Disposition: form-data\r\n\r\n", "multipart/form-data; boundary=x"), (b"x", "multipart/form-data; boundary="),
    (b"site=abc&pk=1&row_id=x&text=%ED%A0%80", FORM), (MANY, FORM),
    (b"_popup=1&_to_field=password&_save=1", FORM), (b"{" * 5000, "application/json"),
    (b"form-TOTAL_FORMS=99999999&form-INITIAL_FORMS=-1", FORM), (b"origins-TOTAL_FORMS=x&hours-TOTAL_FORMS=", FORM),
    (b"language=%00&next=//evil.example", FORM), (b"username=%00&password=%00", FORM),
    (b"username=" + b"a" * 200_000 + b"&password=" + b"b" * 200_000, FORM),
]  # fmt: skip
PATHS = [
    "%00",
    "..%2f..%2fetc%2fpasswd",
    "%ff",
    "_5F",
    "_",
    "\u202e",
    "a" * 4000,
    "-1",
    "99999999999999999999999999",
    "{settings}",
    "%0d%0aSet-Cookie:%20a=b",
    "1%27--",
]


def odd_requests() -> list[tuple[str, str, dict[str, object]]]:
    """(method, address, what else) for every route with every oddity."""
    made: list[tuple[str, str, dict[str, object]]] = []
    for address in every_address():
        made += [("GET", f"{address}?{query}", {}) for query in QUERIES]
        made += [("GET", address, {"headers": headers}) for headers in HEADERS]
        made += [("POST", address, {"data": body, "content_type": kind}) for body, kind in BODIES]
        made += [("GET", address.replace(str(ID), odd), {}) for odd in PATHS if str(ID) in address]
        made += [(method, address, {}) for method in ("HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "PROPFIND", "x")]
    return made


@pytest.mark.promise("S62", "S64")
@pytest.mark.parametrize("who", ["nobody", "the owner"])
def test_nothing_odd_breaks_a_page_or_makes_it_talk(who: str, owner: User, full_count: Count) -> None:
    requests = odd_requests()
    assert len(requests) > 6000
    chosen = random.Random(who).sample(requests, full_count(200, len(requests)))
    client = browser(owner if who == "the owner" else None)
    for method, address, more in chosen:
        if "logout" in address or "password_change" in address:
            continue
        answer = client.generic(method, address, **more)  # type: ignore[arg-type]
        page = answer.content.decode("utf-8", "replace")
        assert answer.status_code < 500, (method, address, more)
        assert not (found := INNER.search(page)) or (who == "the owner" and "pbkdf2" in found[0]), (method, address, more, found)
        assert not [secret for secret in SECRETS if secret in page], (method, address)
        location = answer.get("Location", "")
        assert "evil.example" not in location.partition("?")[0] and "javascript:" not in location.partition("?")[0], (address, location)
        assert not any("\n" in value or "\r" in value for value in answer.headers.values()) and "a=b" not in str(answer.cookies)


@pytest.mark.promise("S62")
@pytest.mark.parametrize(
    ("page", "lookup"),
    [
        ("auth/user", "password__startswith=p"), ("auth/user", "groups__user__password__startswith=p"),
        ("widget/conversation", "operator__password__startswith=p"),
        ("widget/conversation", "site__providers__key__startswith=sk"), ("widget/entry", "site__providers__name=x"), ("widget/provider", "key__startswith=sk"),
        ("widget/provider", "base_url__contains=1"), ("widget/alerttarget", "secret__contains=c"), ("widget/alerttarget", "connect_code=x"),
        ("widget/site", "conversations__messages__text__contains=k"), ("widget/rule", "site__alert_targets__secret=x"),
        ("widget/backgroundjob", "traceback__contains=k"),
    ],
)  # fmt: skip
def test_lists_are_filtered_by_what_they_offer_and_nothing_else(page: str, lookup: str, owner: User) -> None:
    """Else the number of rows would answer questions about columns nobody may see."""
    answer = browser(owner).get(f"/admin/{page}/?{lookup}")
    assert answer.status_code == 400 or (answer.status_code == 302 and answer["Location"].endswith("?e=1")), (answer.status_code, lookup)


# -- errors -----------------------------------------------------------------------------------------------------------------
SAID = {
    ("/broken", 500): "Something went wrong on our side",
    ("/suspicious", 400): "This request could not be understood",
    ("/c/unknown", 404): "There is nothing here",
    ("/admin/widget/provider/", 403): "You may not see or do this",
}


@pytest.mark.promise("S64")
@pytest.mark.urls("tests.ops.broken_urls")
@pytest.mark.parametrize("language", ["en", "id"])
def test_error_pages_are_ours_say_little_and_speak_the_visitors_language(language: str, db: None, settings: Settings) -> None:
    settings.DEBUG = False
    client = browser(User.objects.create_user("rina", is_staff=True))
    for address, status in SAID:
        answer = client.get(address, headers={"accept-language": language})
        page = answer.content.decode()
        assert answer.status_code == status, address
        assert f'<html lang="{language}">' in page and "embed/pages.css" in page and "<style" not in page and "style=" not in page
        assert "kanari" not in page and not INNER.search(page), address
        assert language != "en" or SAID[address, status] in page
        assert answer["Content-Security-Policy"] and answer["X-Content-Type-Options"] == "nosniff"
        assert len(page) < 2_000


@pytest.mark.promise("S64")
def test_a_form_that_came_too_late_is_told_in_a_sentence(owner: User, settings: Settings) -> None:
    answer = browser(owner, csrf=True).post("/admin/language/", {"language": "en"}, headers={"accept-language": "en"})
    assert answer.status_code == 403 and "Please send it again" in answer.content.decode() and "CSRF" not in answer.content.decode()


@pytest.mark.promise("S62")
@pytest.mark.django_db(transaction=True)
async def test_a_nul_is_refused_under_the_asynchronous_handler_too() -> None:
    for address in ("/widget.js?site=a%00", "/c/toko?lang=%00"):
        assert (await AsyncClient(raise_request_exception=False).get(address)).status_code == 400
