"""The box in which a question is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events, work
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widgets import TextArea

from tui.errors import BadInput
from tui.safe_text import clean
from tui.ui.editor import edit_externally
from tui.ui.screens.opening import PLACEHOLDER
from tui.ui.screens.pick import Choice, PickScreen

CHIP_CHARS = 50_000
"""A paste above this is shown as a chip: laying it out would hold up the screen."""


class Composer(TextArea):
    """Grows with its text; what was asked before comes back with `up`."""

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
            key_display="^j",
            id="composer.newline",
        ),
        Binding("up", "earlier", "Earlier question", show=False, id="composer.earlier"),
        Binding("down", "later", "Later question", show=False, id="composer.later"),
        Binding("pageup", "screen.page(-1)", "Page up", show=False, id="composer.page-up"),
        Binding("pagedown", "screen.page(1)", "Page down", show=False, id="composer.page-down"),
        Binding("alt+z", "undo", "Undo", show=False, id="composer.undo"),
    ]

    @dataclass
    class Submitted(Message):
        """The person wants this sent."""

        text: str

    class Edited(Message):
        """The text has changed."""

    @dataclass
    class Failed(Message):
        """Something asked for here did not work; the text is as it was."""

        error: BadInput

    def __init__(self, questions: Callable[[], list[str]], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(
            id=id,
            soft_wrap=True,
            show_line_numbers=False,
            tab_behavior="focus",
            highlight_cursor_line=False,
            placeholder=Content(PLACEHOLDER),
        )
        self.cursor_blink = False
        self._questions = questions
        self._recalled: int | None = None
        self._set_aside = ""
        self._chips: dict[str, str] = {}
        self._submitted: list[Composer.Submitted] = []

    @property
    def submitted(self) -> Sequence[Submitted]:
        """What is to be sent and has not been taken yet, oldest first."""
        return tuple(self._submitted)

    def take(self, event: Submitted) -> bool:
        """Say whether this is still to be sent; from now on it is not."""
        is_left = event in self._submitted
        if is_left:
            self._submitted.remove(event)
        return is_left

    @property
    def whole_text(self) -> str:
        """The text with every chip replaced by what was pasted."""
        text = self.text
        for chip, pasted in self._chips.items():
            text = text.replace(chip, pasted)
        return text

    def put(self, text: str) -> None:
        """Replace the text, cursor at the end."""
        text = clean(text)
        self._recalled = None
        self._chips.clear()
        self.load_text(self._chip(text) if len(text) > CHIP_CHARS else text)
        self.move_cursor(self.document.end)

    def take_out(self, text: str) -> None:
        """Remove `text`, which is on its way; what was typed behind it since stays."""
        self.put(self.whole_text.removeprefix(text))

    def type(self, text: str) -> None:
        """Add at the cursor, as if it were pasted."""
        text = clean(text)
        self.replace(self._chip(text) if len(text) > CHIP_CHARS else text, *self.selection)

    @work(group="recall", exclusive=True)
    async def recall(self) -> None:
        """Search what was asked before and put one of it here."""
        questions = self._questions()
        choices = [Choice(str(i), text) for i, text in enumerate(questions)]
        picked = await self.app.push_screen_wait(
            PickScreen("Earlier questions", choices, empty="Nothing asked yet that matches.")
        )
        if picked is not None:
            self.put(questions[int(picked)])
        self.focus()

    def write_in_editor(self) -> None:
        """Go on writing in the person's own editor."""
        try:
            self.put(edit_externally(self.app, self.whole_text))
        except BadInput as error:
            self.post_message(self.Failed(error))
        self.focus()

    def action_submit(self) -> None:
        row, column = self.cursor_location
        if self.document.get_line(row)[:column].endswith("\\"):
            self.replace("\n", (row, column - 1), (row, column))
            return
        event = self.Submitted(self.whole_text)
        self._submitted.append(event)
        self.post_message(event)

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

    def _recall(self, index: int) -> None:
        questions = self._questions()
        if index >= len(questions):
            return
        if self._recalled is None:
            self._set_aside = self.whole_text
        self.put(self._set_aside if index < 0 else questions[index])
        self._recalled = None if index < 0 else index
        if index >= 0:
            # so that the next `up` goes on to the question before
            self.move_cursor((0, 0))

    def _chip(self, text: str) -> str:
        chip = f"[pasted text {len(self._chips) + 1}: {len(text):,} characters]"
        self._chips[chip] = text
        return chip

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.type(event.text)

    async def _on_key(self, event: events.Key) -> None:
        if event.is_printable:
            return
        # how xterm's modifyOtherKeys spells Shift+Enter
        key = "shift+enter" if event.key == "shift+\r" else event.key
        bound = self.screen.active_bindings.get(key)
        if bound is not None and bound.node in (self, self.screen) and bound.enabled:
            event.prevent_default()
            event.stop()
            # here, in the order of typing: anywhere else it would overtake letters or be overtaken
            await self.app.run_action(bound.binding.action, bound.node)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(self.Edited())
