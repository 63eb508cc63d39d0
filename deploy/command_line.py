"""Reads what the Makefile and the command `kanal` pass on, and runs it. Every error is one sentence on standard error and exit code 1."""

import os
import sys
from argparse import ArgumentParser, Namespace
from contextlib import suppress
from functools import partial
from pathlib import Path

from deploy import machine
from deploy.errors import DeployError, sentence_of
from deploy.places import Places
from deploy.releases import Releases
from deploy.server import complete_wish, set_up_server
from deploy.update import restore_server, rotate_keys, update_server
from deploy.wish import PROXIES, clean_choice, clean_domain, clean_port, clean_shop

CHECKOUT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    places = Places(Path(options.root).absolute())
    # What root writes here the service's user must be able to read; secrets get their own modes.
    os.umask(0o022)
    try:
        options.run(places, options)
    except DeployError as error:
        print(f"Kanal: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Kanal: {sentence_of(error)} Once that is mended, run the same command again: it goes on from there.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. Run the same command again to go on.", file=sys.stderr)
        return 1
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="deploy")
    commands = parser.add_subparsers(required=True)
    for name, run in (("server", _server), ("update", _update), ("restore", _restore), ("rotate-keys", _rotate), ("manage", _manage)):
        command = commands.add_parser(name)
        command.set_defaults(run=run)
        command.add_argument("--root", default="/")
    server = commands.choices["server"]
    for option in ("domain", "shop", "port", "proxy", "tls", "https-port"):
        server.add_argument(f"--{option}", default="")
    server.add_argument("--no-start", action="store_true")
    commands.choices["update"].add_argument("--no-pull", action="store_true")
    commands.choices["restore"].add_argument("file")
    commands.choices["restore"].add_argument("--passphrase-file", default="")
    commands.choices["manage"].add_argument("rest", nargs="*")
    return parser


def _server(places: Places, options: Namespace) -> None:
    """What is left out stays as it was."""
    given: dict[str, str | int] = {
        name: clean(text)
        for name, text, clean in (
            ("domain", options.domain, clean_domain),
            ("shop", options.shop, clean_shop),
            ("port", options.port, partial(clean_port, "PORT")),
            ("proxy", options.proxy, partial(clean_choice, "PROXY", PROXIES)),
            ("tls", options.tls, partial(clean_choice, "TLS", ("public", "internal"))),
            ("https_port", options.https_port, partial(clean_port, "HTTPS_PORT")),
        )
        if text
    }
    machine.check_system(places)
    set_up_server(places, complete_wish(places, given), CHECKOUT, Releases(places), _say, start=not options.no_start)


def _update(places: Places, options: Namespace) -> None:
    update_server(places, CHECKOUT, Releases(places), _say, pull=not options.no_pull)


def _restore(places: Places, options: Namespace) -> None:
    if not options.file:
        raise DeployError(f"Which backup? For example: make restore FILE={places.backups}/kanal-20261122-023000.kanal")
    restore_server(places, Path(options.file).absolute(), Releases(places), _say, options.passphrase_file)


def _rotate(places: Places, options: Namespace) -> None:
    rotate_keys(places, Releases(places), _say)


def _manage(places: Places, options: Namespace) -> None:
    """Becomes the command, with the terminal as it is."""
    release = Releases(places).current()
    if release is None:
        raise DeployError("Kanal is not installed here: make server comes first.")
    if not os.access(places.environment, os.R_OK):
        raise DeployError(f"Run it as root: sudo kanal {' '.join(options.rest)}")
    command, environment = machine.manage_command(places, release)
    machine.become_service_user(places)
    os.execve(command[0], [*command, *options.rest], environment)


def _say(text: str) -> None:
    # The terminal may be closed while an update is taken back.
    with suppress(OSError):
        print(text, flush=True)
