"""The site's page: the tag, websites typed in any form, refusals, opening hours."""

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone, translation

from tests.people import make_member
from widget.sites import registry
from widget.sites.models import AllowedOrigin, OpeningHours, RefusedOrigin, Site
from widget.sites.tag import embed_tag


@pytest.fixture(autouse=True)
def english(settings: Any) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def site(db: None) -> Site:
    return Site.objects.create(key="tokosaya", name="Toko Saya", whatsapp="+62 812-3456-7890")


def page_of(site: Site) -> str:
    return reverse("admin:widget_site_change", args=[site.pk])


def form_of(client: Client, site: Site) -> dict[str, str]:
    """What a browser would send back from the page, unchanged."""
    context = client.get(page_of(site)).context
    forms = [
        context["adminform"].form,
        *(form for inline in context["inline_admin_formsets"] for form in [inline.formset.management_form, *inline.formset.forms]),
    ]
    values = {}
    for form in forms:
        for name in form.fields:
            value = form[name].value()
            values[form.add_prefix(name)] = "" if value is None or value is False else "on" if value is True else str(value)
    return values


def test_the_page_shows_the_tag_and_the_chat_page(admin_client: Client, site: Site) -> None:
    page = unescape(admin_client.get(page_of(site)).content.decode())
    assert '<script async src="http://testserver/widget.js?site=tokosaya" data-site="tokosaya"></script>' in page
    assert "http://testserver/c/tokosaya" in page


@override_settings(PUBLIC_URL="https://chat.tokosaya.com")
def test_the_tag_takes_the_public_address_where_one_is_set(admin_client: Client, site: Site) -> None:
    assert "https://chat.tokosaya.com/widget.js?site=tokosaya" in unescape(admin_client.get(page_of(site)).content.decode())


def test_the_tag_holds_a_link_that_works_without_scripts() -> None:
    assert embed_tag(Site(key="a", whatsapp="+62 812-3456-7890"), "https://k").startswith('<a href="https://wa.me/6281234567890" data-kanal>')
    assert embed_tag(Site(key="a", email="halo@a.id"), "https://k").startswith('<a href="mailto:halo@a.id" data-kanal>')
    assert embed_tag(Site(key="a"), "https://k").startswith("<script")


@pytest.mark.parametrize("typed", ["tokosaya.com", "HTTPS://TokoSaya.com/produk?x=1", " tokosaya.com:443 "])
def test_a_website_typed_in_any_form_is_stored_as_an_origin(admin_client: Client, site: Site, typed: str) -> None:
    admin_client.post(page_of(site), {**form_of(admin_client, site), "origins-0-origin": typed})
    assert [origin.origin for origin in site.origins.all()] == ["https://tokosaya.com"]


def test_what_is_no_website_is_refused_with_a_sentence(admin_client: Client, site: Site) -> None:
    answer = admin_client.post(page_of(site), {**form_of(admin_client, site), "origins-0-origin": "halo@tokosaya.com"})
    assert "e-mail" in answer.content.decode() and not site.origins.exists()


@pytest.mark.promise("S21")
def test_places_to_link_to_are_typed_in_any_form_and_kept_as_hosts(admin_client: Client, site: Site) -> None:
    typed = "tokopedia.com\nhttps://www.Shopee.co.id/tokosaya?x=1  tokopedia.com\n"
    admin_client.post(page_of(site), {**form_of(admin_client, site), "link_hosts": typed})
    site.refresh_from_db()
    assert registry.settings_of(site).link_hosts == {"tokopedia.com", "shopee.co.id"}
    answer = admin_client.post(page_of(site), {**form_of(admin_client, site), "link_hosts": "javascript:alert(1)"})
    assert "is not a website address" in answer.content.decode()


def test_the_same_website_twice_is_refused(admin_client: Client, site: Site) -> None:
    AllowedOrigin.objects.create(site=site, origin="https://tokosaya.com")
    answer = admin_client.post(page_of(site), {**form_of(admin_client, site), "origins-1-origin": "tokosaya.com"})
    assert answer.status_code == 200 and site.origins.count() == 1


