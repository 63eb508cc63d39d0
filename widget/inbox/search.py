"""Finds conversations by words: each must occur in the visitor's name, in their contact, or begin a word of a message. Words in quotes belong together.
A telephone number is found however either side wrote it: 0812-3456-7890 is +62 812 3456 7890.

Called by line.py on database threads. A rare word names its conversations through the index of words (the migrations words_of_messages and
search_of_postgresql_in_any_locale make it); what is common is looked for along the list instead, where it is soon found. So neither kind of question
ever reads all messages.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import F, Func, OuterRef, Q, Subquery, TextField
from django.db.models.lookups import Contains
from django.utils.text import smart_split, unescape_string_literal

from widget.conversations.models import Message
from widget.inbox import listing
from widget.inbox.listing import Page, Placed, Wish
from widget.sites.members import Access

LONGEST = 200
MOST_WORDS = 8
# A word with more messages than this is common.
RARE = 2_000
# How many conversations of the list are looked through for common words before the page is given as it is.
WINDOW = 3_000
_SQLITE = """
SELECT DISTINCT conversation_id FROM widget_message
WHERE id IN (SELECT rowid FROM message_words WHERE message_words MATCH %s LIMIT %s)
"""
_COUNT_SQLITE = "SELECT count(*) FROM (SELECT 1 FROM message_words WHERE message_words MATCH %s LIMIT %s)"
# By the index of those who gave one: its condition must stand here letter by letter.
_NAMED_SQLITE = "SELECT id FROM widget_conversation WHERE (name <> '' OR contact <> '') AND ({likes}) LIMIT %s"
_NAMED_POSTGRESQL = "SELECT conversation_id FROM conversation_names WHERE words LIKE small_letters(%s) LIMIT %s"
_PHONED_SQLITE = "SELECT id FROM widget_conversation WHERE (name <> '' OR contact <> '') AND {digits} LIKE %s LIMIT %s"
_PHONED_POSTGRESQL = "SELECT conversation_id FROM conversation_names WHERE translate(words, '+ ().-', '') LIKE %s LIMIT %s"
_PHONE = re.compile(r"[+(0-9][0-9 ().-]{5,24}")
_DIGITS = reduce(lambda column, mark: f"replace({column}, '{mark}', '')", "+ ().-", "contact")
# Fewer digits name no telephone number.
SHORTEST_NUMBER = 6
_POSTGRESQL = "SELECT conversation_id FROM widget_message WHERE words_of(text) @@ to_tsquery('simple', small_letters(%s)) LIMIT %s"


def page_of(access: Access, wish: Wish) -> Page:
    """As listing.page_of, of what holds every word."""
    words = words_in(wish.query)
    if not words:
        return listing.page_of(access, replace(wish, query=""))
    limit = max(1, min(wish.limit or listing.MOST, listing.MOST))
    ordered = listing.in_order(listing.narrowed(access, wish), wish)
    held = [_holders(word) for word in words]
    rare = [found for found in held if found is not None]
    common = [word for word, found in zip(words, held, strict=True) if found is None]
    if rare:
        found = ordered.filter(pk__in=set.intersection(*rare))
        return listing.page_from(_first(_holding(found, common), limit + 1), limit)
    return _along(ordered, common, limit)


def words_in(query: str) -> list[str]:
    if _number_in(query):
        return [query.strip()]
    found = []
    for word in smart_split(query[:LONGEST]):
        quoted = word[0] in "\"'" and word[0] == word[-1] and len(word) > 1
        text = (unescape_string_literal(word) if quoted else word).strip()
        if text:
            found.append(text)
    return found[:MOST_WORDS]


def _holders(word: str) -> set[int] | None:
    """Conversations that hold the word, at whatever site; None when it is too common to name them."""
    tokens = re.findall(r"[^\W_]+", word)
    written = _written(tokens) if tokens else None
    if written is None:
        return None
    named = [*_named(word), *_phoned(word)]
    return written.union(named) if len(named) <= RARE else None


def _named(word: str) -> list[int]:
    """By name or contact, whatever their case."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            patterns = [f"%{connection.ops.prep_for_like_query(form)}%" for form in _forms(word)]
            likes = " OR ".join("name LIKE %s ESCAPE '\\' OR contact LIKE %s ESCAPE '\\'" for _ in patterns)
            cursor.execute(_NAMED_SQLITE.format(likes=likes), [*(pattern for pattern in patterns for _ in range(2)), RARE + 1])
        else:
            cursor.execute(_NAMED_POSTGRESQL, [f"%{connection.ops.prep_for_like_query(word)}%", RARE + 1])
        return [row[0] for row in cursor.fetchall()]


