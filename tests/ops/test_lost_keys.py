"""Before it serves, an installation says in one sentence when its keys are not those it was stored with."""

import logging
from collections.abc import Callable

import pytest

from tests.driver import Server
from widget.ops.keys import warn_of_lost_secrets

MakeServer = Callable[..., Server]
_PROVIDER = "from widget.providers.models import Provider; p = Provider(name='A', base_url='https://a.example/v1', model='m'); p.give_key('sk-1'); p.save()"


@pytest.mark.django_db
def test_nothing_is_said_while_the_key_fits(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert warn_of_lost_secrets() == 0
    assert not caplog.records


@pytest.mark.live
def test_a_lost_key_file_is_one_sentence_and_the_server_starts(make_server: MakeServer) -> None:
    server = make_server()
    server.python(_PROVIDER)
    (server.data_dir / "field.key").unlink()
    server.start()
    said = [line for line in server.output if "cannot be read" in line]
    assert len(said) == 1 and "1 stored secrets" in said[0] and "Put the old field.key back, or type them again in the admin" in said[0]
    assert server.terminate() == 0


@pytest.mark.live
@pytest.mark.parametrize(("made", "lost"), [(_PROVIDER, 1), ("", 0)], ids=["with a stored secret", "without any"])
def test_an_emptied_key_file_is_one_sentence_and_the_server_starts(make_server: MakeServer, made: str, lost: int) -> None:
    server = make_server()
    server.python(made or "pass")
    (server.data_dir / "field.key").write_text("\n")
    server.start()
    said = [line for line in server.output if "FIELD_KEY is empty" in line]
    assert len(said) == 1 and f"{lost} stored secrets" in said[0] and "Put the old field.key back, or remove its empty file" in said[0]
    assert server.terminate() == 0


@pytest.mark.live
def test_a_lost_secret_key_is_one_sentence_once_somebody_could_notice(make_server: MakeServer) -> None:
    server = make_server()
    (server.data_dir / "secret.key").unlink()
    server.start()
    assert server.terminate() == 0
    assert not [line for line in server.output if "secret.key" in line]
    server.python("from django.contrib.auth.models import User; User.objects.create_user('ani')")
    (server.data_dir / "secret.key").unlink()
    server.start()
    assert server.terminate() == 0
    assert len([line for line in server.output if "secret.key was gone and was made anew" in line]) == 1
    said_before = len(server.output)
    server.start()
    assert server.terminate() == 0
    assert not [line for line in list(server.output)[said_before:] if "secret.key" in line]
