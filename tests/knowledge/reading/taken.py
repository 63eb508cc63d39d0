"""What a reader gives of a file written for a test: its pieces, and the codes of what it left out."""

from dataclasses import dataclass
from pathlib import Path

from widget.knowledge.reading.formats import reader_of
from widget.knowledge.reading.piece import KEY_LENGTH, TEXT_LENGTH, TITLE_LENGTH, Piece, Skipped


@dataclass(frozen=True)
class Taken:
    pieces: list[Piece]
    skipped: list[Skipped]

    @property
    def answers(self) -> dict[str, str]:
        return {piece.title: piece.text for piece in self.pieces}

    @property
    def codes(self) -> list[str]:
        return [one.code for one in self.skipped]


def take(path: Path, format: str = "auto", **options: str) -> Taken:
    """Everything the reader of the file gives, by the way a run takes it; every piece within its bounds and with a key of its own."""
    reads = list(reader_of(path, path.name, format).read(path, options))
    taken = Taken([one for one in reads if isinstance(one, Piece)], [one for one in reads if isinstance(one, Skipped)])
    for piece in taken.pieces:
        assert piece.text and piece.title and len(piece.text) <= TEXT_LENGTH and len(piece.title) <= TITLE_LENGTH and 0 < len(piece.key) <= KEY_LENGTH
    assert len({piece.key for piece in taken.pieces}) == len(taken.pieces)
    return taken


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
