"""Formats of an export: one writer each, by the name that a person types."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import Protocol

from tui.export.exported import About, ExportedSession


class Format(enum.StrEnum):
    MARKDOWN = "md"
    JSON = "json"
    JSON_LINES = "jsonl"
    CSV = "csv"
    HTML = "html"


class Writer(Protocol):
    """Writes one document: its head, its sessions in their order, its tail.

    Every piece is safe to draw, whatever was in the values.
    """

    def head(self) -> Iterator[str]: ...

    def session(self, exported: ExportedSession) -> Iterator[str]: ...

    def tail(self) -> Iterator[str]: ...


def writer_of(format: Format, about: About, delimiter: str = ",") -> Writer:  # noqa: A002 - the field's word
    """Return what writes a format; `delimiter` stands between the cells of CSV."""
    # what one needs the others start without
    match format:
        case Format.MARKDOWN:
            from tui.export.markdown import MarkdownWriter

            return MarkdownWriter(about)
        case Format.JSON:
            from tui.export.json_document import JsonWriter

            return JsonWriter(about)
        case Format.JSON_LINES:
            from tui.export.json_document import JsonLinesWriter

            return JsonLinesWriter()
        case Format.CSV:
            from tui.export.csv_table import CsvWriter

            return CsvWriter(delimiter)
        case Format.HTML:
            from tui.export.html_page import HtmlWriter

            return HtmlWriter(about)
