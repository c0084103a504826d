"""Comparison screen: a question, and what is answered to it on several sides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from tui.model import Message
from tui.safe_text import clean_line
from tui.ui.desk.answers_beside import AnswersBeside
from tui.ui.dialogs.dialog import Dialog
from tui.ui.widgets.plain_text import Plain

if TYPE_CHECKING:
    # with the first answers, not with the chat
    from tui.checks.side_by_side import SideBySide

_QUESTION_CHARS = 400
_ALL_ROWS = 1_000_000


class ComparisonScreen(Dialog[Sequence[Message]]):
    """Returns an exchange that a check is to be made of; `None` for none.

    `copy` takes a text and a noun for it to the clipboard.
    """

    DEFAULT_CSS = """
    ComparisonScreen > .box { width: 100%; max-width: 100%; height: 100%; max-height: 100%; }
    ComparisonScreen .title { max-height: 3; }
    """
    BINDINGS = [
        Binding("up", "scroll(-1)", "Up", show=False, id="answers.up"),
        Binding("down", "scroll(1)", "Down", show=False, id="answers.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="answers.page-up"),
        Binding("pagedown,space", "page(1)", "Page down", show=False, id="answers.page-down"),
        Binding("home", f"scroll(-{_ALL_ROWS})", "Beginning", show=False, id="answers.first"),
        Binding("end", f"scroll({_ALL_ROWS})", "End", show=False, id="answers.last"),
        Binding("tab", "step(1)", "Next answer", show=False, id="answers.next"),
        Binding("shift+tab", "step(-1)", "Previous answer", show=False, id="answers.previous"),
        Binding("y", "copy", "Copy the answer", id="answers.copy"),
        Binding("T", "make_case", "Make a check of it", id="answers.check"),
    ]

    def __init__(
        self, shown: SideBySide, now: Callable[[], datetime], copy: Callable[[str, str], None]
    ) -> None:
        super().__init__()
        self._shown = shown
        self._answers = AnswersBeside(shown, now)
        self._copy = copy

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(clean_line(self._shown.question, _QUESTION_CHARS), classes="title")
            yield self._answers
            yield self.hint(
                "{answers.next} next answer · {answers.up}/{answers.down} scroll together ·"
                " {answers.copy} copy · {answers.check} make a check · {dialog.close} close"
            )

    def action_scroll(self, rows: int) -> None:
        self._answers.scroll_all(rows)

    def action_page(self, pages: int) -> None:
        self._answers.scroll_all(pages * self._answers.page_rows)

    def action_step(self, by: int) -> None:
        self._answers.step(by)

    def action_copy(self) -> None:
        if text := self._answers.current.side.text:
            self._copy(text, "answer")

    def action_make_case(self) -> None:
        """Make a check of the current answer, if it was asked for here and is there."""
        if exchange := self._answers.current.side.exchange:
            self.dismiss(exchange)
        else:
            self.notify("This answer is not whole, or from before.", markup=False)
