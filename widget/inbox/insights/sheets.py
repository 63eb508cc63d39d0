"""A table as a file that a spreadsheet opens: UTF-8 with a mark that Excel needs, and no cell that it would take for a formula. Called by page.py."""

import csv
import io
import re
from datetime import date

from widget.inbox.insights.tables import Cell, Table

_MARK = "\ufeff"
# What a spreadsheet takes for the beginning of a formula, or skips before one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# A spreadsheet of another country splits at another sign, also inside quotes, and what follows would begin a cell. "Rp5.000,-" is no formula.
_AFTER_SEPARATOR = re.compile(r"([,;\t|\r\n\"]\s{0,20})(?=[=@＝＠]|[+＋\-－][^\s,;|])")


def sheet(table: Table, language: str) -> str:
    """Separated as Excel expects it where the language is spoken: Indonesia writes 1,5 and so separates by semicolons."""
    comma = language == "id"
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";" if comma else ",")
    writer.writerow([_safe(column) for column in table.columns])
    writer.writerows([_cell(cell, comma) for cell in row] for row in table.rows)
    return _MARK + written.getvalue()


def _cell(cell: Cell, comma: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int | float):
        return str(cell).replace(".", ",") if comma else str(cell)
    return _safe(cell)


def _safe(text: str) -> str:
    text = _AFTER_SEPARATOR.sub(r"\1'", text)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) or text.startswith(_FORMULA) else text
