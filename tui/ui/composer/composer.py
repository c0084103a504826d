"""Composer: the box in which a question is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events, work
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult, Location, Selection

from tui.errors import BadInput
from tui.safe_text import clean_line
from tui.ui.composer.editor import edit_externally
from tui.ui.dialogs.pick import Choice, PickScreen
from tui.ui.editing.chips import Chips, chip_around, drawn
from tui.ui.editing.cluster_document import (
    ClusterNavigator,
    ClusterWrap,
    DrawnText,
    QuestionDocument,
)
from tui.ui.editing.clusters import around, word_after, word_before
from tui.ui.editing.typed import as_written
from tui.ui.key_routing import act_in_place
from tui.ui.splash import PLACEHOLDER

CHIP_CHARS = 50_000
"""A paste above this is shown as a chip: laying it out would hold up the screen."""


class Composer(TextArea):
    """Grows with its text; what was asked before comes back with `up`.

    `questions` returns what was asked before, newest first; `remember` adds to it. `submit` sends
    a text: a call and no message, which would come when another conversation is open already.
    """

    DEFAULT_CSS = """
    Composer {
        height: auto; min-height: 3; max-height: 33vh; padding: 0 1; background: $background;
        border: round $border-blurred;
        &:focus { border: heavy $border; }
        & .text-area--cursor-line { background: transparent; }
    }
    """

    # it selects in its own way
    ALLOW_SELECT = False
    BINDINGS = [
        Binding("enter", "submit", "Send", id="composer.send"),
        Binding(
            "ctrl+j,shift+enter,alt+enter",
            "newline",
            "New line",
            key_display="^j",
            id="composer.newline",
        ),
        Binding("up", "earlier", "Earlier question", show=False, id="composer.earlier"),
        Binding("down", "later", "Later question", show=False, id="composer.later"),
        Binding(
            "pageup", "screen.command('page_up')", "Page up", show=False, id="composer.page-up"
        ),
        Binding(
            "pagedown",
            "screen.command('page_down')",
            "Page down",
            show=False,
            id="composer.page-down",
        ),
        Binding("alt+z", "undo", "Undo", show=False, id="composer.undo"),
        Binding("alt+shift+z", "redo", "Redo", show=False, id="composer.redo"),
    ]

    class Edited(Message):
        """The text has changed."""

    @dataclass
    class Failed(Message):
        """Something asked for here did not work; the text is as it was."""

        error: BadInput

    def __init__(
        self,
        questions: Callable[[], Sequence[str]],
        remember: Callable[[str], None],
        submit: Callable[[str], None],
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        self._chips = Chips(CHIP_CHARS)
        super().__init__(
            id=id,
            soft_wrap=True,
            show_line_numbers=False,
            tab_behavior="focus",
            highlight_cursor_line=False,
            placeholder=Content(PLACEHOLDER),
        )
        document = QuestionDocument()
        self.document = document
        self.wrapped_document = ClusterWrap(document.as_drawn, tab_width=self.indent_width)
        self.navigator = ClusterNavigator(document, self.wrapped_document)
        self.cursor_blink = False
        self._questions = questions
        self._remember = remember
        self._earlier: list[str] = []
        self._recalled: int | None = None
        self._submit = submit
        self._broken_at: Location | None = None
        """Where Enter behind a backslash made a new line just now."""

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

    def put(self, text: str) -> None:
        """Replace the text, cursor at the end."""
        self._recalled = None
        self._chips.clear()
        self.load_text(self._chips.shortened(as_written(text)))
        self.move_cursor(self.document.end)

    def take_out(self, text: str) -> None:
        """Remove `text`, which is on its way; what was typed behind it since stays."""
        self.put(self.whole_text.removeprefix(text))

    def type(self, text: str) -> None:
        """Put in at the cursor, in place of what is selected."""
        self.replace(
            self._chips.shortened(as_written(text)),
            *self.selection,
            maintain_selection_offset=False,
        )

    @work(group="recall", exclusive=True)
    async def recall(self) -> None:
        """Search what was asked before and put one of it here."""
        choices = [Choice(text, clean_line(text)) for text in self._questions()]
        picked = await self.app.push_screen_wait(
            PickScreen("Earlier questions", choices, empty="Nothing asked yet that matches.")
        )
        if picked is not None:
            self.set_aside()
            self.put(picked)
        self.focus()

    def write_in_editor(self) -> None:
        """Go on writing in the person's own editor."""
        try:
            edited = edit_externally(self.app, self.whole_text)
            if edited != self.whole_text:
                self.set_aside()
                self.put(edited)
        except BadInput as error:
            self.post_message(self.Failed(error))
        self.focus()

    def action_submit(self) -> None:
        row, column = self.cursor_location
        if self._broken_at == (row, column):
            # pressed again at once: the backslash was meant, and so was Enter
            self.undo()
        elif self.document.get_line(row)[:column].endswith("\\"):
            self.replace("\n", (row, column - 1), (row, column))
            self._broken_at = self.cursor_location
            return
        self._submit(self.whole_text)

    def action_newline(self) -> None:
        self.replace("\n", *self.selection)
        self.scroll_cursor_visible()

    def action_earlier(self) -> None:
        """Move up, or from the first line to the question asked before."""
        if self.cursor_location[0] > 0 or self.get_cursor_up_location() != (0, 0):
            self.action_cursor_up()
            return
        self._recall(0 if self._recalled is None else self._recalled + 1)

    def action_later(self) -> None:
        """Move down, or from the last line to the question asked after."""
        if self._recalled is None or self.cursor_location[0] < self.document.line_count - 1:
            self.action_cursor_down()
            return
        self._recall(self._recalled - 1)

    def set_aside(self) -> None:
        """Keep the text among the earlier questions, because another one takes its place."""
        text = self.whole_text
        if text.strip() and text not in self._questions()[:1]:
            self._remember(text)

    def _recall(self, index: int) -> None:
        if self._recalled is None:
            # as they are now: what is set aside meanwhile joins them for the next time
            self._earlier = [self.whole_text, *self._questions()]
        at = index + 1
        if at >= len(self._earlier):
            return
        left = 0 if self._recalled is None else self._recalled + 1
        if self.whole_text != self._earlier[left] or left == 0:
            self.set_aside()
            self._earlier[left] = self.whole_text
        self.put(self._earlier[at])
        self._recalled = None if index < 0 else index
        if index >= 0:
            # so that the next `up` goes on to the question before
            self.move_cursor((0, 0))

    async def on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.type(event.text)

    async def on_key(self, event: events.Key) -> None:
        if not event.is_printable:
            await act_in_place(self, event)

    def undo(self) -> None:
        super().undo()
        # Textual would add what is typed next to the batch below, and take both back at once
        self.history.checkpoint()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(self.Edited())

    # Editing

    def load_text(self, text: str) -> None:
        # an edit like any other: the document stays the one for questions
        start, end = self.document.start, self.document.end
        self.replace(text, start, end, maintain_selection_offset=False)
        self.history.clear()

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
        self._broken_at = None
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
