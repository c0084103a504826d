from __future__ import annotations

import csv
import io
import json
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from markdown_it import MarkdownIt

from tests.fuzz import PROFILE
from tests.tables import each_row
from tests.unit.export.pinned import GOLDEN
from tests.unit.export.schema_check import faults
from tests.unit.export.values import HOSTILE, SESSIONS, document, everything
from tui.export.csv_table import COLUMNS, MAX_CELL_CHARS, cell
from tui.export.exported import ExportedSession, exchanges_of
from tui.export.formats import Format
from tui.export.markdown import closed
from tui.export.records import schema_text
from tui.model import Role
from tui.safe_text import clean


@each_row("kind", Format)
def test_each_format_is_as_it_was_pinned(kind: Format) -> None:
    # written again by hand when a format is meant to change: python -m tests.unit.export.pinned
    pinned = (GOLDEN / f"everything.{kind}").read_bytes().decode()
    assert document(kind, everything()) == pinned


@pytest.mark.slow
@given(exported=SESSIONS)
@PROFILE
def test_no_control_of_any_kind_is_in_any_format(exported: ExportedSession) -> None:
    # one session for all formats: making it takes longer than writing it
    for kind in Format:
        text = document(kind, exported, everything())
        if kind is Format.CSV:
            text = text.replace("\r\n", "\n")
        assert clean(text, len(text)) == text, kind


@pytest.mark.slow
@given(exported=SESSIONS)
@PROFILE
def test_json_follows_its_schema_and_a_line_is_a_session_of_it(exported: ExportedSession) -> None:
    schema = json.loads(schema_text())
    whole = json.loads(document(Format.JSON, exported, everything()))
    assert [*faults(whole, schema, schema)] == []
    lines = document(Format.JSON_LINES, exported, everything()).split("\n")
    assert [json.loads(line) for line in lines[:-1]] == whole["sessions"]
    assert whole["sessions"][0]["messages"] == [] or exported.messages


def test_an_export_of_nothing_is_a_document_too() -> None:
    schema = json.loads(schema_text())
    assert [*faults(json.loads(document(Format.JSON)), schema, schema)] == []
    assert document(Format.JSON_LINES) == ""
    assert document(Format.CSV) == ",".join(COLUMNS) + "\r\n"
    assert "No sessions." in document(Format.HTML)


def is_live(shown: str) -> bool:
    bare = unicodedata.normalize("NFKC", shown).lstrip()
    bare = "".join(each for each in bare if unicodedata.category(each) not in ("Cf", "Cc")).lstrip()
    return bare[:1] in tuple("=+-@") or shown[:1] in ("\t", "\r", "\n")


@pytest.mark.slow
@given(exported=SESSIONS)
@PROFILE
def test_csv_has_a_row_an_exchange_and_no_cell_that_computes(exported: ExportedSession) -> None:
    rows = [*csv.reader(io.StringIO(document(Format.CSV, exported), newline=""), strict=True)]
    assert len(rows) == 1 + len(exchanges_of(exported.messages))
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert [each for row in rows for each in row if is_live(each)] == []


@each_row("text", HOSTILE)
def test_a_cell_that_would_compute_is_told_by_an_apostrophe_and_no_other(text: str) -> None:
    shown = cell(text)
    assert not is_live(shown)
    if not is_live(clean(text)):
        assert shown == clean(text)


def test_no_cell_is_longer_than_a_spreadsheet_holds() -> None:
    for text in ("x" * 100_000, "日" * 40_000, "🏳" * 40_000, "x" * MAX_CELL_CHARS):
        assert len(cell(text).encode("utf-16-le")) // 2 < 32_767
    assert cell("x" * MAX_CELL_CHARS) == "x" * MAX_CELL_CHARS
    assert "68,000 more characters were cut here" in cell("x" * 100_000)


def headings(source: str, *, html: bool) -> list[tuple[str, str]]:
    tokens = MarkdownIt("commonmark", {"html": html}).parse(source)
    return [
        (token.tag, after.content)
        for token, after in pairwise(tokens)
        if token.type == "heading_open" and token.level == 0
    ]


@pytest.mark.slow
@given(exported=SESSIONS)
@example(ExportedSession(everything().session, everything().messages * 2))
@PROFILE
def test_no_message_swallows_the_heading_behind_it(exported: ExportedSession) -> None:
    end = ExportedSession(everything().session, everything().messages[:1])
    written = document(Format.MARKDOWN, exported, end)
    told = [each for each in exported.messages if each.role in (Role.USER, Role.ASSISTANT)]
    # with both: making a session takes longer than reading it
    for html in (True, False):
        found = headings(written, html=html)
        assert found[-2:] == [
            ("h1", "Refund for \\*order 7\\*? Please."),
            ("h2", "User · 2026-03-12T12:00:00Z"),
        ]
        named = [text for tag, text in found if tag == "h2"]
        named = [text for text in named if text.startswith(("User", "Assistant"))]
        assert len(named) >= len(told)


@each_row("text", HOSTILE)
def test_markdown_that_closes_itself_stays_as_it_is(text: str) -> None:
    source = clean(text).rstrip("\n")
    assert closed(text).startswith((source, "```"))
    assert closed(f"a\n\n{'x' * 9}\n") == f"a\n\n{'x' * 9}"
