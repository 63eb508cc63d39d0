"""What stands in the knowledge twice is answered as if it stood there once; what only looks alike is not."""

import pytest

from tests.knowledge.reading_sources import line, make_source, own_folder, read
from widget.knowledge.models import Entry
from widget.knowledge.search import direct_answers, search
from widget.sites.models import Site

__all__ = ["own_folder"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
QUESTION = "harga kain nomor 1"


def test_a_file_that_was_read_twice_answers_as_read_once(site: Site) -> None:
    source = make_source(site=site, said=[line(1), line(2)])
    read(source)
    before = direct_answers(site.pk, QUESTION)
    read(make_source(site=site, said=[line(1), line(2)]))
    after = direct_answers(site.pk, QUESTION)
    assert before and [(one.text, one.confidence) for one in after] == [(one.text, one.confidence) for one in before]


def test_what_an_owner_wrote_goes_before_what_a_source_says(site: Site) -> None:
    source = make_source(site=site, said=[line(1, "Harganya dua puluh ribu per meter, sudah termasuk pajak.")])
    read(source)
    piece = Entry.objects.get(source=source)
    own = Entry.objects.create(site=site, title=piece.title, answer="Harganya dua puluh lima ribu per meter, sudah termasuk pajak.")
    assert [one.entry_id for one in search(site.pk, QUESTION)][:1] == [own.pk] and len(direct_answers(site.pk, QUESTION)) == 1
    own.delete()
    assert [one.entry_id for one in direct_answers(site.pk, QUESTION)] == [piece.pk]


def test_what_only_looks_alike_stays_apart(site: Site) -> None:
    for title in ("Kaos polos merah", "Kaos polos biru"):
        Entry.objects.create(site=site, title=title, answer="Bahan katun, harga Rp60.000, ukuran S sampai XL.")
    for branch in ("Kami di Jalan Merdeka, buka sampai malam.", "Gedung Sate lantai dua, hanya hari kerja, parkir luas."):
        Entry.objects.create(site=site, title="Alamat cabang", answer=branch)
    assert len(search(site.pk, "kaos polos")) == 2 and not direct_answers(site.pk, "kaos polos")
    assert len(search(site.pk, "alamat cabang")) == 2
