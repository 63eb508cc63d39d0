"""`manage.py knowledge_import` from the shell of a real installation: its child process, its exit codes and what it prints for programs."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.databases import rows
from tests.driver import ROOT, Server
from tests.fakes.web_sink import Page, WebSink
from tests.waiting import eventually

pytestmark = pytest.mark.live
FOUND = "from widget.knowledge.search import search; from widget.sites.models import Site; print([f.text for f in search(Site.objects.get().pk, {!r})])"


NAMES = ["source", "name", "run", "state", "unchanged", "taken", "skipped", "reasons", "findings", "error"]


def questions(count: int, text: str = "Isi.") -> str:
    return "Pertanyaan,Jawaban\n" + "".join(f"Harga kain nomor {number}?,{text}\n" for number in range(count))


@dataclass
class Shell:
    server: Server
    folder: Path

    def write(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text, "utf-8")
        return str(self.folder / name)

    def imported(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        """The exit code and the one object on standard output, which has the same names however it ended."""
        code, printed, _ = self.ran("--site", "toko", "--json", *arguments)
        said = json.loads(printed)
        assert list(said) == NAMES
        return code, said

    def ran(self, *arguments: str) -> tuple[int, str, str]:
        command = [sys.executable, str(ROOT / "manage.py"), "knowledge_import", *arguments]
        done = subprocess.run(command, env=self.server.env, capture_output=True, text=True, check=False, timeout=120)
        return done.returncode, done.stdout, done.stderr

    def found(self, question: str) -> str:
        return self.server.python(FOUND.format(question))


@pytest.fixture
def slow() -> Iterator[WebSink]:
    """A server that begins to give a table and does not go on."""
    with WebSink() as sink:
        sink.pages["/harga.csv"] = Page(pieces=(b"Pertanyaan,Jawaban\n", b"Bisa COD?,Bisa.\n"), pause=60)
        yield sink


@pytest.fixture
def shell(make_server: Callable[..., Server], tmp_path: Path, slow: WebSink) -> Shell:
    server = make_server(env={"OUTBOUND_ALLOW_PRIVATE": f"127.0.0.1:{slow.port}"})
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


def test_a_wrong_call_ends_with_2_and_says_what_is_wrong(shell: Shell) -> None:
    assert [shell.ran(*wrong)[:2] for wrong in (("faq.csv",), ("faq.csv", "--site", "toko", "--format", "doc"))] == [(2, "")] * 2
    code, said = shell.imported("weg.csv")
    assert (code, said["state"], said["error"]["code"], said["source"]) == (2, "failed", "no_file", None)
    code, printed, told = shell.ran("weg.csv", "--site", "lain", "--json")
    assert (code, json.loads(printed)["error"]["code"]) == (2, "no_site") and "There is no site lain" in told
    table = shell.write("faq.csv", questions(1))
    wrong = {"xx": "is not JSON", '["Pertanyaan"]': "not of the form", '{"soal": "Pertanyaan"}': "no role: soal. The roles are: title, text"}
    for mapping, words in wrong.items():
        code, said = shell.imported(table, "--mapping", mapping)
        assert (code, said["error"]["code"]) == (2, "mapping") and words in said["error"]["message"]
    assert "other_ways" in shell.ran("--help")[1] and "sale_price" in shell.ran("--help")[1]
    assert shell.imported(table, "--mapping", '{"title": "Pertanyaan", "text": "Jawaban"}')[0] == 0


def test_what_waits_for_somebody_s_eyes_ends_with_3(shell: Shell) -> None:
    table = shell.write("faq.csv", questions(30))
    assert shell.imported(table)[0] == 0
    shell.write("faq.csv", questions(5, "Lain."))
    code, said = shell.imported(table, "--replace-source")
    assert (code, said["state"], said["taken"], said["error"]["code"]) == (3, "ready", 5, "far_less")
    assert "Isi." in shell.found("harga kain nomor 1")
    shell.server.python("from widget.models import Source; Source.objects.update(needs_approval=True)")
    shell.write("faq.csv", questions(29, "Lain."))
    code, printed, told = shell.ran(table, "--site", "toko", "--replace-source")
    assert (code, printed) == (3, "") and "waits for somebody to look at it" in told


def test_what_is_stopped_ends_with_4_and_leaves_nothing(shell: Shell, slow: WebSink) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "knowledge_import", f"{slow.url}/harga.csv", "--site", "toko", "--json"]
    # Where the tests run in a shell's background the signal is ignored, and children would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    running = subprocess.Popen(command, env=shell.server.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    signal.signal(signal.SIGINT, before)
    eventually(lambda: slow.requests, 60)
    running.send_signal(signal.SIGINT)
    printed, told = running.communicate(timeout=60)
    assert (running.returncode, json.loads(printed)["state"], list(json.loads(printed))) == (4, "stopped", NAMES) and "Stopped." in told
    assert rows(shell.server.data_dir, "SELECT count(*) FROM widget_source") == [(0,)]


def test_without_json_it_says_in_words_what_is_in_use(shell: Shell) -> None:
    table = shell.write("faq.csv", questions(2) + "Kosong?,\n")
    assert shell.ran(table, "--site", "toko")[:2] == (0, "“faq.csv”: 2 pieces are in use.\n  1 skipped: empty\n")
    assert shell.ran(table, "--site", "toko")[:2] == (0, "“faq.csv”: nothing new, 2 pieces stay in use.\n  1 skipped: empty\n")
    single = shell.write("satu.csv", questions(1))
    assert [shell.ran(single, "--site", "toko")[1] for _ in range(2)] == [
        "“satu.csv”: 1 piece is in use.\n",
        "“satu.csv”: nothing new, 1 piece stays in use.\n",
    ]
