"""How it went: what is counted, by whom it may be seen, and what leaves as a file."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.inbox.conftest import MakeConversation
from widget.conversations.models import Conversation, Message, Turn
from widget.inbox.insights import counting
from widget.inbox.insights.charts import Plot, Series, draw
from widget.inbox.insights.figures import Figures, histogram, total
from widget.inbox.insights.models import DayFigures
from widget.inbox.insights.sheets import sheet
from widget.inbox.insights.tables import Table
from widget.knowledge.models import Entry
from widget.sites.models import Member, Role, Site

WIB = ZoneInfo("Asia/Jakarta")
DAY = date(2026, 3, 16)
MORNING = datetime(2026, 3, 16, 2, tzinfo=UTC)
BY = {"m": "model", "k": "knowledge", "r": "rule"}


@pytest.fixture
def talk(site: Site) -> Callable[..., Conversation]:
    """Makes one from rows like ("v", 0), ("m", 1): author or kind of answer, and minutes after the morning. "p": passed on; "o": a person."""

    def make(*rows: tuple[str, float], start: datetime = MORNING, **fields: Any) -> Conversation:
        last = start + timedelta(minutes=rows[-1][1])
        made = Conversation.objects.create(
            site=fields.pop("site", site), public_id=f"t{Conversation.objects.count()}", seq=len(rows), created_at=start, last_at=last, **fields
        )
        for seq, (kind, minutes) in enumerate(rows, 1):
            author = {"v": "visitor", "o": "operator"}.get(kind, "assistant")
            answered_by = "person" if kind == "o" else BY.get(kind, "")
            row = {"author": author, "answered_by": answered_by, "text": f"{kind}{seq}", "at": start + timedelta(minutes=minutes)}
            Message.objects.create(conversation=made, seq=seq, client_id=str(seq), **row)
        return made

    return make


def counted(site: Site) -> Figures:
    return counting.count_day([site.pk], WIB, DAY).get(site.pk, Figures())


def test_answers_are_counted_by_who_gave_them_on_the_day_of_the_site(talk: Callable[..., Conversation], site: Site) -> None:
    talk(("v", 0), ("m", 1), ("v", 2), ("k", 3), ("v", 4), ("r", 5), ("v", 6), ("p", 7), ("o", 20))
    # 23:30 of the day before, and 00:10 of the day after, in Jakarta.
    talk(("v", 0), ("m", 1), start=datetime(2026, 3, 15, 16, 30, tzinfo=UTC))
    talk(("v", 0), ("m", 1), start=datetime(2026, 3, 16, 17, 10, tzinfo=UTC))
    day = counted(site)
    assert (day.conversations, day.questions, day.model, day.knowledge, day.rule, day.passed_on, day.person) == (1, 4, 1, 1, 1, 1, 1)


def test_solved_without_a_person_is_only_what_nobody_was_asked_for(talk: Callable[..., Conversation], site: Site) -> None:
    talk(("v", 0), ("m", 1))
    talk(("v", 0), ("k", 1), ("v", 2), ("r", 3))
    talk(("v", 0), ("p", 1), ("v", 2), ("m", 3))
    talk(("v", 0), ("m", 1), ("v", 2), ("o", 3))
    talk(("v", 0), ("m", 1), handler="waiting", waiting_since=MORNING)
    talk(("v", 0))
    day = counted(site)
    assert (day.conversations, day.solved, day.solved_percent) == (6, 2, 33)


def test_a_wait_lasts_from_the_first_message_nothing_answered_to_a_person(talk: Callable[..., Conversation], site: Site) -> None:
    # Answered by the model first, so the wait begins with the second question; two replies in a row are one wait.
    talk(("v", 0), ("m", 1), ("v", 10), ("p", 11), ("v", 12), ("o", 20), ("o", 21))
    # Nobody waited: a person wrote after the model had answered.
    talk(("v", 0), ("m", 1), ("o", 30))
    day = counted(site)
    assert day.waited == 1
    wait = day.wait(0.5)
    assert wait is not None and abs(wait - 600) < 60


def test_costs_and_tokens_are_those_of_the_day(talk: Callable[..., Conversation], site: Site) -> None:
    made = talk(("v", 0), ("m", 1))
    answer = {"answer_seq": 2, "state": "done", "provider": "Utama", "tokens_in": 900, "tokens_out": 100, "cost": "0.001234"}
    Turn.objects.create(conversation=made, question_seq=1, finished_at=MORNING + timedelta(minutes=1), **answer)
    day = counted(site)
    assert (day.tokens, day.cost) == (1000, 1234)


def test_percentiles_of_several_days_together_are_within_ten_percent() -> None:
    waits = [float(seconds) for seconds in range(1, 1001)]
    both = total([Figures(waits=histogram(waits[:300])), Figures(waits=histogram(waits[300:]))])
    for share in (0.5, 0.9):
        told = both.wait(share)
        assert told is not None and abs(told - 1000 * share) <= 100 * share
    assert Figures().wait(0.5) is None and Figures.unpack(both.pack()) == both


def test_days_that_are_over_are_counted_once_and_stay_when_the_talks_are_gone(talk: Callable[..., Conversation], site: Site, admin_client: Client) -> None:
    Site.objects.update(created_at=timezone.now() - timedelta(days=3))
    talk(("v", 0), ("m", 1), start=timezone.now() - timedelta(days=2))
    page = admin_client.get(reverse("admin:index"), {"days": "7"})
    assert page.context["insights"].incomplete and page.context["insights"].period.conversations == 0
    for _time in range(2):
        counting.count_missing()
    assert DayFigures.objects.count() == 3 and not counting.missing(Site.objects.all())
    Conversation.objects.all().delete()
    page = admin_client.get(reverse("admin:index"), {"days": "7"})
    assert not page.context["insights"].incomplete and page.context["insights"].period.conversations == 1


def test_todays_figures_are_live_and_each_table_and_chart_stands_on_the_page(admin_client: Client, make_conversation: MakeConversation) -> None:
    make_conversation("v: ongkir ke Ambon?", "a: Belum tahu, Kak.")
    page = admin_client.get(reverse("admin:index"))
    text = page.content.decode()
    assert page.context["insights"].today.questions == 1 and text.count('<svg class="bars" role="img"') == 2
    assert "ongkir ke Ambon?" in text and "Write the answer" in text and 'style="' not in text
    assert admin_client.get(reverse("admin:index"), {"days": "abc", "site": "' OR 1=1"}).context["insights"].days == 7


def test_a_chart_has_a_title_a_description_and_a_bar_for_each_value() -> None:
    plot = Plot("Jawaban <b>", "Per hari", (Series("Model", "by-model", (3, 0)), Series("Orang", "by-person", (1, 2))), ("Senin", "Selasa"))
    root = ElementTree.fromstring(str(draw(plot)))
    assert [child.tag for child in root][:2] == ["title", "desc"] and root[0].text == "Jawaban <b>"
    boxes = [(one.get("class"), float(one.get("y", "")), float(one.get("height", ""))) for one in root.iter("rect")]
    assert boxes == [("by-model", 25.0, 75.0), ("by-person", 0.0, 25.0), ("by-person", 50.0, 50.0)]
    assert "style" not in {name for one in root.iter() for name in one.attrib}
    assert draw(Plot("", "", (Series("Model", "by-model", (0, 0)),), ("", ""))) == ""


@pytest.mark.promise("S25")
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝"])
def test_no_cell_of_a_download_is_a_formula(start: str) -> None:
    text = f'{start}HYPERLINK("http://x";"{{7*7}}")'
    table = Table("questions", "", "", ("Hari", "Tanya"), ((date(2026, 3, 16), text), (None, 1.5)))
    for language, separator in (("id", ";"), ("en", ",")):
        made = sheet(table, language)
        rows = list(csv.reader(io.StringIO(made.removeprefix("\ufeff"), newline=""), delimiter=separator))
        assert made.startswith("\ufeff") and rows[1] == ["2026-03-16", f"'{text}"] and rows[2] == ["", "1,5" if language == "id" else "1.5"]


@pytest.mark.promise("S25")
@pytest.mark.parametrize("text", ["halo;=1+1", "halo,=1+1", "halo,  =1+1", 'halo";"=1+1', "halo\n=1+1", "halo;-2+3", "halo\t@SUM(1)", "a|=1|=2", "a,;=1"])
def test_no_cell_is_a_formula_where_another_sign_separates(text: str) -> None:
    table = Table("questions", "", "", ("Hari", "Tanya"), ((date(2026, 3, 16), text),))
    for language in ("id", "en"):
        made = sheet(table, language).removeprefix("\ufeff")
        for separator in ",;\t|":
            cells = [cell for row in csv.reader(io.StringIO(made, newline=""), delimiter=separator) for cell in row]
            assert not [cell for cell in cells if cell.lstrip(' "').startswith(("=", "+", "-", "@"))], (separator, made)


def test_prices_and_smiles_stay_as_they_are_in_a_download() -> None:
    table = Table("questions", "", "", ("Tanya",), (("Rp5.000,- ya? Rp6.000,-, ;-",),))
    assert "Rp5.000,- ya? Rp6.000,-, ;-" in sheet(table, "id")


@pytest.mark.promise("S71")
def test_figures_questions_and_downloads_end_at_ones_own_sites(
    client: Client, site: Site, make_conversation: MakeConversation, talk: Callable[..., Conversation]
) -> None:
    other = Site.objects.create(key="lain", name="Toko Lain")
    make_conversation("v: rahasia lain", "a: tidak tahu", site=other, handler="waiting")
    make_conversation("v: milik sendiri", "a: tidak tahu")
    DayFigures.objects.create(site=other, day=timezone.localdate() - timedelta(days=1), figures=Figures(conversations=77, questions=77).pack())
    person = User.objects.create_user("rina", is_staff=True)
    Member.objects.create(site=site, user=person, role=Role.VIEWER)
    client.force_login(person)
    for query in ({}, {"site": str(other.pk)}, {"days": "30"}):
        page = client.get(reverse("admin:index"), query)
        text = page.content.decode()
        assert page.context["insights"].period.questions == 1 and page.context["waiting_count"] == 0
        assert "rahasia lain" not in text and "Toko Lain" not in text and "77" not in {part.strip() for part in text.split(">")}
    for name in ("answers", "conversations", "waits", "costs", "questions"):
        answer = client.get(reverse("admin:insights_csv", args=[name]), {"site": str(other.pk), "days": "30"})
        assert answer.status_code == 200 and "77" not in answer.content.decode() and "rahasia" not in answer.content.decode()
    assert client.get(reverse("admin:insights_csv", args=["sites"])).status_code == 404


def test_a_question_that_the_knowledge_answers_by_now_is_open_no_more(admin_client: Client, site: Site, make_conversation: MakeConversation) -> None:
    make_conversation("v: apakah bisa bayar di tempat?", "a: tidak tahu")
    make_conversation("v: ada ukuran jumbo?", "a: tidak tahu")

    def shown() -> list[str]:
        return [one.text for one in admin_client.get(reverse("admin:index")).context["insights"].questions]

    assert shown() == ["ada ukuran jumbo?", "apakah bisa bayar di tempat?"]
    Entry.objects.create(site=site, title="Apakah bisa bayar di tempat?", answer="Bisa, Kak.")
    assert shown() == ["ada ukuran jumbo?"]
    assert "bayar di tempat" in admin_client.get(reverse("admin:insights_csv", args=["questions"])).content.decode(), "the download is what happened"


def test_a_download_says_what_it_is(admin_client: Client, make_conversation: MakeConversation) -> None:
    make_conversation("v: =1+1", "a: tidak tahu")
    answer = admin_client.get(reverse("admin:insights_csv", args=["questions"]))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8" and "attachment" in answer.headers["Content-Disposition"]
    assert "'=1+1" in answer.content.decode("utf-8-sig")
