"""The figures of `manage.py evaluate_search` are those of the field, and bad question files are refused with a sentence."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from widget.knowledge.evaluation import Outcome, Query, false_answers, figures
from widget.knowledge.models import Entry
from widget.knowledge.search import Found
from widget.sites.models import Site

pytestmark = pytest.mark.django_db


def outcome(rank: int, confidence: float, relevant: str = "a") -> Outcome:
    found = (Found(1, "", "", "", "id", 0.0, confidence),) if confidence else ()
    return Outcome(Query("", "", frozenset(relevant.split())), found, rank, 1.0)


@pytest.fixture
def site() -> Site:
    site = Site.objects.create(key="uji", name="Uji")
    for title, answer in (("Bisa COD?", "Bisa di seluruh Jawa."), ("Ada garansi?", "Satu tahun."), ("Ongkir ke luar pulau", "Mulai 30.000.")):
        Entry.objects.create(site=site, title=title, answer=answer)
    return site


def evaluate(path: Path, *lines: object) -> dict[str, object]:
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8")
    printed = StringIO()
    call_command("evaluate_search", "--site", "uji", "--queries", str(path), "--json", stdout=printed)
    result: dict[str, object] = json.loads(printed.getvalue())
    return result


def test_recall_and_rank_are_counted_over_the_answerable_questions() -> None:
    result = figures([outcome(1, 0.9), outcome(2, 0.8), outcome(4, 0.7), outcome(0, 0.6), outcome(0, 0.9, "")])
    assert (result.recall_at_1, result.recall_at_3, result.recall_at_5) == (0.25, 0.5, 0.75)
    assert result.mrr_at_10 == pytest.approx((1 + 1 / 2 + 1 / 4) / 4)
    assert [(miss.rank, len(miss.query.relevant)) for miss in result.misses] == [(0, 0), (0, 1), (2, 1), (4, 1)]


def test_what_was_answered_and_should_not_be_is_the_worst_miss(site: Site, tmp_path: Path) -> None:
    lines = [{"text": "ada garansi?", "relevant": []}, {"text": "harga saham", "relevant": []}, {"text": "bisa cod?", "relevant": ["bisa cod?"]}]
    misses = evaluate(tmp_path / "q.jsonl", *lines)["misses"]
    assert isinstance(misses, list) and [(miss["text"], miss["relevant"], miss["rank"]) for miss in misses] == [("ada garansi?", [], None)]
    printed = StringIO()
    call_command("evaluate_search", "--site", "uji", "--queries", str(tmp_path / "q.jsonl"), stdout=printed)
    assert "false  'ada garansi?' wants no answer; found 'Ada garansi?'" in printed.getvalue()


def test_false_answers_are_counted_where_nine_of_ten_questions_are_answered() -> None:
    answerable = [outcome(1, 0.1 * number) for number in range(1, 11)]
    others = [outcome(0, confidence, "") for confidence in (0.0, 0.1, 0.2, 0.5)]
    assert false_answers(answerable, others) == 0.5
    assert false_answers(answerable, []) is None


def test_entries_are_named_by_number_or_title(site: Site, tmp_path: Path) -> None:
    cod = Entry.objects.get(title="Bisa COD?")
    result = evaluate(
        tmp_path / "q.jsonl",
        {"id": "1", "text": "cod bisa ga kak", "relevant": [cod.pk]},
        {"id": "2", "text": "garansinya brp lama", "relevant": ["ada  Garansi?"], "lang": "id"},
        {"id": "3", "text": "jual motor?", "relevant": []},
        {"id": "4", "text": "cod", "relevant": ["nobody"]},
    )
    assert (result["questions"], result["answerable"], result["unknown"]) == (4, 3, ["nobody"])
    assert result["recall@1"] == pytest.approx(2 / 3, abs=0.001)
    assert result["false_answers@90"] == 0.0 or result["misses"]
    assert {"recall@3", "recall@5", "mrr@10", "p50", "p95"} <= result.keys()


def test_what_was_imported_is_named_by_its_key_and_a_long_text_by_the_key_of_the_whole(site: Site, tmp_path: Path) -> None:
    Entry.objects.filter(title="Bisa COD?").update(key="faq-7")
    Entry.objects.filter(title="Ada garansi?").update(key="manual#2")
    queries = [
        {"text": "cod bisa ga", "relevant": ["faq-7"]},
        {"text": "ada garansi?", "relevant": ["manual"]},
        {"text": "ongkir luar pulau", "relevant": ["x"]},
    ]
    result = evaluate(tmp_path / "q.jsonl", *queries)
    assert (result["recall@1"], result["unknown"]) == (pytest.approx(2 / 3, abs=0.001), ["x"])
    misses = result["misses"]
    assert isinstance(misses, list) and [miss["text"] for miss in misses] == ["ongkir luar pulau"]


def test_the_worst_misses_are_told_in_words(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text('\ufeff{"text": "cod", "relevant": ["Ada garansi?"]}\n', "utf-8")
    printed = StringIO()
    call_command("evaluate_search", "--site", "uji", "--queries", str(file), stdout=printed)
    assert "'cod' wants ada garansi?; found 'Bisa COD?'" in printed.getvalue()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["{"], "line 1 is no JSON"),
        ([{"text": "a", "relevant": "b"}], "line 1 is not of the form"),
        (["[1]"], "line 1 is not of the form"),
        ([], "no question"),
    ],
)
def test_a_file_that_holds_no_questions_is_refused_with_a_sentence(site: Site, tmp_path: Path, lines: list[object], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        evaluate(tmp_path / "q.jsonl", *lines)


def test_an_unknown_site_or_file_is_told(site: Site, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="could not be used"):
        call_command("evaluate_search", "--site", "uji", "--queries", str(tmp_path / "none"))
    with pytest.raises(CommandError, match="There is no site"):
        call_command("evaluate_search", "--site", "other", "--queries", "-")
