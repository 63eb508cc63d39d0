"""A wish for a person is heard in both languages, and a question that only mentions people stays a question."""

import pytest

from widget.answering.person_wish import wishes_person


@pytest.mark.parametrize(
    "text",
    [
        "bisa ngomong sama orang?",
        "mau bicara dengan manusia dong kak",
        "minta dihubungkan ke admin",
        "admin",
        "cs nya mana ya?",
        "mau chat sama cs langsung",
        "tolong sambungin ke operator ya min",
        "ini bot ya? mau ngobrol sama orang asli",
        "can I talk to a human please",
        "I want to speak to a real person",
        "connect me to someone",
    ],
)
def test_a_wish_for_a_person_is_heard(text: str) -> None:
    assert wishes_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "halo kak",
        "ongkir ke bandung berapa?",
        "taplak untuk 6 orang ada?",
        "biaya admin berapa?",
        "ada harga khusus buat orang kantor?",
        "can one person carry the basket?",
        "",
        "orang " * 60,
    ],
)
def test_a_question_that_mentions_people_is_a_question(text: str) -> None:
    assert not wishes_person(text)
