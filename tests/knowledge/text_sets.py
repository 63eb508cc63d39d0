"""The larger question sets, `sets/*.txt`: help-centre articles, a short FAQ, bank products, motorcycle parts, answers without a question, near-duplicates,
a veterinary clinic in slang, the help pages of a program for tradespeople.

Read by the tests of the search's quality and by tests/bench. A file is a knowledge base with its questions, in plain text:
`language: id`, `untitled` where entries have no title, `@ id | title` and the text below it; then its questions (`?`, `?s` in slang, `?t` misspelt);
`!` is a question that should not be answered. Every second question of a kind is held out: nothing is tuned with those in view.
Misspelt copies of the ordinary questions are made by `misspelt`, always the same ones.
"""

import random
from dataclasses import dataclass, field, replace
from pathlib import Path

from widget.knowledge.evaluation import Query
from widget.knowledge.models import Entry
from widget.sites.models import Site

FOLDER = Path(__file__).parent / "sets"
NAMES = ("articles", "faq", "bank", "parts", "vet", "answers_en", "help_en", "wallet_en", "jobs_en")
KINDS = {"?": "plain", "?s": "slang", "?t": "typo", "!": "none"}
# Letters that lie beside each other on a telephone's keyboard.
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
SHORTEST_TITLE = 60


@dataclass(frozen=True)
class Asked:
    """A question of a set. `held_out`: not looked at while the search was tuned."""

    query: Query
    kind: str
    held_out: bool


@dataclass
class TextSet:
    name: str
    language: str = "id"
    untitled: bool = False
    entries: dict[str, tuple[str, str]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def queries(self, held_out: bool, *kinds: str) -> list[Query]:
        """Of these kinds (all where none is named), with the questions that should not be answered."""
        return [one.query for one in self.asked if one.held_out == held_out and (not kinds or one.kind in kinds or one.kind == "none")]


def read_set(name: str) -> TextSet:
    found = TextSet(name)
    entry, turns = "", dict.fromkeys(KINDS.values(), False)
    for line in (FOLDER / f"{name}.txt").read_text("utf-8").splitlines():
        mark, _, rest = line.partition(" ")
        if mark == "language:":
            found.language = rest
        elif mark == "untitled":
            found.untitled = True
        elif mark == "@":
            entry, _, title = (part.strip() for part in rest.partition("|"))
            found.entries[entry] = (title, "")
        elif mark in KINDS:
            kind = KINDS[mark]
            turns[kind] = not turns[kind]
            relevant = frozenset[str]() if kind == "none" else frozenset({entry})
            found.asked.append(Asked(Query(f"{name}-{len(found.asked)}", rest, relevant, found.language), kind, not turns[kind]))
        elif line:
            title, text = found.entries[entry]
            found.entries[entry] = (title, f"{text}\n{line}".strip())
    return found


def load(questions: TextSet, key: str = "") -> tuple[Site, dict[int, frozenset[str]]]:
    """A site with the entries of a set, and the names of each of them."""
    site = Site.objects.create(key=key or questions.name.replace("_", "-"), name=questions.name, language=questions.language)
    rows = [Entry(site=site, title=title or text[:SHORTEST_TITLE], answer=text, language=questions.language) for title, text in questions.entries.values()]
    Entry.objects.bulk_create(rows)
    return site, {row.pk: frozenset({name}) for row, name in zip(rows, questions.entries, strict=True)}


def misspelt(query: Query, seed: int = 5) -> Query:
    """The same with a slip of the finger in every second longer word, at least one."""
    chance = random.Random(f"{seed}{query.text}")
    words = query.text.split()
    long = [place for place, word in enumerate(words) if len(word) >= 4 and word.isalpha()]
    for place in chance.sample(long, (len(long) + 1) // 2):
        words[place] = _slip(words[place], chance)
    return replace(query, id=f"{query.id}-typo", text=" ".join(words))


def _slip(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word) - 1)
    match chance.choice(("swap", "drop", "double", "beside")):
        case "swap":
            return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        case "drop":
            return word[:place] + word[place + 1 :]
        case "double":
            return word[:place] + word[place] + word[place:]
    row = next((row for row in _ROWS if word[place] in row), "")
    beside = row[max(0, row.find(word[place]) - 1)] if row else word[place]
    return word[:place] + (beside if beside != word[place] else row[1:2] or "e") + word[place + 1 :]


_THINGS = """
    tas dompet sepatu kemeja celana jaket topi sandal kaos rok gaun jam ikat bantal selimut taplak handuk sarung mukena syal obeng palu gergaji
"""
_COLOURS = "biru merah hitam putih hijau kuning coklat abu ungu krem jingga emas perak"
_TALK = """
    bahan katun halus dijahit tangan dikirim setiap hari garansi ukuran warna motif tenun ringan kuat cuci setrika kado murah stok bayar transfer toko buka
    pesanan kembali uang rusak tukar kurir paket alamat harga diskon jam minggu telepon kartu akun anak bulan ambil
"""


def others(site: Site, number: int) -> None:
    """So many entries about other things, which share everyday words with the sets; always the same ones."""
    chance = random.Random(7)
    things, colours, talk = _THINGS.split(), _COLOURS.split(), _TALK.split()

    def entry(place: int) -> Entry:
        thing, colour = chance.choice(things), chance.choice(colours)
        title = f"{thing.title()} {colour} seri {place}"
        return Entry(site=site, title=title, answer=f"{thing} {colour} {' '.join(chance.choices(talk, k=25))} kode{place}.", tags=thing)

    for start in range(0, number, 500):
        Entry.objects.bulk_create([entry(place) for place in range(start, min(number, start + 500))])