def test_the_www_twin_is_one_tap_away_until_it_is_there(admin_client: Client, site: Site) -> None:
    AllowedOrigin.objects.create(site=site, origin="https://tokosaya.com")
    button = 'form="allow-origin" name="origin" value="https://www.tokosaya.com"'
    assert button in admin_client.get(page_of(site)).content.decode()
    admin_client.post(reverse("admin:widget_site_allow", args=[site.pk]), {"origin": "https://www.tokosaya.com"})
    assert site.origins.filter(origin="https://www.tokosaya.com").exists()
    assert button not in admin_client.get(page_of(site)).content.decode()


def test_refusals_of_the_last_day_are_listed_and_allowed_by_a_button(admin_client: Client, site: Site) -> None:
    now = timezone.now()
    RefusedOrigin.objects.create(site=site, origin="https://toko.test", times=3, last_at=now)
    RefusedOrigin.objects.create(site=site, origin="https://lama.test", last_at=now - timedelta(hours=25))
    RefusedOrigin.objects.create(site=site, origin="null", last_at=now)
    page = admin_client.get(page_of(site)).content.decode()
    assert "https://toko.test" in page and "https://lama.test" not in page and 'value="null"' not in page
    admin_client.post(reverse("admin:widget_site_allow", args=[site.pk]), {"origin": "https://toko.test"})
    assert site.origins.filter(origin="https://toko.test").exists()
    assert not RefusedOrigin.objects.filter(origin="https://toko.test").exists()


def test_a_hostile_origin_is_not_shown_and_not_allowed(admin_client: Client, site: Site) -> None:
    RefusedOrigin.objects.create(site=site, origin='https://a"><script>canary(1)</script>', last_at=timezone.now())
    assert "canary" not in admin_client.get(page_of(site)).content.decode()
    admin_client.post(reverse("admin:widget_site_allow", args=[site.pk]), {"origin": 'https://a"><script>'})
    assert not site.origins.exists()


def test_allowing_needs_a_post_and_the_permission(client: Client, admin_client: Client, site: Site) -> None:
    allow = reverse("admin:widget_site_allow", args=[site.pk])
    assert admin_client.get(allow).status_code == 405
    client.force_login(make_member("rina", "agent", site))
    assert client.get(page_of(site)).status_code == 200
    assert client.post(allow, {"origin": "https://toko.test"}).status_code == 403
    assert not site.origins.exists()


def test_a_tick_stands_where_a_visitor_was_seen(admin_client: Client, site: Site) -> None:
    origin = AllowedOrigin.objects.create(site=site, origin="https://tokosaya.com")
    assert "✓" not in admin_client.get(page_of(site)).content.decode()
    AllowedOrigin.objects.filter(pk=origin.pk).update(first_seen_at=timezone.now())
    assert "✓" in admin_client.get(page_of(site)).content.decode()


def test_another_website_in_the_same_row_starts_unseen(admin_client: Client, site: Site) -> None:
    AllowedOrigin.objects.create(site=site, origin="https://lama.test", first_seen_at=timezone.now())
    admin_client.post(page_of(site), {**form_of(admin_client, site), "origins-0-origin": "baru.test"})
    origin = site.origins.get()
    assert (origin.origin, origin.first_seen_at) == ("https://baru.test", None)


def test_a_week_of_hours_is_offered_and_days_left_empty_are_not_stored(admin_client: Client, site: Site) -> None:
    form = form_of(admin_client, site)
    assert [form[f"hours-{day}-weekday"] for day in range(7)] == [str(day) for day in range(7)]
    admin_client.post(page_of(site), {**form, "hours-0-opens": "08:00", "hours-0-closes": "17:00", "hours-5-opens": "09:00", "hours-5-closes": "12:30"})
    assert [str(span) for span in site.hours.all()] == ["Monday 08.00-17.00", "Saturday 09.00-12.30"]
    assert form_of(admin_client, site)["hours-TOTAL_FORMS"] == "7"


