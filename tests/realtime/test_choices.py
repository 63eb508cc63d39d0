"""The titles of a question back travel beside its text, live, after a reload and in earlier pages, read from the log; a tap on one is an ordinary message."""

import pytest

from tests.realtime.line import Line
from widget.knowledge.models import Entry
from widget.sites.models import Site

pytestmark = pytest.mark.usefixtures("at_rest")

ASKED = "gaji 4 juta bisa bikin kartu kredit apa"


@pytest.fixture
def bank(site: Site) -> None:
    for title, answer in (
        ("Kartu kredit klasik", "Iuran tahunan Rp125.000, gratis tahun pertama."),
        ("Kartu kredit emas", "Iuran tahunan Rp300.000, batas sampai Rp40 juta."),
        ("Kartu hilang", "Lapor dulu:\n\n1. Buka aplikasi\n2. Blokir kartu"),
        ("Deposito", "Bunga 4 sampai 5 persen setahun."),
    ):
        Entry.objects.create(site=site, title=title, answer=answer)


async def test_a_question_back_carries_its_titles_and_a_title_sent_back_is_answered(bank: None) -> None:
    async with Line() as line:
        token = (await line.hello())["token"]
        await line.say(ASKED)
        asked = await line.until("message.added")
        assert set(asked["choices"]) == {"Kartu kredit klasik", "Kartu kredit emas"}
        assert all(f"{number}. {title}\n" in asked["text"] for number, title in enumerate(asked["choices"], 1))
        async with Line() as reloaded:
            assert (await reloaded.hello(token=token))["messages"][-1]["choices"] == asked["choices"]
        await line.say(asked["choices"][1])
        answer = await line.until("message.added")
        assert [source["title"] for source in answer["sources"]] == [asked["choices"][1]]
        assert "choices" not in answer
        await line.send("history.get", before=answer["seq"])
        page = await line.until("history.page")
        assert [row.get("choices") for row in page["messages"]] == [None, asked["choices"], None]


async def test_an_answer_that_lists_steps_offers_nothing_to_choose(bank: None) -> None:
    async with Line() as line:
        await line.hello()
        await line.say("kartu saya hilang")
        answer = await line.until("message.added")
        assert "1. Buka aplikasi\n2. Blokir kartu" in answer["text"]
        assert "choices" not in answer
