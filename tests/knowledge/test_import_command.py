"""`manage.py knowledge_import` from the shell of a real installation: its child process, its exit codes and what it prints for programs."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.driver import Server

pytestmark = pytest.mark.live
FOUND = "from widget.knowledge.search import search; from widget.sites.models import Site; print([f.text for f in search(Site.objects.get().pk, {!r})])"


@dataclass
class Shell:
    server: Server
    folder: Path

    def write(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text, "utf-8")
        return str(self.folder / name)

    def imported(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        try:
            return 0, json.loads(self.server.manage("knowledge_import", *arguments, "--site", "toko", "--json"))
        except subprocess.CalledProcessError as error:
            return error.returncode, json.loads(error.stdout) if error.stdout else {}

    def found(self, question: str) -> str:
        return self.server.python(FOUND.format(question))


@pytest.fixture
def shell(make_server: Callable[..., Server], tmp_path: Path) -> Shell:
    server = make_server()
    server.manage("create_site", "toko")
    return Shell(server, tmp_path)


def test_a_table_is_read_once_refused_when_it_changed_and_replaced_when_told(shell: Shell) -> None:
    table = shell.write("faq.csv", "Pertanyaan,Jawaban\nOngkir ke Makassar?,Mulai Rp 38.000.\nKosong?,\n")
    code, said = shell.imported(table)
    assert (code, said["state"], said["taken"], said["skipped"], said["reasons"]) == (0, "done", 1, 1, {"empty": 1})
    assert "38.000" in shell.found("ongkir ke makassar berapa")
    code, again = shell.imported(table)
    assert (code, again["unchanged"], again["source"]) == (0, True, said["source"])
    shell.write("faq.csv", "Pertanyaan,Jawaban\nOngkir ke Makassar?,Mulai Rp 40.000.\n")
    code, refused = shell.imported(table)
    assert code == 1 and refused["error"]["code"] == "other_content" and "38.000" in shell.found("ongkir ke makassar berapa")
    code, replaced = shell.imported(table, "--replace-source")
    assert (code, replaced["source"]) == (0, said["source"])
    now = shell.found("ongkir ke makassar berapa")
    assert "40.000" in now and "38.000" not in now


def test_what_fails_leaves_nothing_behind(shell: Shell) -> None:
    (shell.folder / "rusak.pdf").write_bytes(b"%PDF-1.4 this is no PDF")
    code, said = shell.imported(str(shell.folder / "rusak.pdf"))
    assert code == 1 and said["state"] == "failed" and said["error"]["message"]
    code, said = shell.imported("http://127.0.0.1:9/harga.csv")
    assert (code, said["error"]["code"]) == (1, "private_target")
    assert shell.server.python("from widget.models import *; print(Source.objects.count(), Entry.objects.exclude(source=None).count())").split() == ["0", "0"]
