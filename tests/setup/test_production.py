"""An installation behind https: Django's own deployment checks are silent, cookies belong to one installation, keys can be changed (S18, S63)."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django.fixtures import Settings

from chatsite import env
from tests.driver import ROOT
from widget.conversations.errors import BadTokenError
from widget.conversations.tokens import issue_token, new_conversation_id, read_token

HTTPS = {"PUBLIC_URL": "https://chat.toko.example", "TRUSTED_PROXIES": "1"}
_SHOWN = (
    "DEBUG",
    "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_NAME",
    "LANGUAGE_COOKIE_NAME",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "SECRET_KEY_FALLBACKS",
    "SILENCED_SYSTEM_CHECKS",
)
_SHOW = f"import json; from django.conf import settings; print(json.dumps({{name: getattr(settings, name) for name in {_SHOWN!r}}}))"


def manage(folder: Path, environment: Mapping[str, str], *arguments: str) -> str:
    """What the command says, on both channels."""
    given = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), **environment}
    ran = subprocess.run([sys.executable, str(ROOT / "manage.py"), *arguments], env=given, capture_output=True, text=True, timeout=60, check=False)
    return f"{ran.returncode} {ran.stdout}{ran.stderr}"


def shown(folder: Path, **environment: str) -> dict[str, object]:
    return dict(json.loads(manage(folder, environment, "shell", "-v", "0", "-c", _SHOW).partition(" ")[2]))


@pytest.mark.promise("S18")
def test_the_deployment_checks_find_nothing(tmp_path: Path) -> None:
    said = manage(tmp_path, HTTPS, "check", "--deploy", "--fail-level", "INFO")
    assert said.startswith("0 ") and "no issues" in said, said
    # They do look: without https there is something to say.
    assert "security.W" in manage(tmp_path, {}, "check", "--deploy")


@pytest.mark.promise("S18")
def test_cookies_are_named_by_installation_and_bound_to_their_host(tmp_path: Path) -> None:
    here, there = shown(tmp_path / "a"), shown(tmp_path / "b")
    secure = shown(tmp_path / "a", **HTTPS)
    for kind in ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME"):
        assert len({here[kind], there[kind], secure[kind]}) == 3
        assert str(secure[kind]).startswith("__Host-") and not str(here[kind]).startswith("__")
    assert secure["SESSION_COOKIE_SECURE"] and secure["CSRF_COOKIE_SECURE"] and secure["SECURE_SSL_REDIRECT"] and not here["SESSION_COOKIE_SECURE"]
    # Several processes of one installation, each with a folder of its own, agree.
    alone = shown(tmp_path / "b", PUBLIC_URL=HTTPS["PUBLIC_URL"])
    assert alone["SESSION_COOKIE_NAME"] == secure["SESSION_COOKIE_NAME"]
    # A proxy we were not told of says nothing we believe, so a redirect could never end.
    assert not alone["SECURE_SSL_REDIRECT"]
    assert not secure["DEBUG"] and secure["SILENCED_SYSTEM_CHECKS"] == ["security.W005", "security.W021"]


def test_what_came_without_https_is_sent_there(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 60
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    answer = client.get("/admin/login/?next=/admin/")
    assert answer.status_code == 301 and answer["Location"] == "https://testserver/admin/login/?next=/admin/"
    served = client.get("/admin/login/", headers={"x-forwarded-proto": "https"})
    assert served.status_code == 200 and served["Strict-Transport-Security"] == "max-age=60"


@pytest.mark.django_db
@pytest.mark.promise("S18")
def test_the_cookies_of_the_admin_cannot_be_read_by_scripts_nor_sent_from_elsewhere(client: Client, settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    User.objects.create_superuser("sari", password="kopi-tubruk-77")
    client.get("/admin/login/")
    client.post("/admin/login/", {"username": "sari", "password": "kopi-tubruk-77"})
    cookies = {name: cookie for name, cookie in client.cookies.items() if name != settings.LANGUAGE_COOKIE_NAME}
    assert settings.SESSION_COOKIE_NAME in cookies and settings.CSRF_COOKIE_NAME in cookies
    for name, cookie in cookies.items():
        assert cookie["httponly"] and cookie["secure"] and cookie["samesite"] in ("Lax", "Strict") and cookie["path"] == "/" and not cookie["domain"], name


@pytest.mark.django_db
@pytest.mark.promise("S63")
def test_a_new_signing_key_in_front_keeps_visitors_and_staff_and_dropping_the_old_one_ends_them(settings: Settings) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "old" * 20, []
    conversation, person = new_conversation_id(), User.objects.create_user("sari", is_staff=True)
    token, session = issue_token(conversation, "toko"), SessionStore()
    client = Client()
    client.force_login(person)
    session["kept"] = "yes"
    session.save()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, ["old" * 20]
    assert read_token(token, "toko") == conversation and SessionStore(session.session_key)["kept"] == "yes"
    renewed = issue_token(read_token(token, "toko"), "toko")
    assert client.get("/admin/").status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert read_token(renewed, "toko") == conversation
    # Whoever was here in between was given the new key's signature; everybody else starts anew.
    assert client.get("/admin/").status_code == 200
    with pytest.raises(BadTokenError):
        read_token(token, "toko")
    assert "kept" not in SessionStore(session.session_key)


@pytest.mark.promise("S63")
def test_several_signing_keys_are_read_from_one_setting(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("new-key\nold-key older-key\n")
    assert shown(tmp_path)["SECRET_KEY_FALLBACKS"] == ["old-key", "older-key"]
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is empty"):
        env.keys(" \n", "SECRET_KEY")
