"""CSV export: one row an exchange, for review in a spreadsheet.

No cell is a formula there, and none is longer than a spreadsheet holds.

Source: RFC 4180; OWASP, CSV injection.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime

from tui.export.exported import ExportedExchange, ExportedSession, exchanges_of
from tui.formatting.records import iso_time
from tui.model import Citation, CitationsPart, Message, MessageStatus, NotePart
from tui.safe_text import clean

COLUMNS = (
    "session",
    "title",
    "time",
    "question",
    "answer",
    "sources",
    "tools",
    "labels",
    "feedback",
    "comment",
    "frustration",
    "tokens",
    "finish_reason",
    "without_source",
    "error",
    "notes",
    "standing",
    "lead",
    "exchange",
)
BOM = "\ufeff"
"""Without it Excel on Windows reads a file as if it were in the encoding of the country."""
MAX_CELL_CHARS = 32_000
"""A cell of Excel holds 32,767 UTF-16 units, and what is over becomes a cell of the next row."""
_FORMULA_STARTS = frozenset("=+-@\u2212")
_LINE_STARTS = ("\t", "\r", "\n")


class CsvWriter:
    def __init__(self, delimiter: str = ",") -> None:
        self._delimiter = delimiter

    def head(self) -> Iterator[str]:
        yield table([COLUMNS], self._delimiter)

    def session(self, exported: ExportedSession) -> Iterator[str]:
        for exchange in exchanges_of(exported.messages):
            yield table([_values(exported, exchange)], self._delimiter)

    def tail(self) -> Iterator[str]:
        yield from ()


def table(rows: Iterable[Iterable[str]], delimiter: str) -> str:
    """Return rows of cells, each as `cell` makes it of a text, with `delimiter` between them."""
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows(map(cell, row) for row in rows)
    return lines.getvalue()


def cell(text: str) -> str:
    """Return `text` as a spreadsheet shows it: with an apostrophe where it would be computed."""
    text = clean(text, max(len(text), 1))
    if len(text.encode("utf-16-le", "replace")) > 2 * MAX_CELL_CHARS:
        # at most two units a character; a few less than could stand here do no harm
        kept = MAX_CELL_CHARS // 2 if not text.isascii() else MAX_CELL_CHARS
        text = f"{text[:kept]}\n… {len(text) - kept:,} more characters were cut here"
    return f"'{text}" if _is_computed(text) else text


def _is_computed(text: str) -> bool:
    if text.startswith(_LINE_STARTS):
        return True
    # what is blank, or does not show at all, is passed over by some
    first = next((each for each in text if not _is_blank(each)), "")
    return unicodedata.normalize("NFKC", first)[:1] in _FORMULA_STARTS if first else False


def _is_blank(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in ("Cf", "Cc", "Zs", "Mn")


def _values(exported: ExportedSession, exchange: ExportedExchange) -> Iterator[str]:
    """Yield the cells of a row in the order of `COLUMNS`."""
    session, facts, answers = exported.session, exchange.facts, exchange.answers
    question = exchange.question
    yield session.id
    yield exported.title
    yield _time(exchange) or ""
    yield "" if question is None else question.text
    yield "\n\n".join(filter(None, (each.text for each in answers)))
    yield "\n".join(map(_source, _citations(answers)))
    yield "\n".join(f"{tool.name}: {tool.state}" for each in answers for tool in each.tools)
    yield ", ".join(facts.labels)
    yield "" if facts.feedback is None else facts.feedback.value
    yield facts.comment
    yield facts.frustration
    yield "" if facts.total_tokens is None else str(facts.total_tokens)
    yield facts.finish_reason
    yield "" if facts.without_source is None else "yes" if facts.without_source else "no"
    failures = [each.failure.sentence for each in exchange.messages if each.failure is not None]
    yield "\n".join(dict.fromkeys(filter(None, (facts.error, *failures))))
    parts = [part for each in exchange.messages for part in each.parts]
    yield "\n".join(part.text for part in parts if isinstance(part, NotePart))
    yield _standing(exchange)
    lead = session.facts.lead if session.facts is not None else ()
    yield "\n".join(f"{name}: {value}" for name, value in lead)
    yield facts.exchange_id


def _time(exchange: ExportedExchange) -> str | None:
    times: list[datetime] = [each.sent_at for each in exchange.messages if each.sent_at is not None]
    return iso_time(times[0]) if times else None


def _standing(exchange: ExportedExchange) -> str:
    """Return what of the exchange the server may not hold; empty where it holds all."""
    standings = {each.status for each in exchange.messages} - {MessageStatus.STORED}
    return ", ".join(sorted(standings))


def _citations(answers: tuple[Message, ...]) -> Iterator[Citation]:
    for message in answers:
        for part in message.parts:
            if isinstance(part, CitationsPart):
                yield from part.citations


def _source(citation: Citation) -> str:
    marker = f"[{citation.marker}]" if citation.marker else ""
    return " ".join(filter(None, dict.fromkeys((marker, citation.title, citation.url))))
