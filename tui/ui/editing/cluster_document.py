"""Document of a question: any characters, on lines that end at LF alone, laid out as drawn."""

from __future__ import annotations

from bisect import bisect_right

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.expand_tabs import expand_tabs_inline
from textual.geometry import Offset
from textual.widgets.text_area import (
    Document,
    DocumentBase,
    DocumentNavigator,
    EditResult,
    Location,
    WrappedDocument,
)

from tui.ui.editing.chips import drawn
from tui.ui.editing.clusters import after, around, before, boundaries


class QuestionDocument(Document):
    """Splits at LF alone: Textual's own does at all that Unicode takes for the end of a line."""

    def __init__(self) -> None:
        super().__init__("")
        self.as_drawn = DrawnDocument("")

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        # rows behind the last one are asked for where a last line is deleted
        (top, left), (bottom, right) = sorted(min(each, self.end) for each in (start, end))
        replaced_text = self.get_text_range((top, left), (bottom, right))
        lines = (self.lines[top][:left] + text).split("\n")
        end_location = (top + len(lines) - 1, len(lines[-1]))
        lines[-1] += self.lines[bottom][right:]
        self.lines[top : bottom + 1] = lines
        self.as_drawn.replace_lines(top, bottom + 1, lines)
        return EditResult(end_location, replaced_text)


class DrawnDocument(Document):
    """The lines of a document as they are drawn, character for character."""

    def replace_lines(self, start: int, end: int, lines: list[str]) -> None:
        self.lines[start:end] = [drawn(line) for line in lines]


class DrawnText(Text):
    """A line in which no style begins or ends inside of a grapheme cluster."""

    def stylize(self, style: str | Style, start: int = 0, end: int | None = None) -> None:
        if end is not None and start < end:
            start, end = around(self.plain, start, end)
        super().stylize(style, start, end)


class ClusterWrap(WrappedDocument):
    """Finds the place for a cell between grapheme clusters; a tab goes on to the next stop."""

    def __init__(self, document: DocumentBase, width: int = 0, tab_width: int = 4) -> None:
        super().__init__(document, width, tab_width)
        self._tab_cells = tab_width

    def get_target_document_column(self, line_index: int, x_offset: int, y_offset: int) -> int:
        sections = self.get_sections(line_index)
        y = y_offset % len(sections)
        section, begins = sections[y], sum(map(len, sections[:y]))
        columns = boundaries(section)
        at = bisect_right(columns, x_offset, key=lambda column: self._cells(section[:column])) - 1
        is_last = y == len(sections) - 1
        if not is_last and columns[at] == len(section):
            # the end of a row is the beginning of the next one
            at = max(0, at - 1)
        return begins + columns[at]

    def location_to_offset(self, location: Location) -> Offset:
        # while an edit is taken back the cursor may still be where there is no text any more
        return super().location_to_offset(min(location, self.document.end))

    def _cells(self, text: str) -> int:
        return cell_len(expand_tabs_inline(text, self._tab_cells))


class ClusterNavigator(DocumentNavigator):
    """Moves by grapheme clusters; a chip is one."""

    def __init__(self, document: QuestionDocument, wrapped_document: WrappedDocument) -> None:
        super().__init__(wrapped_document)
        self._question = document

    def get_location_left(self, location: Location) -> Location:
        row, column = location
        if column == 0:
            return super().get_location_left(location)
        return row, before(self._question[row], column)

    def get_location_right(self, location: Location) -> Location:
        row, column = location
        if self.is_end_of_document_line(location):
            return super().get_location_right(location)
        return row, after(self._question[row], column)

    def get_location_end(self, location: Location) -> Location:
        row, column = super().get_location_end(location)
        return row, around(self._question[row], column, column)[0]
