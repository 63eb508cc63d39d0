"""Rows of a table become lines a person would say: "Merapi Natural: Berat 200 g, Harga Rp85.000". Called by the readers of documents and of websites."""

from collections.abc import Iterator, Sequence

_ROWS_TOGETHER = 1_200


def spoken(rows: Sequence[Sequence[str]], headed: bool = True) -> Iterator[str]:
    """The table as text, several rows to a block; each block is understood without the table's head.

    Two columns are "name: value"; with more, or with a head, a row is named by its first cell and every other has its head's word before it. A table of
    one column is its words. `headed` is False where no row names the columns.
    """
    kept = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    if not kept:
        return
    width = max(len(row) for row in kept)
    lead = ""
    if width == 1:
        lines = [row[0] for row in kept]
    elif width == 2 and not (headed and _has_head(kept)):
        lines = [": ".join(cell for cell in row if cell) for row in kept]
    elif len(kept) == 1 or not headed:
        lines = [", ".join(cell for cell in row if cell) for row in kept]
    else:
        head = kept[0] + [""] * (width - len(kept[0]))
        lines = [_line(head, row) for row in kept[1:]]
        lead = f"{head[0]}:" if head[0] and not all(_says_little(row[0]) for row in kept[1:] if row[0]) else ""
    held, size = [lead] if lead else [], 0
    for line in lines:
        if held[-1:] not in ([], [lead]) and size + len(line) > _ROWS_TOGETHER:
            yield "\n".join(held)
            held, size = [lead] if lead else [], 0
        held.append(line)
        size += len(line) + 1
    if held and held != [lead]:
        yield "\n".join(held)


def _line(head: Sequence[str], row: Sequence[str]) -> str:
    """ "Merapi: Berat 200 g, Harga Rp85.000"; a first cell that says little alone has its head's word too: "Ukuran M: Harga Rp50.000"."""
    first = f"{head[0]} {row[0]}" if head[0] and _says_little(row[0]) else row[0]
    said = ", ".join(f"{name} {cell}" if name else cell for name, cell in zip(head[1:], row[1:], strict=False) if cell)
    return f"{first}: {said}" if row[0] and said else (row[0] and first) or said


def _says_little(cell: str) -> bool:
    """A size, a number."""
    return 0 < len(cell) <= 3 or cell[:1].isdigit()


def _has_head(rows: Sequence[Sequence[str]]) -> bool:
    """Of two columns the first row names them when it holds no number and the second column below mostly does."""
    if len(rows) < 3 or any(letter.isdigit() for cell in rows[0] for letter in cell):
        return False
    numbers = sum(any(letter.isdigit() for letter in row[-1]) for row in rows[1:])
    return numbers * 2 > len(rows) - 1