def test_hours_that_end_before_they_begin_are_refused_with_a_sentence(admin_client: Client, site: Site) -> None:
    answer = admin_client.post(page_of(site), {**form_of(admin_client, site), "hours-0-opens": "17:00", "hours-0-closes": "08:00"})
    assert answer.status_code == 200 and "end after they begin" in answer.content.decode()
    assert not OpeningHours.objects.exists()


def test_a_new_site_needs_little_and_leads_to_its_tag(admin_client: Client, db: None) -> None:
    form = {"name": "Klinik Senyum", "key": "klinik", "kind": "clinic", "language": "en", "address_form": "Anda", "time_zone": "Asia/Makassar"}
    counts = {"origins-TOTAL_FORMS": "1", "origins-INITIAL_FORMS": "0", "origins-0-origin": "klinik.co.id"}
    answer = admin_client.post(reverse("admin:widget_site_add"), {**form, **counts})
    site = Site.objects.get()
    assert answer.headers["Location"] == page_of(site)
    assert "appointment" in site.greeting and site.origins.get().origin == "https://klinik.co.id"


@pytest.mark.promise("S08")
def test_switching_a_site_off_is_known_here_at_once(admin_client: Client, site: Site, django_capture_on_commit_callbacks: Any) -> None:
    registry.read_site(site.key)
    assert registry.fresh_snapshot(site.key)
    form = {name: value for name, value in form_of(admin_client, site).items() if name != "active"}
    with django_capture_on_commit_callbacks(execute=True):
        assert admin_client.post(page_of(site), form).status_code == 302
    site.refresh_from_db()
    assert not site.active and registry.fresh_snapshot(site.key) is None


def test_the_secret_of_a_website_is_made_shown_once_and_made_anew(admin_client: Client, site: Site) -> None:
    make = reverse("admin:widget_site_identity", args=[site.pk])
    assert admin_client.get(make).status_code == 405
    shown = []
    for _ in range(2):
        answer = admin_client.post(make)
        site.refresh_from_db()
        assert len(site.identity_secret) == 43 and site.identity_secret in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
        assert site.identity_secret not in admin_client.get(page_of(site)).content.decode()
        shown.append(site.identity_secret)
    assert shown[0] != shown[1]
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity_secret FROM widget_site")
        assert shown[1] not in cursor.fetchone()[0], "encrypted where it stands"
    assert not LogEntry.objects.filter(change_message__contains=shown[1]).exists() and LogEntry.objects.count() == 2
    # What else is saved on the page leaves it as it is.
    assert admin_client.post(page_of(site), form_of(admin_client, site)).status_code == 302
    site.refresh_from_db()
    assert site.identity_secret == shown[1]


def test_customers_can_be_switched_off(admin_client: Client, site: Site) -> None:
    Site.objects.update(identity_secret="x" * 43)
    admin_client.post(reverse("admin:widget_site_identity", args=[site.pk]), {"off": "1"})
    site.refresh_from_db()
    assert site.identity_secret == ""


def test_without_a_key_to_encrypt_it_no_secret_is_made(admin_client: Client, site: Site, settings: Any) -> None:
    settings.FIELD_KEY = ""
    answer = admin_client.post(reverse("admin:widget_site_identity", args=[site.pk]), follow=True)
    site.refresh_from_db()
    assert site.identity_secret == "" and "was not saved" in answer.content.decode()


@pytest.mark.parametrize(("role", "status"), [("owner", 200), ("agent", 403), ("viewer", 403)])
def test_only_an_owner_makes_the_secret(client: Client, site: Site, role: str, status: int) -> None:
    client.force_login(make_member("rina", role, site))
    assert client.post(reverse("admin:widget_site_identity", args=[site.pk])).status_code == status
    other = Site.objects.create(key="lain", name="Lain")
    assert client.post(reverse("admin:widget_site_identity", args=[other.pk])).status_code in (403, 404)
    other.refresh_from_db()
    assert other.identity_secret == ""