def _phoned(word: str) -> list[int]:
    """By a telephone number, or most of one."""
    number = _number_in(word)
    if not number:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_PHONED_SQLITE.format(digits=_DIGITS) if connection.vendor == "sqlite" else _PHONED_POSTGRESQL, [f"%{number}%", RARE + 1])
        return [row[0] for row in cursor.fetchall()]


def _number_in(word: str) -> str:
    """The digits of a telephone number without what it begins with at home (0) and from abroad (62); empty for anything else."""
    if not _PHONE.fullmatch(word.strip()):
        return ""
    digits = "".join(filter(str.isdigit, word))
    number = digits.removeprefix("62") if digits.startswith("62") else digits.lstrip("0")
    return number if len(number) >= SHORTEST_NUMBER else ""


def _forms(word: str) -> list[str]:
    """SQLite's patterns know the case of ASCII letters only, so a word with others is looked for as people write it: small, large, with a large beginning."""
    return [word] if word.isascii() else sorted({word, word.lower(), word.upper(), word.title()})


def _written(tokens: Sequence[str]) -> set[int] | None:
    """Conversations with a message that holds these words in a row, the last one begun; None when more than RARE messages do."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            return _written_sqlite(cursor, tokens)
    with transaction.atomic(), connection.cursor() as cursor:
        return _written_postgresql(cursor, tokens)


def _written_sqlite(cursor: CursorWrapper, tokens: Sequence[str]) -> set[int] | None:
    phrase = f'"{" ".join(tokens)}"*'
    cursor.execute(_COUNT_SQLITE, [phrase, RARE + 1])
    if cursor.fetchone()[0] > RARE:
        return None
    cursor.execute(_SQLITE, [phrase, RARE])
    return {row[0] for row in cursor.fetchall()}


def _written_postgresql(cursor: CursorWrapper, tokens: Sequence[str]) -> set[int] | None:
    """Words in a row are looked for where all of them occur, and only if that is rare: each such message has to be cut into words again."""
    if len(tokens) == 1:
        # The index stops by itself where a word has many more rows than anybody wants; with several words it would leave out what holds them all.
        # For this transaction only: other searches want all.
        cursor.execute("SELECT set_config('gin_fuzzy_search_limit', %s, true)", [str(RARE * 10)])
    found: list[int] = []
    for between in (" & ",) if len(tokens) == 1 else (" & ", " <-> "):
        cursor.execute(_POSTGRESQL, [between.join(tokens) + ":*", RARE + 1])
        found = [row[0] for row in cursor.fetchall()]
        if len(found) > RARE:
            return None
    return set(found)


def _holding(found: Placed, words: Sequence[str]) -> Placed:
    for place, word in enumerate(words):
        # One row of each conversation, and not EXISTS: PostgreSQL would rather read all messages once than some of them.
        written = Message.objects.filter(_says("text", word), conversation=OuterRef("pk")).order_by().values("pk")[:1]
        column = f"written_{place}"
        found = found.alias(**{column: Subquery(written)})
        found = found.filter(_says("name", word) | _says("contact", word) | Q(**{f"{column}__isnull": False}))
    return found


def _says(column: str, word: str) -> Q:
    """Whether a column holds the word, whatever its case; on PostgreSQL whatever the locale of its database."""
    if connection.vendor == "sqlite":
        return reduce(or_, (Q(**{f"{column}__icontains": form}) for form in _forms(word)))
    return Q(Contains(Func(F(column), function="small_letters", output_field=TextField()), word.lower()))


def _along(ordered: Placed, words: Sequence[str], limit: int) -> Page:
    """Page by page down the list. One that is not full may have more behind it."""
    last = _first(ordered[WINDOW - 1 :], 1)
    # By the moment and not by a list of rows, so that the database walks along its index and stops as soon as the page is full.
    window = ordered.filter(last_at__gte=last[0][1]) if last else ordered
    page = listing.page_from(_first(_holding(window, words), limit + 1), limit)
    return page if page.after or not last else replace(page, after=listing.cursor_at(last[0][1], last[0][0]))


def _first(found: Placed, number: int) -> list[tuple[int, datetime]]:
    return list(found[:number])
