"""Question area: text that is edited by what a reader sees, with chips for long pastes."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult, Location, Selection

from tui.ui.editing.chips import Chips, chip_around, drawn
from tui.ui.editing.cluster_document import (
    ClusterNavigator,
    ClusterWrap,
    DrawnText,
    QuestionDocument,
)
from tui.ui.editing.clusters import around, word_after, word_before
from tui.ui.editing.typed import as_written

CHIP_CHARS = 50_000
"""A paste above this is shown as a chip: laying it out would hold up the screen."""


class QuestionArea(TextArea):
    """Keeps a text as it is sent, and draws it safely and with chips."""

    # it selects in its own way
    ALLOW_SELECT = False

    def __init__(self, placeholder: str, *, id: str | None = None) -> None:  # noqa: A002
        self._chips = Chips(CHIP_CHARS)
        super().__init__(
            id=id,
            soft_wrap=True,
            show_line_numbers=False,
            tab_behavior="focus",
            highlight_cursor_line=False,
            placeholder=Content(placeholder),
        )
        document = QuestionDocument()
        self.document = document
        self.wrapped_document = ClusterWrap(document.as_drawn, tab_width=self.indent_width)
        self.navigator = ClusterNavigator(document, self.wrapped_document)
        self.cursor_blink = False

    @property
    def text(self) -> str:
        """The text as it is shown."""
        return drawn(self.document.text)

    @text.setter
    def text(self, value: str) -> None:
        self.put(value)

    @property
    def whole_text(self) -> str:
        """The text as it goes to the server: every chip is what was pasted."""
        return self._chips.whole(self.document.text)

    async def on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.type(event.text)

    def put(self, text: str) -> None:
        """Replace the text, cursor at the end."""
        self._chips.clear()
        self.load_text(self._chips.shortened(as_written(text)))
        self.move_cursor(self.document.end)

    def type(self, text: str) -> None:
        """Put in at the cursor, in place of what is selected."""
        self.replace(
            self._chips.shortened(as_written(text)),
            *self.selection,
            maintain_selection_offset=False,
        )

    def undo(self) -> None:
        super().undo()
        # Textual would add what is typed next to the batch below, and take both back at once
        self.history.checkpoint()

    def load_text(self, text: str) -> None:
        # an edit like any other: the document stays the one for questions
        start, end = self.document.start, self.document.end
        self.replace(text, start, end, maintain_selection_offset=False)
        self.history.clear()

    def render_line(self, y: int) -> Strip:
        # Textual wraps the placeholder, which Rich cannot where there is no column at all
        return super().render_line(y) if self.content_size.width > 0 else Strip([])

    def get_line(self, line_index: int) -> DrawnText:
        return DrawnText(drawn(self.document.get_line(line_index)), end="", no_wrap=True)

    def get_text_range(self, start: Location, end: Location) -> str:
        return self._chips.whole(super().get_text_range(start, end))

    def validate_selection(self, selection: Selection) -> Selection:
        """Return the selection with all of each chip that it would cut."""
        start, end = selection
        (top, _), (_, right) = (self._chip_around(each) for each in sorted(selection))
        return Selection(top, right) if start <= end else Selection(right, top)

    def edit(self, edit: Edit) -> EditResult:
        (top, _), (_, bottom) = (self._chip_around(each) for each in (edit.top, edit.bottom))
        if (top, bottom) != (edit.top, edit.bottom):
            edit = Edit(edit.text, top, bottom, edit.maintain_selection_offset)
        return super().edit(edit)

    def _chip_around(self, location: Location) -> tuple[Location, Location]:
        """Return the ends of the chip that a location is inside of, else twice the location."""
        row, column = location
        if 0 <= row < self.document.line_count:
            span = chip_around(self.document[row], column)
            if span is not None and span[0] < column:
                return (row, span[0]), (row, span[1])
        return location, location

    def get_target_document_location(self, event: events.MouseEvent) -> Location:
        row, column = super().get_target_document_location(event)
        return row, around(self.document[row], column, column)[0]

    def get_cursor_word_left_location(self) -> Location:
        row, column = self.cursor_location
        if column == 0:
            return self.get_cursor_left_location()
        return row, word_before(self.document[row], column)

    def get_cursor_word_right_location(self) -> Location:
        row, column = self.cursor_location
        line = self.document[row]
        if column == len(line):
            return self.get_cursor_right_location()
        return row, word_after(line, column)

    def action_delete_word_right(self) -> None:
        start, end = self.selection
        if start == end:
            end = self.get_cursor_word_right_location()
        self.delete(start, end, maintain_selection_offset=False)

    def action_cut(self) -> None:
        """Cut what is selected, else the line."""
        start, end = sorted(self.selection)
        if start == end:
            start, end = (start[0], 0), min((start[0] + 1, 0), self.document.end)
        if cut := self.get_text_range(start, end):
            self.app.copy_to_clipboard(cut)
            self.delete(start, end, maintain_selection_offset=False)

    def action_paste(self) -> None:
        self.type(self.app.clipboard)
