"""The files of a server, judged by the programs that will read them, and what happens to those that are there already."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import web_server
from deploy.errors import DeployError
from deploy.files import UNITS, merge_environment, put_back, read_environment, render, write, write_units
from deploy.places import Places
from deploy.wish import Wish
from tests.programs import program
from tests.source_tree import ROOT, environment_names

WISH = Wish("chat.toko.id", "https://toko.id", 8000)
# What systemd-analyze still counts: that a server talks to the network. 0 is no access to anything, 10 is a shell as root.
MOST_EXPOSURE = 1.5


@pytest.fixture
def places(tmp_path: Path) -> Places:
    places = Places(tmp_path)
    release = places.releases / "first"
    release.mkdir(parents=True)
    (release / ".venv").symlink_to(sys.prefix)
    places.current.symlink_to(release)
    return places


@pytest.mark.live
def test_systemd_finds_nothing_wrong_with_the_units(places: Places) -> None:
    write_units(places, WISH)
    ran = subprocess.run([program("systemd-analyze"), "verify", *(str(places.units / name) for name in UNITS)], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_systemd_never_gives_up_starting_it(places: Places) -> None:
    unit, _, service = render("kanal.service", places, WISH).partition("[Service]")
    assert "StartLimitIntervalSec=0\n" in unit and "Burst" not in unit
    assert "Restart=always\nRestartSec=5\n" in service


@pytest.mark.parametrize("unit", ["kanal.service", "kanal-backup.service"])
@pytest.mark.live
def test_a_service_may_do_little_but_serve(places: Places, unit: str) -> None:
    write_units(places, WISH)
    ran = subprocess.run([program("systemd-analyze"), "security", "--offline=true", str(places.units / unit)], capture_output=True, text=True, check=False)
    exposure = re.search(r"exposure level for \S+ ([0-9.]+)", ran.stdout)
    assert exposure and float(exposure[1]) <= MOST_EXPOSURE, ran.stdout


@pytest.mark.live
def test_nginx_takes_its_snippet(places: Places, tmp_path: Path) -> None:
    snippet = render("nginx.conf", places, WISH).replace("listen 80;", "listen 127.0.0.1:18081;").replace("listen [::]:80;", "")
    (tmp_path / "snippet.conf").write_text(snippet)
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off; client_body_temp_path {tmp_path}; include {tmp_path}/snippet.conf; }}"
    )
    ran = subprocess.run([program("nginx"), "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    for line in (
        "proxy_buffering off;",
        "proxy_http_version 1.1;",
        "proxy_set_header Upgrade $http_upgrade;",
        "proxy_read_timeout 3600s;",
        "X-Forwarded-For $remote_addr;",
        'proxy_set_header X-Request-ID "";',
    ):
        assert line in snippet


@pytest.mark.live
def test_caddy_takes_its_snippet_beside_a_foreign_configuration(places: Places) -> None:
    program("caddy")
    foreign = "{\n\thttp_port 18080\n\thttps_port 18443\n}\n\nother.example {\n\trespond hello\n}"
    places.caddyfile.parent.mkdir(parents=True)
    places.caddyfile.write_text(foreign)
    told = web_server.set_up(places, WISH, start=False)
    assert "is new, and the Caddyfile imports it now" in told[0]
    assert places.caddyfile.read_text() == f"{foreign}\nimport {places.caddy_snippet}\n"
    adapted = subprocess.run([program("caddy"), "adapt", "--config", str(places.caddyfile)], capture_output=True, text=True, check=True).stdout
    assert '"chat.toko.id"' in adapted and '"other.example"' in adapted and '"flush_interval":-1' in adapted and "127.0.0.1:8000" in adapted
    assert '"delete":["X-Request-ID"]' in adapted
    assert "is unchanged." in web_server.set_up(places, WISH, start=False)[0]
    assert places.caddyfile.read_text().count("import") == 1


@pytest.mark.live
def test_a_broken_foreign_caddyfile_is_said_in_a_sentence(places: Places) -> None:
    program("caddy")
    places.caddyfile.parent.mkdir(parents=True)
    places.caddyfile.write_text("other.example {\n\tnonsense\n}\n")
    with pytest.raises(DeployError, match=r"Caddy's check of its configuration failed: .*nonsense"):
        web_server.set_up(places, WISH, start=False)


@pytest.mark.live
def test_an_administrators_own_lines_for_caddy_stay(places: Places) -> None:
    own = places.caddy_snippet.with_name("kanal.local.caddy")
    write_below(own, "trusted_proxies 173.245.48.0/20\n")
    web_server.set_up(places, WISH, start=False)
    told = web_server.set_up(places, Wish("kanal.toko.id", ""), start=False)
    assert "is renewed. The former one lies beside it as kanal.caddy.old; lines of your own belong into kanal.local.caddy" in told[0]
    adapted = subprocess.run([program("caddy"), "adapt", "--config", str(places.caddyfile)], capture_output=True, text=True, check=True).stdout
    assert '"trusted_proxies":["173.245.48.0/20"]' in adapted and own.read_text() == "trusted_proxies 173.245.48.0/20\n"


@pytest.mark.live
def test_a_domain_that_caddy_serves_already_leaves_its_files_as_they_were(places: Places) -> None:
    program("caddy")
    foreign = "chat.toko.id {\n\trespond hello\n}\n"
    write_below(places.caddyfile, foreign)
    with pytest.raises(DeployError) as refused:
        web_server.set_up(places, WISH, start=False)
    assert str(refused.value) == (
        "Caddy's check of its configuration failed: ambiguous site definition: chat.toko.id. Another site in it serves that name already: "
        f"remove that one, or choose another DOMAIN. {places.caddyfile} was left as it was."
    )
    assert places.caddyfile.read_text() == foreign and [path.name for path in places.caddyfile.parent.iterdir()] == ["Caddyfile"]
    # The next time too, when its own files were well before.
    places.caddyfile.write_text("other.example {\n\trespond hello\n}\n")
    web_server.set_up(places, WISH, start=False)
    served = (places.caddyfile.read_text(), places.caddy_snippet.read_text())
    with pytest.raises(DeployError, match="ambiguous site definition"):
        web_server.set_up(places, Wish("other.example", ""), start=False)
    assert (places.caddyfile.read_text(), places.caddy_snippet.read_text()) == served


@pytest.mark.live
def test_the_recipe_for_more_processes_is_one_that_systemd_and_caddy_take(places: Places, tmp_path: Path) -> None:
    recipes = {re.findall(r"```\n(apt install -y postgresql.*?)```", (ROOT / name).read_text("utf-8"), re.S)[0] for name in ("README.md", "README.id.md")}
    [recipe] = recipes
    write_units(places, WISH)
    web_server.set_up(places, WISH, start=False)
    files = "".join(re.findall(r"^(?:cd|sed) .*\n|^cat >> .*\n(?:.*\n)*?END\n", recipe, re.M))
    subprocess.run(["sh", "-eu"], input=files.replace("/etc/", f"{places.root}/etc/"), text=True, check=True)
    for port in ("8001", "8002"):
        # An instance of its own, since --port %i is only known to one.
        (places.units / f"kanal@{port}.service").symlink_to("kanal@.service")
    units = [str(places.units / name) for name in ("kanal@8001.service", "kanal-worker.service")]
    ran = subprocess.run([program("systemd-analyze"), "verify", *units], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    serving, worker = ((places.units / name).read_text() for name in ("kanal@.service", "kanal-worker.service"))
    assert "manage.py serve --port %i\n" in serving and "manage.py db_worker\n" in worker and "Type=exec\n" in worker
    assert "kanal.socket" not in serving + worker and "PrivateUsers=yes" in worker
    adapted = subprocess.run([program("caddy"), "adapt", "--config", str(places.caddyfile)], capture_output=True, text=True, check=True).stdout
    assert re.findall(r'"dial":"([^"]+)"', adapted) == ["127.0.0.1:8000", "127.0.0.1:8001", "127.0.0.1:8002"] and '"uri":"/readyz"' in adapted
    assert set(read_environment(places.environment)) <= environment_names()


def test_the_command_runs_our_own_code_wherever_root_stands(places: Places, tmp_path: Path) -> None:
    release, hostile = places.current.resolve(), tmp_path / "hostile"
    (release / "deploy").symlink_to(Path(web_server.__file__).parent)
    (release / "manage.py").write_text("import sys; print('ours', *sys.argv[1:])")
    write_below(hostile / "deploy" / "__init__.py", "")
    for name in ("deploy/__main__.py", "argparse.py", "sitecustomize.py"):
        write_below(hostile / name, "raise SystemExit('theirs')")
    write_below(places.environment, "")
    write_below(places.command, render("kanal.sh", places, WISH))
    ran = subprocess.run(["sh", str(places.command), "help", "--all"], cwd=hostile, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "ours help --all\n", "")


def write_below(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_renewed_file_leaves_the_former_one_beside(tmp_path: Path) -> None:
    file = tmp_path / "kanal.service"
    assert [write(file, "one", 0o640), write(file, "one", 0o640), write(file, "two", 0o640)] == ["new", "same", "renewed"]
    assert (file.read_text(), (tmp_path / "kanal.service.old").read_text(), file.stat().st_mode & 0o777) == ("two", "one", 0o640)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kanal.service", "kanal.service.old"]


def test_units_are_put_back_as_they_were(places: Places) -> None:
    write_units(places, WISH)
    before = {path: path.read_text() for path in places.units.iterdir()}
    changed = write_units(places, Wish("chat.toko.id", "", 8010))
    assert [path.name for path in changed] == ["kanal.socket"]
    put_back(changed)
    assert {path: path.read_text() for path in before} == before


def test_the_settings_keep_what_an_administrator_wrote(places: Places, tmp_path: Path) -> None:
    wanted = render("kanal.env", places, WISH)
    edited = wanted.replace("LOG_FORMAT=json", "LOG_FORMAT=text") + "# ours\nEMAIL_HOST=mail.toko.id\n"
    merged, told = merge_environment(edited.replace("TRUSTED_PROXIES=1\n", ""), wanted, {"PUBLIC_URL": WISH.public_url})
    assert "LOG_FORMAT=text" in merged and "# ours" in merged and "EMAIL_HOST=mail.toko.id" in merged and "TRUSTED_PROXIES=1" in merged
    assert told == ["added TRUSTED_PROXIES", "kept your LOG_FORMAT"]
    (tmp_path / "kanal.env").write_text(merged + 'QUOTED="two words"\n')
    assert read_environment(tmp_path / "kanal.env")["QUOTED"] == "two words"


def test_another_domain_changes_the_addresses_and_nothing_else(places: Places) -> None:
    former = render("kanal.env", places, WISH).replace("ALLOWED_HOSTS=chat.toko.id", "ALLOWED_HOSTS=chat.toko.id,intern.toko.id")
    merged, told = merge_environment(former, render("kanal.env", places, Wish("kanal.toko.id", "", 8010)), {"PUBLIC_URL": WISH.public_url})
    assert "PUBLIC_URL=https://kanal.toko.id\n" in merged and "CSRF_TRUSTED_ORIGINS=https://kanal.toko.id\n" in merged
    assert "kept your ALLOWED_HOSTS" in told and "PORT is 8010 now (was 8000)" in told and len(told) == 4


def test_a_name_without_a_second_label_still_has_a_port_of_its_own(places: Places) -> None:
    internal = render("kanal.caddy", places, Wish("chat.toko.test", "", 8000, tls="internal", https_port=8443))
    assert "chat.toko.test:8443 {\n\ttls internal\n" in internal
