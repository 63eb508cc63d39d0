"""Keys and tokens stand in no file, page, log or list of processes (S63): canaries are planted wherever a secret is given, then everything is searched."""

import asyncio
import http.client
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django.fixtures import Settings

from tests.driver import Server
from tests.ops.belongings import ID, PROVIDER_KEY, SECRETS, every_address, make_belongings
from tests.promises.visitor import ORIGIN, Visitor
from widget.lib import secrets
from widget.ops.alerts.models import AlertTarget
from widget.providers.models import Provider

pytestmark = pytest.mark.promise("S63")
ENVIRONMENT = {
    "OPENAI_API_KEY": "sk-canary-environment-1b2c3d4e5f",
    "EMAIL_HOST_PASSWORD": "canary-mail-password-6a7b8c",
    "METRICS_TOKEN": "canary-metrics-token-9d0e1f",
    "SECRET_KEY": "canary-signing-key-" + "0123456789abcdef" * 3,
    "FIELD_KEY": "canary-field-key-fedcba9876543210",
}
# Nobody answers there, so that everything that is sent fails and is written about.
NOWHERE = {
    "EMAIL_HOST": "127.0.0.1",
    "EMAIL_PORT": "9",
    "TELEGRAM_API": "http://127.0.0.1:9",
    "OUTBOUND_ALLOW_PRIVATE": "127.0.0.1:9",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
}
PASSPHRASE = "canary passphrase of the backup"
_PLANT = f"""
import json
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from widget.ops.alerts.models import AlertTarget
from widget.providers.models import Provider
from widget.sites.models import Site
site = Site.objects.get()
Site.objects.update(quiet_from=None, quiet_until=None, identity_secret={SECRETS[3]!r})
Provider(name="Main", base_url="http://127.0.0.1:9/v1", model="m", position=0, key={SECRETS[0]!r}).save()
AlertTarget.objects.create(site=site, kind="telegram", address="4711", secret={SECRETS[1]!r}, connect_code="")
AlertTarget.objects.create(site=site, kind="webhook", address="http://127.0.0.1:9/hook", secret={SECRETS[2]!r})
AlertTarget.objects.create(site=site, kind="email", address="ibu@toko.example")
client = Client()
client.force_login(User.objects.create_superuser("pemilik"))
cookie = client.cookies[settings.SESSION_COOKIE_NAME]
pages = [f"/admin/widget/provider/{{one.pk}}/change/" for one in Provider.objects.all()]
pages += [f"/admin/widget/site/{{site.pk}}/change/"]
pages += [f"/admin/widget/alerttarget/{{one.pk}}/change/" for one in AlertTarget.objects.all()]
print(json.dumps({{"cookie": f"{{cookie.key}}={{cookie.value}}", "pages": pages}}))
"""
_LISTS = [f"/admin/{page}/" for page in ("widget/provider", "widget/alerttarget", "widget/backgroundjob", "widget/site", "widget/conversation")]
_PROBES = ["/healthz", "/readyz", "/metrics", "/widget.js?site=toko", "/c/toko", "/privacy/toko", "/nothing", "/admin/login/"]


@pytest.fixture
def planted(make_server: Callable[..., Server]) -> Iterator[tuple[Server, dict[str, Any]]]:
    server = make_server(env=ENVIRONMENT | NOWHERE)
    server.manage("create_site", "toko", "--name", "Toko", "--origin", ORIGIN)
    made = json.loads(server.python(_PLANT))
    yield server.start(), made


def fetch(server: Server, path: str, cookie: str = "") -> str:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    text = connection.getresponse().read().decode("utf-8", "replace")
    connection.close()
    return text


async def talk(server: Server) -> None:
    """A message whose answer fails at every provider, and whose alert fails at every target."""
    async with Visitor(lambda: server.line_address("toko")) as visitor:
        await visitor.say("Saya mau bicara dengan orang")
        await visitor.until(lambda: any(row["author"] == "assistant" for row in visitor.rows), 30)


def places(server: Server, made: dict[str, Any], backup: Path) -> Iterator[tuple[str, bytes]]:
    """Everywhere a secret could have come to lie or be shown."""
    for file in server.data_dir.rglob("*"):
        if file.is_file():
            yield str(file.name), file.read_bytes()
    yield "backup", backup.read_bytes()
    for page in [*_LISTS, *made["pages"]]:
        yield page, fetch(server, page, made["cookie"]).encode()
    for page in _PROBES:
        yield page, fetch(server, page).encode()
    assert server.process is not None
    process = psutil.Process(server.process.pid)
    for one in (process, *process.children(recursive=True)):
        yield "process list", " ".join(one.cmdline()).encode()
    yield "log", "".join(server.output).encode()


