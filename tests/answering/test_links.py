"""An answer links to places that the owner named, and to no others, however it is cut (S21). What a browser makes of it: test_links_in_browser.py."""

from itertools import combinations

import pytest

from tests.answering.test_handover import cut
from widget.answering.links import LinkFilter, Links, links_of, vetted, without_links
from widget.knowledge.models import Entry, Source
from widget.knowledge.search import Found, search
from widget.sites.models import AllowedOrigin, Site
from widget.sites.registry import read_site_by_id

pytestmark = pytest.mark.promise("S21")
LINKS = Links(frozenset({"toko.example", "tokopedia.example"}), frozenset({"https://wa.me/62811", "/garansi", "mailto:halo@toko.example"}))
KEPT = [
    "Lihat https://toko.example/ongkir, Kak.",
    "Lihat **https://www.toko.example**!",
    "[toko](https://toko.example), [blog](https://blog.toko.example/a?b=1#c) dan [Tokopedia](https://tokopedia.example/x).",
    "Tulis ke [WhatsApp](https://wa.me/62811), [surat](mailto:halo@toko.example) atau [garansi](/garansi)",
    "(https://toko.example:8443/a)",
    "[WhatsApp](https://wa.me/62811)\u2014atau [ongkir](https://toko.example/ongkir),[garansi](/garansi)",
    "Larik a[0] (1), harga http dan https ya: h, ht, htt, http",
    "Harga: Rp10.000 [1] [catatan] (di toko)",
]
UNLINKED = [
    ("Buka https://evil.example/x ya", "Buka evil.example/x ya"),
    ("[klik](https://evil.example/?q=rahasia)", "[klik] (evil.example/?q=rahasia)"),
    ("![x](//evil.example/a.png)", "![x] (//evil.example/a.png)"),
    ("[x](javascript:alert(1))", "[x] (javascript:alert(1))"),
    ("[x](mailto:evil@evil.example)", "[x] (mailto:evil@evil.example)"),
    ("[x](https:evil.example)", "[x] (https:evil.example)"),
    ("https://toko.example.evil.example/", "toko.example.evil.example/"),
    ("https://toko.example@evil.example/", "toko.example@evil.example/"),
    ("https://toko.example\\.evil.example/", "toko.example\\.evil.example/"),
    ("https://toko.example).evil.example/", "toko.example).evil.example/"),
    ("[x](https://toko.example).evil.example/", "[x] (toko.example).evil.example/"),
    ("\\](https://toko.example/a),https://evil.example", "\\](https://toko.example/a),https:evil.example"),
    ("https://eviltoko.example/", "eviltoko.example/"),
    ("https://t\u043eko.example/", "t\u043eko.example/"),
    ("https://wa.me/62899", "wa.me/62899"),
    ("https://https://evil.example", "https:evil.example"),
    ("hhttp://ttp://evil.example", "hhttp:ttp://evil.example"),
    ("http:/http:///evil.example", "http:/http:evil.example"),
    ("[x]http://(//evil.example)", "[x]http:(//evil.example)"),
    ("https://toko.example/?u=https://evil.example/", "https://toko.example/?u=https:evil.example/"),
    ("HTTPS://evil.example", "evil.example"),
    ("[a](https://toko.example.evil.example/) [b](\n https://evil.example)", "[a] (toko.example.evil.example/) [b] (\n evil.example)"),
    ("[x](" + " " * 1_200 + "https://evil.example)", "[x] (" + " " * 1_200 + "evil.example)"),
]


@pytest.mark.parametrize("text", KEPT)
def test_what_leads_to_named_places_stays_as_it_is(text: str) -> None:
    assert without_links(text, LINKS) == text


@pytest.mark.parametrize(("text", "shown"), UNLINKED, ids=range(len(UNLINKED)))
def test_whatever_leads_elsewhere_is_only_words(text: str, shown: str) -> None:
    assert without_links(text, LINKS) == shown


@pytest.mark.parametrize("text", [*KEPT, *(text for text, _shown in UNLINKED[:-1])])
def test_it_makes_no_difference_how_the_words_come(text: str) -> None:
    for places in (*combinations(range(len(text) + 1), 1), *((place, place + 3) for place in range(len(text) - 2)), tuple(range(len(text)))):
        vet = LinkFilter(LINKS)
        assert "".join([*map(vet.feed, cut(text, places)), vet.end()]) == without_links(text, LINKS), places


def test_words_that_are_no_address_are_not_held_back() -> None:
    vet = LinkFilter(LINKS)
    assert [vet.feed(piece) for piece in ("Ada", ", ", "Kak [1]. ", "Ya")] == ["Ada", ", ", "Kak [1]. ", "Ya"]


@pytest.mark.django_db
def test_what_people_wrote_and_what_the_owner_listed_may_be_linked() -> None:
    site = Site.objects.create(key="uji", name="Uji", whatsapp="+62 811 22", link_hosts="tokopedia.example\nshopee.example")
    AllowedOrigin.objects.create(site=site, origin="https://www.toko.example")
    Source.objects.create(site=site, kind="website", name="Blog", address="https://www.blog.example/mulai")
    own = Found(1, "Garansi", "Baca [ini](/garansi) atau https://bank.example/a.", "https://peta.example/1", "id", 1.0, 1.0)
    read = Found(2, "Kirim", "Lacak di https://jne.example/x atau https://tokopedia.example/y", "https://evil.example/", "id", 1.0, 1.0, own=False)
    links = links_of(read_site_by_id(site.pk), [own, read])
    assert links.hosts == {"toko.example", "blog.example", "tokopedia.example", "shopee.example"}
    assert links.addresses == {"/garansi", "https://bank.example/a", "https://peta.example/1", "https://wa.me/6281122"}
    assert vetted(own, links) == own
    assert (vetted(read, links).text, vetted(read, links).url) == ("Lacak di jne.example/x atau https://tokopedia.example/y", "")


@pytest.mark.django_db
def test_the_search_tells_who_wrote_an_entry() -> None:
    site = Site.objects.create(key="uji", name="Uji")
    source = Source.objects.create(site=site, kind="table", name="Daftar", generation=1)
    Entry.objects.create(site=site, title="Bisa COD?", answer="Bisa.")
    Entry.objects.create(site=site, source=source, generation=1, key="1", title="Ada garansi?", answer="Ada.")
    assert [search(site.pk, asked)[0].own for asked in ("cod", "garansi")] == [True, False]
