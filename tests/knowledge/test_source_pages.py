"""The owner's pages of sources: bringing knowledge in four ways, choosing columns, watching, approving, taking back and deleting."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from tests.knowledge.reading_sources import answers, line, make_source, read, say
from tests.knowledge.source_pages import act, add, page, upload
from tests.people import make_member, signed_in
from widget.knowledge.models import Entry, Run, Source
from widget.knowledge.search import search
from widget.knowledge.sources import attempt, files, removing, running
from widget.sites.models import Member, Site

pytestmark = pytest.mark.django_db
TABLE = "Tanya pelanggan;Balasan;Kat\nOngkir ke Makassar?;Mulai Rp 38.000.;kirim\nBisa COD?;Bisa untuk Jawa.;bayar\n"


def test_a_website_is_read_as_soon_as_its_address_is_given(owner: Client) -> None:
    assert add(owner, "website", address="tokosaya.com", every="weekly").status_code == 302
    source = Source.objects.get()
    assert (source.address, source.kind, source.every, source.name) == ("https://tokosaya.com", "website", "weekly", "tokosaya.com")
    assert Run.objects.get().state == "waiting" and "It waits for its turn" in page(owner, source)


@pytest.mark.parametrize("address", ["ftp://tokosaya.com", "https://a:b@tokosaya.com", "javascript:alert(1)", "toko saya", "https://"])
def test_an_address_nobody_can_open_is_refused_in_words(owner: Client, address: str) -> None:
    answer = add(owner, "website", address=address, every="never")
    assert answer.status_code == 400 and "must begin with http" in answer.content.decode() and not Source.objects.exists()


def test_a_table_shows_its_columns_and_is_read_as_they_are_chosen(owner: Client) -> None:
    answer = upload(owner, "C:\\Users\\ibu\\..\\harga\u202e.csv", TABLE.encode())
    source = Source.objects.get()
    assert answer["Location"] == reverse("admin:widget_source_columns", args=[source.pk]) and not Run.objects.exists()
    assert source.options == {"format": "csv", "file_name": "harga.csv"} and files.path_of(source).parent == files.folder()
    shown = page(owner, source, "columns")
    assert "Mulai Rp 38.000." in shown and "Tanya pelanggan" in shown
    chosen = {"column-1": "title", "column-2": "text", "column-3": "title"}
    columns = reverse("admin:widget_source_columns", args=[source.pk])
    assert "Two columns are “Question or title”" in owner.post(columns, chosen).content.decode() and not Run.objects.exists()
    swapped = owner.post(columns, {"column-1": "text", "column-2": "title", "look": "1"}).content.decode()
    assert "<bdi>Mulai Rp 38.000.</bdi></strong>" in swapped and not Run.objects.exists() and "mapping" not in Source.objects.get().options
    assert owner.post(columns, chosen | {"column-3": "tags"}).status_code == 302
    attempt.read_source(Run.objects.get().pk)
    assert answers(source, "ongkir ke makassar") == ["Mulai Rp 38.000."]
    assert Entry.objects.get(title="Bisa COD?").tags == "bayar"


def test_only_the_columns_that_were_chosen_are_published(owner: Client) -> None:
    upload(owner, "tanya.csv", b"Perkara;Ucapan;Jangka;Simpanan\nRetur?;Bisa;7 hari;jangan ramah\n")
    source = Source.objects.get()
    columns = reverse("admin:widget_source_columns", args=[source.pk])
    assert "is not used" in page(owner, source, "columns")
    assert "Say which column is the question" in owner.post(columns, {"column-1": "title"}).content.decode() and not Run.objects.exists()
    owner.post(columns, {"column-1": "title", "column-2": "text", "column-3": "text"})
    attempt.read_source(Run.objects.get().pk)
    assert [(one.title, one.answer) for one in Entry.objects.all()] == [("Retur?", "Ucapan: Bisa\nJangka: 7 hari")]
    shown = page(owner, source, "columns")
    assert shown.count('value="text" selected') == 2


def test_a_source_whose_columns_nobody_knows_asks_for_them(owner: Client, site: Site) -> None:
    upload(owner, "tanya.csv", b"Perkara;Ucapan;Jangka\nRetur?;Bisa;7 hari\n")
    source = Source.objects.get()
    assert read(source).error == "no_columns" and not Entry.objects.exists()
    shown = page(owner, source)
    assert "columns?" in shown and "Choose the columns" in shown and "Change the columns" not in shown


def test_another_sheet_of_a_workbook_can_be_read(owner: Client) -> None:
    book, kept = Workbook(), BytesIO()
    book.active.append(["catatan", "lain"])  # type: ignore[union-attr]
    second = book.create_sheet("FAQ")
    second.append(["Pertanyaan", "Jawaban"])
    second.append(["Bisa COD?", "Bisa."])
    book.save(kept)
    upload(owner, "buku.xlsx", kept.getvalue())
    source = Source.objects.get()
    columns = reverse("admin:widget_source_columns", args=[source.pk])
    assert "Bisa COD?" in owner.get(columns, {"sheet": "FAQ"}).content.decode()
    owner.post(columns, {"sheet": "FAQ"})
    attempt.read_source(Run.objects.get().pk)
    assert answers(source, "bisa cod") == ["Bisa."]


def test_a_file_that_cannot_be_read_is_refused_and_nothing_is_kept(owner: Client) -> None:
    before = set(files.folder().iterdir())
    for name, content in (("foto.jpg", b"\xff\xd8\xff\xe0" + bytes(300)), ("kosong.csv", b""), ("lama.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))):
        answer = upload(owner, name, content)
        assert answer.status_code == 400 and "errorlist" in answer.content.decode()
        assert name != "kosong.csv" or "The file is empty. Save it again" in answer.content.decode()
    assert not Source.objects.exists() and set(files.folder().iterdir()) == before


def test_pasted_questions_are_own_entries_at_once_and_once(owner: Client, site: Site) -> None:
    text = "Bisa COD?\nBisa kak.\n\nBuka jam berapa?\nJam 8 sampai 17.\n"
    for _ in range(2):
        assert add(owner, "paste", text=text).status_code == 302
    assert {entry.title for entry in Entry.objects.filter(source=None)} == {"Bisa COD?", "Buka jam berapa?"} and Entry.objects.count() == 2
    assert [found.text for found in search(site.pk, "buka jam berapa")][:1] == ["Jam 8 sampai 17."]


def test_another_answer_to_a_question_that_was_there_takes_its_place(owner: Client, site: Site) -> None:
    add(owner, "paste", text="Bisa COD?\nBisa kak.\n\nBuka jam berapa?\nJam 8 sampai 17.\n")
    draft = Entry.objects.create(site=site, title="Ada garansi?", answer="", state="draft")
    answer = add(
        owner, "paste", text="bisa cod ??\nBelum bisa.\n\nBuka jam berapa?\nJam 8 sampai 17.\n\nAda garansi?\nSetahun.\n\nBisa retur?\nBisa.", follow=True
    )
    told = answer.content.decode()
    assert "1 answer is live" in told and "2 questions were there already and have the answers" in told and "1 was there already" in told
    assert dict(Entry.objects.values_list("title", "answer")) == {
        "bisa cod ??": "Belum bisa.",
        "Buka jam berapa?": "Jam 8 sampai 17.",
        "Ada garansi?": "Setahun.",
        "Bisa retur?": "Bisa.",
    }
    draft.refresh_from_db()
    assert draft.state == "approved" and Entry.objects.count() == 4


def test_a_long_answer_in_parts_is_known_when_it_is_pasted_again(owner: Client) -> None:
    text = "Syaratnya apa?\n" + "\n\n".join(f"Butir {number}: " + "kata " * 200 + "." for number in range(20))
    for _ in range(2):
        add(owner, "paste", text=f"{text}\n\nBisa COD?\nBisa.")
    assert Entry.objects.filter(title="Syaratnya apa?").count() > 1 and len(set(Entry.objects.values_list("answer", flat=True))) == Entry.objects.count()


def test_a_file_that_is_there_already_is_not_added_again(owner: Client) -> None:
    upload(owner, "harga.csv", TABLE.encode())
    source, kept = Source.objects.get(), set(files.folder().iterdir())
    again = upload(owner, "harga.csv", TABLE.encode(), follow=True)
    assert again.redirect_chain[-1][0] == reverse("admin:widget_source_change", args=[source.pk]) and "says the same" in again.content.decode()
    other = upload(owner, "harga.csv", TABLE.replace("38.000", "41.000").encode(), follow=True).content.decode()
    assert "yours says something else" in other and '<details class="newer" id="newer" open>' in other
    assert Source.objects.get() == source and set(files.folder().iterdir()) == kept


@pytest.mark.parametrize("again", ["http://TokoSaya.com/", "https://www.tokosaya.com", "tokosaya.com/?utm_source=wa"])
def test_a_website_that_is_there_already_is_not_added_again(owner: Client, again: str) -> None:
    add(owner, "website", address="tokosaya.com", every="weekly")
    assert "is here already" in add(owner, "website", address=again, every="never", follow=True).content.decode()
    assert Source.objects.get().every == "weekly" and Run.objects.count() == 1
    add(owner, "website", address="tokosaya.com:8443", every="never")
    assert Source.objects.count() == 2


def test_a_pasted_chat_is_not_taken_and_stays_in_the_box(owner: Client) -> None:
    answer = add(owner, "paste", text="12/11/26 10.03 - Ani: harganya?\n12/11/26 10.05 - Toko: 85rb kak\n")
    shown = answer.content.decode()
    assert answer.status_code == 400 and "This is a copied chat" in shown and "10.05 - Toko: 85rb kak" in shown
    assert 'id="way-paste" name="way" open' in shown and f'action="{reverse("admin:widget_source_add")}#way-paste"' in shown
    assert not Entry.objects.exists()


def test_what_waits_is_shown_and_found_only_when_approved(owner: Client, site: Site) -> None:
    source = make_source(site, [line(1, "Lima puluh ribu.")], needs_approval=True)
    read(source)
    shown = page(owner, source)
    assert "wait for your approval" in shown and "Lima puluh ribu." in shown and answers(source, "harga kain nomor 1") == []
    assert "Visitors get it" in act(owner, source, "use") and answers(source, "harga kain nomor 1") == ["Lima puluh ribu."]
    say(source, [line(1, "Enam puluh ribu.")])
    read(source)
    assert "Rejected" in act(owner, source, "leave") and answers(source, "harga kain nomor 1") == ["Lima puluh ribu."]
    assert "You rejected what was read. What was read before is still used. It stays so" in page(owner, source)
    assert "nothing to approve" in act(owner, source, "use")


def test_the_last_reading_is_taken_back_and_used_again(owner: Client, site: Site) -> None:
    source = make_source(site, [line(1, "Lama.")])
    read(source)
    say(source, [line(1, "Baru.")])
    read(source)
    assert "What was read before is used again. It stays so" in act(owner, source, "undo")
    assert answers(source, "harga kain nomor 1") == ["Lama."] and "You did not want what was read last" in page(owner, source)
    assert "Use the last reading again" in page(owner, source) and "Take back" not in page(owner, source)
    assert "The last reading is used again." in act(owner, source, "undo")
    assert answers(source, "harga kain nomor 1") == ["Baru."] and "It stays so" not in page(owner, source)
    assert "Take back the last reading" in page(owner, source)


def test_what_was_taken_back_is_used_again_when_its_owner_presses_read_again(owner: Client, site: Site) -> None:
    source = make_source(site, [line(1, "Lama.")])
    read(source)
    assert "It stays so" in act(owner, source, "undo")
    attempt.read_source(running.start(source.pk, asked=False))
    assert answers(source, "harga kain nomor 1") == [] and "You took back what was read; nothing of it is found. It stays so" in page(owner, source)
    act(owner, source, "read")
    attempt.read_source(Run.objects.latest("pk").pk)
    assert answers(source, "harga kain nomor 1") == ["Lama."]


def test_a_newer_file_is_read_as_the_one_before_and_a_useless_one_changes_nothing(owner: Client) -> None:
    upload(owner, "harga.csv", TABLE.encode())
    source = Source.objects.get()
    owner.post(reverse("admin:widget_source_columns", args=[source.pk]), {"column-1": "title", "column-2": "text"})
    attempt.read_source(Run.objects.get().pk)
    newer = reverse("admin:widget_source_file", args=[source.pk])
    owner.post(newer, {"file": SimpleUploadedFile("foto.jpg", b"\xff\xd8\xff\xe0" + bytes(300))})
    assert Run.objects.count() == 1 and answers(source, "ongkir ke makassar") == ["Mulai Rp 38.000."]
    owner.post(newer, {"file": SimpleUploadedFile("harga.csv", TABLE.replace("38.000", "41.000").encode())})
    assert answers(source, "ongkir ke makassar") == ["Mulai Rp 38.000."]
    attempt.read_source(Run.objects.latest("pk").pk)
    assert answers(source, "ongkir ke makassar") == ["Mulai Rp 41.000."]


def test_a_run_is_stopped_and_its_page_tells_what_is_new(owner: Client, site: Site) -> None:
    source = make_source(site, [line(1)])
    act(owner, source, "read")
    run, stamp = Run.objects.get(), reverse("admin:widget_source_stamp", args=[source.pk])
    first = owner.get(stamp).json()["stamp"]
    assert f'data-watch="{stamp}"' in page(owner, source) and f'data-stamp="{first}"' in page(owner, source)
    Run.objects.filter(pk=run.pk).update(state="running", visited=3, total=9, taken=4)
    assert owner.get(stamp).json()["stamp"] != first and "Page 3 of 9" in page(owner, source)
    act(owner, source, "stop")
    run.refresh_from_db()
    assert run.stop_wanted and "Being stopped" in page(owner, source)


def test_what_was_not_taken_is_told_in_sentences(owner: Client, site: Site) -> None:
    source = make_source(site, [line(1), line(2, ""), line(3, "")])
    read(source)
    shown = page(owner, source)
    assert "Has no question or no answer." in shown and '<span class="badge">2</span>' in shown and "line 3" in shown


def test_a_failure_is_told_with_what_is_still_used(owner: Client, site: Site) -> None:
    source = make_source(site, [line(1)])
    read(source)
    say(source, [])
    read(source)
    assert "What was read before is still used." in page(owner, source)
    assert "failed" in owner.get(reverse("admin:widget_source_changelist")).content.decode()


def test_a_deleted_source_answers_nothing_from_that_moment_and_is_cleared_away(owner: Client, site: Site) -> None:
    source = make_source(site, [line(1)])
    read(source)
    file = files.path_of(source)
    assert owner.post(reverse("admin:widget_source_delete", args=[source.pk]), {"post": "yes"}).status_code == 302
    assert answers(source, "harga kain nomor 1") == []
    for shown in ("entry", "source", "entry"):
        listed = owner.get(reverse(f"admin:widget_{shown}_changelist")).content.decode()
    assert "Daftar" not in listed and "kain nomor" not in listed
    for _ in range(2):
        removing.finish(source.pk)
    assert not Source.objects.exists() and not Entry.objects.exists() and not file.exists()


def test_an_entry_of_a_source_is_read_only_until_it_is_kept_as_our_own(owner: Client, site: Site) -> None:
    source = make_source(site, [line(1, "Asli.")])
    read(source)
    entry = Entry.objects.get()
    fields = {"site": site.pk, "title": "x", "answer": "Diubah.", "state": "approved", "language": "id"}
    assert owner.post(reverse("admin:widget_entry_change", args=[entry.pk]), fields).status_code == 403
    owner.post(reverse("admin:widget_entry_keep", args=[entry.pk]))
    assert owner.post(reverse("admin:widget_entry_change", args=[Entry.objects.get(source=None).pk]), fields).status_code == 302
    assert set(Entry.objects.values_list("answer", flat=True)) == {"Asli.", "Diubah."}


def test_of_a_kept_piece_only_the_copy_answers(owner: Client, site: Site) -> None:
    source = make_source(site, [line(1, "Asli."), line(2, "Lain.")])
    read(source)
    kept = owner.post(reverse("admin:widget_entry_keep", args=[Entry.objects.get(key="1").pk]), follow=True).content.decode()
    assert "the only one that answers" in kept
    for _ in range(2):
        assert [found.entry_id for found in search(site.pk, "berapa harga kain nomor 1") if found.text == "Asli."] == [Entry.objects.get(source=None).pk]
        assert "1 piece, 1 switched off" in page(owner, source)
        say(source, [line(1, "Asli."), line(2, "Baru.")])
        read(source)


def test_a_source_that_is_switched_off_has_nothing_in_use(owner: Client, site: Site) -> None:
    source = make_source(site, [line(1)])
    read(source)
    assert "<dd>1 piece</dd>" in page(owner, source)
    Source.objects.update(state="off")
    assert "<dd>0 pieces</dd>" in page(owner, source)


def test_the_list_says_which_site_and_which_website(owner: Client, site: Site) -> None:
    for address in ("127.0.0.1:8001", "https://127.0.0.1:8002/blog/", "https://127.0.0.1:8002/harga.csv"):
        add(owner, "website", address=address, every="never")
    assert set(Source.objects.values_list("name", flat=True)) == {"127.0.0.1:8001", "127.0.0.1:8002/blog", "127.0.0.1:8002 harga.csv"}
    sources = reverse("admin:widget_source_changelist")
    assert "field-site" not in owner.get(sources).content.decode()
    other = Site.objects.create(key="lain", name="Lain")
    Member.objects.create(site=other, user=Member.objects.get().user, role="owner")
    assert "field-site" in owner.get(sources).content.decode()


def test_an_agent_sees_sources_and_changes_none(site: Site) -> None:
    agent, source = signed_in(make_member("rina", "agent", site)), make_source(site, [line(1)])
    assert 'name="act"' not in page(agent, source)
    assert agent.post(reverse("admin:widget_source_act", args=[source.pk]), {"act": "read"}).status_code == 403
    assert agent.get(reverse("admin:widget_source_add")).status_code == 403 and not Run.objects.exists()