@pytest.mark.live
@pytest.mark.sqlite
async def test_no_secret_lies_or_is_shown_anywhere(planted: tuple[Server, dict[str, Any]], tmp_path: Path) -> None:
    server, made = planted
    await talk(server)
    failed = "from widget.ops.alerts.models import AlertTarget; print(AlertTarget.objects.exclude(last_error='').count())"
    for _ in range(20):
        if int(await asyncio.to_thread(server.python, failed)) >= 3:
            break
    else:
        raise AssertionError("no alert failed")
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    await asyncio.to_thread(server.manage, "backup", str(tmp_path / "toko.kanal"), "--passphrase-file", str(tmp_path / "passphrase"))
    searched = list(places(server, made, tmp_path / "toko.kanal"))
    everything = [*ENVIRONMENT.values(), *SECRETS, PASSPHRASE]
    found = [(name, secret[:20]) for name, content in searched for secret in everything if secret.encode() in content]
    assert found == []
    names = {name for name, _content in searched}
    assert {"kanal.sqlite3", "backup", "process list", "log", "/metrics"} <= names and len(searched) > 25
    # What was searched really holds what was planted: failures, providers, the conversation.
    whole = b"".join(content for _name, content in searched)
    assert b"Main" in whole and b"bicara dengan orang" in whole and b"ibu@toko.example" in whole


@pytest.mark.django_db
def test_pages_show_the_last_four_characters_of_a_secret_at_most(settings: Settings) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(make_belongings())
    shown = {address: client.get(address).content.decode() for address in every_address() if "logout" not in address}
    for secret in SECRETS:
        assert not [address for address, page in shown.items() if secret[-5:] in page or secret[:12] in page]
    assert PROVIDER_KEY[-4:] in shown[f"/admin/widget/provider/{ID}/change/"]
    assert SECRETS[2][-4:] in shown[f"/admin/widget/alerttarget/{ID}/change/"]
    assert not [address for address, page in shown.items() if settings.FIELD_KEY in page or settings.SECRET_KEY in page]


@pytest.mark.django_db
def test_rotating_the_field_key_rewrites_every_secret_and_the_old_key_can_go(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.FIELD_KEY = "old-key"
    make_belongings()
    columns = list(secrets.encrypted_fields())
    own = {("Provider", "key"), ("AlertTarget", "secret"), ("SecondFactor", "secret"), ("Site", "identity_secret")}
    push = {("PushKey", "private"), ("PushDevice", "p256dh"), ("PushDevice", "auth")}
    assert {(model.__name__, name) for model, name in columns} == own | push
    settings.FIELD_KEY = "new-key old-key"
    assert Provider.objects.get(pk=ID).key == PROVIDER_KEY
    call_command("rotate_secrets")
    assert "7 secrets are encrypted" in capsys.readouterr().out
    settings.FIELD_KEY = "new-key"
    assert Provider.objects.get(pk=ID).key == PROVIDER_KEY and AlertTarget.objects.get(pk=ID).secret == SECRETS[2]
    settings.FIELD_KEY = "old-key"
    assert isinstance(Provider.objects.get(pk=ID).key, secrets.LostSecret)
    # Run again with a key that opens nothing: nothing is destroyed, and it says so.
    settings.FIELD_KEY = "stranger"
    with pytest.raises(CommandError, match="7 secrets could be opened by no key"):
        call_command("rotate_secrets")
    settings.FIELD_KEY = "new-key"
    assert Provider.objects.get(pk=ID).key == PROVIDER_KEY


@pytest.mark.django_db
def test_an_error_report_holds_no_secret(settings: Settings) -> None:
    """Django's own report, as DEBUG shows it to whoever develops."""
    from_settings = [settings.SECRET_KEY, settings.FIELD_KEY]
    assert all(len(secret) > 20 for secret in from_settings)
    client = Client(raise_request_exception=False)
    client.force_login(make_belongings())
    settings.DEBUG = True
    page = client.post(f"/admin/widget/provider/{ID}/change/?_to_field=nothing", {"name": "x"}).content.decode()
    assert not [secret for secret in (*from_settings, *SECRETS) if secret in page]
