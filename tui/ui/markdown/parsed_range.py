"""Parsed range of source, and which of its units nothing can change any more."""

from __future__ import annotations

from collections.abc import Iterable

from markdown_it.common.utils import normalizeReference

from tui.ui.markdown.block_reader import SectionReader, SourceRange
from tui.ui.markdown.blocks import Context, InList, InTable, Table, Unit
from tui.ui.markdown.sections import References, Section, outliner, parser, sections
from tui.ui.markdown.table import BASIS_CHARS
from tui.ui.markdown.table_rule import BEGINS_WITH_ITEM


class ParsedRange:
    """The units of `source[start:end]`, read on from `context`."""

    def __init__(
        self,
        source: str,
        start: int,
        end: int,
        context: Context,
        references: References,
        *,
        outline: bool = False,
    ) -> None:
        self._source_range = SourceRange(source, start, end, context)
        self._end = end
        environment: dict[str, object] = {
            "references": dict(references),
            BEGINS_WITH_ITEM: isinstance(context, InList),
        }
        tokens = (outliner() if outline else parser()).parse(self._source_range.text, environment)
        self.sections = sections(tokens, self._source_range.lines, context)
        self.references: References = environment["references"]  # type: ignore[assignment]
        """What was known before, and what the range defines."""
        self._whole_lines_end = source.rfind("\n", start, end) + 1

    def start_of(self, section: int) -> int:
        """Return where a section begins in the source; the end for one after the last."""
        if section >= len(self.sections):
            return self._end
        return self._source_range.offset(self.sections[section].first_line)

    def closed(self) -> int:
        """Return how many sections are closed: the next one begins on a whole line."""
        count = len(self.sections) - 1
        while count > 0 and not self._is_closed_by(count):
            count -= 1
        return max(0, count)

    def _is_closed_by(self, count: int) -> bool:
        above, section = self.sections[count - 1], self.sections[count]
        # a definition may go on below with a title of several lines
        is_definition = not above.tokens
        if is_definition and self._source_range.lines[section.first_line - 1].strip():
            return False
        return self._is_certain(section)

    def _is_certain(self, section: Section) -> bool:
        # the line below makes a table of what was the end of a paragraph
        lines = 2 if section.tokens and section.tokens[0].type == "table_open" else 1
        return self._source_range.offset(section.first_line + lines) <= self._whole_lines_end

    def has_left_table(self) -> bool:
        """What comes in the context of a table is no row of it."""
        first = self.sections[0] if self.sections else None
        is_row = first is not None and isinstance(first.context, InTable)
        return first is not None and not is_row and self._is_certain(first)

    def head_end(self) -> int | None:
        """Return where the part of a long table ends that decides on its columns.

        `None` when it does not begin with a table, or the table is not that long yet.
        """
        first = self.sections[0] if self.sections else None
        if first is None or not first.tokens or first.tokens[0].type != "table_open":
            return None
        limit = self.start_of(0) + BASIS_CHARS
        if self._whole_lines_end <= limit + 1 or not self._is_certain(first):
            return None
        line = first.first_line + 2
        while line < first.end_line and self._source_range.offset(line + 1) - 1 <= limit:
            line += 1
        end = self._source_range.offset(line)
        return end if end < self._whole_lines_end else None

    def units(self, first: int = 0, last: int | None = None) -> list[Unit]:
        """Read the sections from `first` to before `last`; each unit ends where the next begins."""
        last = len(self.sections) if last is None else last
        return [
            Unit(
                self.start_of(at),
                self.start_of(at + 1),
                self.sections[at].context,
                SectionReader(self._source_range, self.sections[at]).read(),
            )
            for at in range(first, last)
        ]


def table_context(units: Iterable[Unit]) -> Context:
    """Return how to read on after the head of a table."""
    for unit in units:
        for block in unit.blocks:
            if isinstance(block.body, Table):
                return InTable(block.body.columns)
    return None


def mentions(text: str, labels: Iterable[str]) -> bool:
    """Whether a text may hold a link by one of the labels."""
    if "[" not in text:
        return False
    text = normalizeReference(text)
    return any(f"[{label}]" in text for label in labels)
