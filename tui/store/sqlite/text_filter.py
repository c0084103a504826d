"""Filter of stored messages by their texts: in which of some a phrase stands.

The index tells nothing of the order of words. SQLite looks for a phrase of ASCII in the values as
they are stored, in a tenth of the time that it takes to read and fold them here. A value in which
it may stand in another form, spelled with letters beyond ASCII or in JSON that is more than one
text, is let through, and read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import itemgetter
from sqlite3 import Connection

from tui.query.spelling import other_spelling
from tui.store.sqlite.histories import JSON, TEXT
from tui.store.sqlite.indexing import SLOTS
from tui.store.sqlite.rows import signed
from tui.store.sqlite.searched_texts import TEXT_BREAK, folded_together, text_in

_HAS_FORMS = re.compile(r'[ "\\]')
_TEXT_PART, _PART = '"is":"text"', '"is":'


def _replaced(text: str, replacements: Iterable[tuple[str, str]]) -> str:
    for former, sign in replacements:
        text = f"replace({text}, {former}, '{sign}')"
    return text


def _may_hold(text: str) -> str:
    """Return what says of a text, as SQL, whether the phrase stands there with single blanks."""
    single = _replaced(text, [("'  '", " ")] * 2)
    # of blanks in a row there may be some left
    return f"({single} LIKE ?2 ESCAPE '!' OR instr({single}, '  '))"


_OF_TEXT = _may_hold(_replaced("value", [("char(10)", " "), ("char(9)", " ")]))
_UNESCAPED = _replaced("value", [(r"'\n'", " "), (r"'\t'", " "), (r"""'\"'""", '"')])
_OF_JSON = rf"(instr({_UNESCAPED}, '\') OR {_may_hold(_UNESCAPED)})"
# GLOB takes a part of the time of instr, but for what a text is full of
_IS_SPACED = "value GLOB '*  *' OR value GLOB '*\n*' OR value GLOB '*\t*'"
_OTHER_FORMS = rf"""
        OR format = {TEXT} AND ({_IS_SPACED}) AND {_OF_TEXT}
        OR format = {JSON} AND (value GLOB '*\*' OR value GLOB '*  *') AND {_OF_JSON}"""
"""A phrase, or a sign that JSON escapes, may be written in more than one way."""
_IS_HELD = f"""value LIKE ?2 ESCAPE '!'
            OR format = {JSON} AND (
                NOT instr(value, '{_TEXT_PART}') OR value GLOB '*{_PART}*{_PART}*'
            )
            OR format NOT IN ({TEXT}, {JSON})
            OR typeof(value) <> 'text'"""


def _rows_that_may_hold(other_forms: str) -> str:
    # what takes long is asked of few: no CASE, of which SQLite works out all that is in a branch
    return f"""WITH asked (session, slots) AS MATERIALIZED (
            SELECT value ->> 0, value ->> 1 FROM json_each(?1)
        )
        SELECT message.session, id, format, value, {_IS_HELD} FROM asked
        CROSS JOIN message ON message.session = asked.session
        WHERE (slots >> (id % {SLOTS})) & 1 AND (
            {_IS_HELD}
            OR length(value) <> length(CAST(value AS BLOB))
            {other_forms}
        )"""


_ROWS_OF_PHRASE, _ROWS_OF_WORD = map(_rows_that_may_hold, (_OTHER_FORMS, ""))


def can_filter(word: str) -> bool:
    """Say whether a folded word is looked for: a phrase, or one with signs, of ASCII."""
    return word.isascii() and bool(word) and not word.isalnum()


def slots_with(db: Connection, word: str, slots: Mapping[int, int]) -> Mapping[int, int]:
    """Return in which slots of sessions, as bits, a folded word stands; of these alone."""
    asked = json.dumps([(session, signed(bits)) for session, bits in slots.items()])
    select = _ROWS_OF_PHRASE if _HAS_FORMS.search(word) else _ROWS_OF_WORD
    escaped = re.sub("[!%_]", r"!\g<0>", word)
    may_stand = other_spelling(word)
    found: dict[int, int] = {}
    # those of a session together, which are of one script: others would take longer so
    for session, group in groupby(db.execute(select, (asked, f"%{escaped}%")), itemgetter(0)):
        rows: list[int] = []
        texts: list[str] = []
        for _, row, form, value, is_held in group:
            if not (is_held or value.isascii() or may_stand(value)):
                continue
            if (text := text_in(db, session, row, form, value)) is not None:
                rows.append(row)
                texts.append(text)
        joined = folded_together(rows, texts).joined
        if word in joined:
            for row, text in zip(rows, joined.split(TEXT_BREAK), strict=True):
                if word in text:
                    found[session] = found.get(session, 0) | 1 << row % SLOTS
    return found
