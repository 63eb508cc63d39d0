"""Rows of a table in a document become lines a person would say: "Ukuran: M, Harga: Rp50.000". Called by the readers of documents."""

from collections.abc import Iterator, Sequence

_ROWS_TOGETHER = 1_200


def spoken(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The table as text, several rows to a block; each block is understood without the table's head.

    Two columns are "name: value"; more columns have their head's word before every cell. A table of one column is its words.
    """
    kept = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    if not kept:
        return
    width = max(len(row) for row in kept)
    if width == 1:
        lines = [row[0] for row in kept]
    elif width == 2 and not _has_head(kept):
        lines = [": ".join(cell for cell in row if cell) for row in kept]
    elif len(kept) == 1:
        lines = [", ".join(cell for cell in kept[0] if cell)]
    else:
        head = kept[0] + [""] * (width - len(kept[0]))
        lines = [_line(head, row) for row in kept[1:]]
    held, size = list[str](), 0
    for line in lines:
        if held and size + len(line) > _ROWS_TOGETHER:
            yield "\n".join(held)
            held, size = [], 0
        held.append(line)
        size += len(line) + 1
    if held:
        yield "\n".join(held)


def _line(head: Sequence[str], row: Sequence[str]) -> str:
    """ "Size: M, Price: Rp50.000"; where nothing stands above the first column, its cell names the row: "M: Price: Rp50.000"."""
    cells = list(zip(head, row, strict=False))
    named = not head[0] and row[0]
    said = ", ".join(f"{name}: {cell}" if name else cell for name, cell in (cells[1:] if named else cells) if cell)
    return f"{row[0]}: {said}" if named and said else row[0] if named else said


def _has_head(rows: Sequence[Sequence[str]]) -> bool:
    """Of two columns the first row names them when it holds no number and the second column below mostly does."""
    if len(rows) < 3 or any(letter.isdigit() for cell in rows[0] for letter in cell):
        return False
    numbers = sum(any(letter.isdigit() for letter in row[-1]) for row in rows[1:])
    return numbers * 2 > len(rows) - 1
