"""When people are there: weeks, holidays and Indonesia's three time zones."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from widget.sites import registry
from widget.sites.holidays import Holiday, known_holidays
from widget.sites.hours import is_open, next_opening, opening_note, week_lines
from widget.sites.models import OpeningHours, Site
from widget.sites.timetable import DaysOff, Span, Timetable

WIB = ZoneInfo("Asia/Jakarta")
WEEK = tuple(Span(day, time(8), time(17)) for day in range(5))


def at(text: str, zone: ZoneInfo = WIB) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def off(first: str, last: str = "", **hours: time) -> DaysOff:
    return DaysOff("Idul Fitri", date.fromisoformat(first), date.fromisoformat(last or first), **hours)


def test_a_holiday_closes_a_weekday_and_names_itself_and_the_next_opening() -> None:
    hours = Timetable(WEEK, (off("2026-03-20", "2026-03-23"),))
    assert is_open(hours, at("2026-03-19T10:00")) and not is_open(hours, at("2026-03-20T10:00"))
    assert next_opening(hours, at("2026-03-20T10:00")) == at("2026-03-24T08:00")
    assert opening_note(hours, at("2026-03-20T10:00")) == "Closed for Idul Fitri. Opens Tuesday at 08.00 WIB"
    assert opening_note(hours, at("2026-03-24T10:00")) == ""


def test_the_evening_before_a_holiday_names_the_day_after_it() -> None:
    hours = Timetable(WEEK, (off("2026-03-20"),))
    assert opening_note(hours, at("2026-03-19T18:00")) == "Opens Monday at 08.00 WIB"


def test_a_closure_of_two_weeks_says_the_date() -> None:
    hours = Timetable(WEEK, (off("2026-03-16", "2026-03-29"),))
    assert opening_note(hours, at("2026-03-16T09:00")) == "Closed for Idul Fitri. Opens on 30 March at 08.00 WIB"


def test_other_hours_stand_in_for_the_weekdays_and_one_day_inside_a_span_has_its_own() -> None:
    hours = Timetable(WEEK, (off("2026-03-16", "2026-03-29"), off("2026-03-22", opens=time(10), closes=time(12))))
    assert is_open(hours, at("2026-03-22T11:00")) and not is_open(hours, at("2026-03-22T13:00")) and not is_open(hours, at("2026-03-23T11:00"))


def test_who_is_always_there_is_not_on_a_holiday() -> None:
    hours = Timetable((), (off("2026-03-20"),))
    assert is_open(hours, at("2026-03-19T23:59")) and not is_open(hours, at("2026-03-20T10:00"))
    assert next_opening(hours, at("2026-03-20T10:00")) == at("2026-03-21T00:00")


@pytest.mark.parametrize(("zone", "name"), [("Asia/Jakarta", "WIB"), ("Asia/Makassar", "WITA"), ("Asia/Jayapura", "WIT")])
def test_each_zone_of_indonesia_has_its_own_clock_and_name(zone: str, name: str) -> None:
    place = ZoneInfo(zone)
    # 00:30 in UTC is 7:30 in the west, 8:30 in the middle, 9:30 in the east.
    now = at("2026-03-16T00:30", ZoneInfo("UTC")).astimezone(place)
    hours = Timetable(WEEK)
    assert is_open(hours, now) == (name != "WIB")
    assert opening_note(hours, at("2026-03-16T05:00", place)) == f"Opens today at 08.00 {name}"
    assert week_lines(hours, place) == [f"Monday–Friday 08.00–17.00 {name}"]


def test_a_site_that_never_opens_within_two_months_promises_nothing() -> None:
    hours = Timetable(WEEK, (off("2026-01-01", "2026-12-31"),))
    assert opening_note(hours, at("2026-03-16T09:00")) == "Closed for Idul Fitri"


def test_holidays_of_the_next_days_stand_with_the_week() -> None:
    today = datetime.now(WIB).date()
    lines = week_lines(Timetable(WEEK, (DaysOff("Pindahan", today, today),)), WIB)
    assert len(lines) == 2 and lines[1].endswith("(Pindahan): closed")


def test_known_holidays_are_those_whose_dates_nobody_has_to_announce() -> None:
    days = dict(known_holidays(date(2027, 1, 1)))
    assert [str(day) for day in days] == sorted(str(day) for day in days)
    # Easter 2027 is on 28 March; Ascension 39 days later.
    assert {date(2027, 3, 26), date(2027, 3, 28), date(2027, 5, 6), date(2027, 8, 17)} <= set(days) and len(days) == 8
    assert dict(known_holidays(date(2026, 4, 1)))[date(2026, 4, 3)] == "Good Friday"


@pytest.fixture
def site(db: None) -> Site:
    site = Site.objects.create(key="toko", name="Toko", language="en")
    OpeningHours.objects.create(site=site, weekday=0, opens="08:00", closes="17:00")
    return site


def test_the_snapshot_that_serves_visitors_knows_the_holidays(site: Site) -> None:
    Holiday.objects.create(site=site, name="Idul Fitri", first="2026-03-20", last="2026-03-23")
    snapshot = registry.read_site_by_id(site.pk)
    assert opening_note(snapshot.hours, at("2026-03-23T10:00")) == "Closed for Idul Fitri. Opens on 30 March at 08.00 WIB"


def test_one_tap_adds_the_known_holidays_once(admin_client: Client, site: Site) -> None:
    url = reverse("admin:widget_site_change", args=[site.pk])
    assert "Add 8 public holidays" in admin_client.get(url).content.decode()
    for _tap in range(2):
        admin_client.post(reverse("admin:widget_site_holidays", args=[site.pk]))
    assert site.holidays.count() == 8
    assert "public holidays</button>" not in admin_client.get(url).content.decode()


def test_a_holiday_of_one_day_needs_no_last_day_and_half_hours_are_refused(admin_client: Client, site: Site) -> None:
    url = reverse("admin:widget_site_change", args=[site.pk])
    with translation.override("en"):
        page = admin_client.get(url)
    forms = [page.context["adminform"].form, *(form for formset in page.context["inline_admin_formsets"] for form in formset.formset.forms)]
    managed = [formset.formset.management_form for formset in page.context["inline_admin_formsets"]]
    data = {bound.html_name: bound.value() for form in [*forms, *managed] for bound in form if bound.value() is not None and bound.value() is not False}
    data |= {"holidays-0-name": "Pindahan", "holidays-0-first": "2026-12-28"}
    answer = admin_client.post(url, {**data, "holidays-0-opens": "09:00"})
    assert answer.status_code == 200 and "or none where it is closed all day" in answer.content.decode()
    assert admin_client.post(url, data).status_code == 302
    assert [(str(day.first), str(day.last), day.opens) for day in site.holidays.all()] == [("2026-12-28", "2026-12-28", None)]
