"""Composer: the box in which a question is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events, work
from textual.binding import Binding
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult, Location

from tui.errors import BadInput
from tui.safe_text import clean_line
from tui.ui.composer.editor import edit_externally
from tui.ui.dialogs.pick import Choice, PickScreen
from tui.ui.key_routing import act_in_place
from tui.ui.splash import PLACEHOLDER
from tui.ui.terminal.loop_time import loop_time_s
from tui.ui.widgets.question_area import QuestionArea


class Composer(QuestionArea):
    """Grows with its text; what was asked before comes back with `up`.

    `questions` returns what was asked before, newest first; `remember` adds to it. `submit` sends
    a text: a call and no message, which would come when another conversation is open already.
    `step` is for `up` (-1) and `down` (1) where nothing is written, and says whether it has a use
    for them.
    """

    DEFAULT_CSS = """
    Composer {
        height: auto; min-height: 3; max-height: 33vh; padding: 0 1; background: $background;
        border: round $border-blurred;
        &:focus { border: heavy $border; }
        & .text-area--cursor-line { background: transparent; }
    }
    """

    BINDINGS = [
        Binding("enter", "submit", "Send", id="composer.send"),
        Binding(
            "ctrl+j,shift+enter,alt+enter",
            "newline",
            "New line",
            id="composer.newline",
        ),
        Binding("up", "earlier", "Recall earlier question", show=False, id="composer.earlier"),
        Binding("down", "later", "Recall later question", show=False, id="composer.later"),
        Binding(
            "pageup",
            "screen.command('page_up')",
            "Scroll page up",
            show=False,
            id="composer.page-up",
        ),
        Binding(
            "pagedown",
            "screen.command('page_down')",
            "Scroll page down",
            show=False,
            id="composer.page-down",
        ),
        Binding("alt+z", "undo", "Undo", show=False, id="composer.undo"),
        Binding("alt+shift+z", "redo", "Redo", show=False, id="composer.redo"),
    ]

    class Edited(Message):
        """The text has changed."""

    @dataclass(eq=False, repr=False)
    class Failed(Message):
        """Something asked for here did not work; the text is as it was."""

        error: BadInput

    def __init__(
        self,
        questions: Callable[[], Sequence[str]],
        remember: Callable[[str], None],
        submit: Callable[[str], None],
        step: Callable[[int], bool],
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        self._broken_at: Location | None = None
        """Where Enter behind a backslash made a new line just now."""
        self._recalled: int | None = None
        """Which of the earlier questions stands here, counted from the newest."""
        self._drawn_at = float("inf")
        """When what was put here last was drawn first, as messages tell their time."""
        super().__init__(PLACEHOLDER, id=id)
        self._questions = questions
        self._remember = remember
        self._earlier: list[str] = []
        self._submit = submit
        self._step = step

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        # what takes no text has none to send
        if self.read_only and action in ("submit", "newline"):
            return False
        return super().check_action(action, parameters)

    def put(self, text: str) -> None:
        self._recalled, self._drawn_at = None, float("inf")
        super().put(text)

    def is_drawn_by(self, moment: float) -> bool:
        """Say whether what was put here last could be seen when a message of that time came."""
        return self._drawn_at <= moment

    def render_lines(self, crop: Region) -> list[Strip]:
        self._drawn_at = min(self._drawn_at, loop_time_s())
        return super().render_lines(crop)

    def take_out(self, text: str) -> None:
        """Remove `text`, which is on its way; what was typed behind it since stays."""
        self.put(self.whole_text.removeprefix(text))

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
        if not self._steps(-1):
            self._recall(0 if self._recalled is None else self._recalled + 1)

    def action_later(self) -> None:
        """Move down, or from the last line to the question asked after."""
        if self._recalled is None or self.cursor_location[0] < self.document.line_count - 1:
            if not self._steps(1):
                self.action_cursor_down()
            return
        self._recall(self._recalled - 1)

    def _steps(self, step: int) -> bool:
        return self._recalled is None and not self.whole_text and self._step(step)

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

    async def on_key(self, event: events.Key) -> None:
        if not event.is_printable:
            await act_in_place(self, event)

    def edit(self, edit: Edit) -> EditResult:
        self._broken_at = None
        return super().edit(edit)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(self.Edited())
