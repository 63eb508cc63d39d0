"""The list of conversations: who waits first, search, filters."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.inbox.conftest import MakeConversation
from widget.sites.models import Site

LIST = "admin:widget_conversation_changelist"


def names(client: Client, query: str = "") -> list[str]:
    return [str(talk) for talk in client.get(reverse(LIST) + query).context["cl"].result_list]


def test_who_waits_longest_stands_first_and_the_rest_by_last_message(admin_client: Client, make_conversation: MakeConversation) -> None:
    now = timezone.now()
    make_conversation("v: a", name="Lama", last_at=now - timedelta(hours=5))
    make_conversation("v: a", name="Baru", last_at=now)
    make_conversation("v: a", name="Menunggu sebentar", handler="waiting", waiting_since=now - timedelta(minutes=2))
    make_conversation("v: a", name="Menunggu lama", handler="waiting", waiting_since=now - timedelta(hours=2), last_at=now - timedelta(hours=2))
    assert names(admin_client) == ["Menunggu lama", "Menunggu sebentar", "Baru", "Lama"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ongkir", ["Dewi"]),
        ("dewi", ["Dewi"]),
        ("0812", ["Budi"]),
        ("ongkir makassar", ["Dewi"]),
        ("ongkir bandung", []),
        ('"ke makassar"', ["Dewi"]),
        ('"makassar ke"', []),
    ],
)
def test_search_finds_words_names_and_contacts(admin_client: Client, make_conversation: MakeConversation, words: str, found: list[str]) -> None:
    make_conversation("v: ongkir ke Makassar?", "a: Mulai Rp 38.000", name="Dewi")
    make_conversation("v: jam buka?", name="Budi", contact="0812 3456")
    assert names(admin_client, f"?q={words}") == found


def test_tabs_and_filters_choose_by_state_site_and_day(admin_client: Client, make_conversation: MakeConversation) -> None:
    clinic = Site.objects.create(key="klinik", name="Klinik")
    make_conversation("v: a", name="Tunggu", handler="waiting")
    make_conversation("v: a", name="Orang", handler="human")
    make_conversation("v: a", name="Asisten", site=clinic)
    make_conversation("v: a", name="Tutup", closed_at=timezone.now())
    assert [names(admin_client, f"?state={state}") for state in ("waiting", "person", "assistant", "closed")] == [["Tunggu"], ["Orang"], ["Asisten"], ["Tutup"]]
    assert names(admin_client, f"?site__id__exact={clinic.pk}") == ["Asisten"]
    assert names(admin_client, "?last_at__gte=2100-01-01+00%3A00%3A00%2B07%3A00") == []


def test_a_row_shows_the_last_message_and_leads_to_the_conversation(admin_client: Client, make_conversation: MakeConversation) -> None:
    talk = make_conversation("v: pertama", "a: terakhir dari asisten")
    page = admin_client.get(reverse(LIST)).content.decode()
    assert "terakhir dari asisten" in page and "pertama" not in page
    assert reverse("admin:widget_conversation_change", args=[talk.pk]) in page


def test_the_number_of_queries_does_not_grow_with_the_list(
    admin_client: Client, make_conversation: MakeConversation, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        make_conversation("v: halo", name=f"Nama {number}")
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        admin_client.get(reverse(LIST))


def test_search_words_are_only_words(admin_client: Client, make_conversation: MakeConversation) -> None:
    make_conversation("v: halo")
    for words in ["%", "'", '"', "\\", "_____", "a" * 500, "%00"]:
        assert admin_client.get(reverse(LIST), {"q": words}).status_code in {200, 302}
    assert admin_client.get(reverse(LIST) + "?operator__password__startswith=a").status_code in {302, 400}
