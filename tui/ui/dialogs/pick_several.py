"""Picker of several values, each marked by a key of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from tui.ui.dialogs.choice_list import ChoiceList
from tui.ui.dialogs.dialog import Dialog
from tui.ui.dialogs.pick import Choice, Value, options_of
from tui.ui.widgets.plain_text import Plain
from tui.values import replace


class PickSeveralScreen(Dialog[Sequence[Value]], Generic[Value]):
    """Returns the values that are marked, in the order of the list, `None` for none.

    At least `least` must be, and `most` can be.
    """

    DEFAULT_CSS = """
    PickSeveralScreen ChoiceList:focus { border: none; }
    """
    BINDINGS = [
        Binding("space", "mark", "Mark", show=False, priority=True, id="several.mark"),
        Binding("enter", "done", "Done", show=False, priority=True, id="several.done"),
    ]

    def __init__(
        self, title: str, choices: Sequence[Choice[Value]], *, least: int, most: int
    ) -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        self._least, self._most = least, most
        self._marked: set[int] = set()

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(self._title, classes="title")
            yield ChoiceList()
            yield Plain("", classes="state")
            yield self.hint("{several.mark} mark · {several.done} done · {dialog.close} cancel")

    def on_mount(self) -> None:
        options = self.query_one(ChoiceList)
        options.add_options(options_of(map(self._shown, self._places), self.app.size.width))
        options.highlighted = 0
        options.focus()
        self._tell()

    @property
    def _places(self) -> range:
        return range(len(self._choices))

    def _shown(self, at: int) -> Choice[Value]:
        mark = "[x]" if at in self._marked else "[ ]"
        return replace(self._choices[at], title=f"{mark} {self._choices[at].title}")

    def action_mark(self) -> None:
        options = self.query_one(ChoiceList)
        if (at := options.highlighted) is None:
            return
        self._marked ^= {at}
        [option] = options_of([self._shown(at)], self.app.size.width)
        options.replace_option_prompt_at_index(at, option.prompt)
        self._tell()

    def _tell(self) -> None:
        needed = "" if self._is_enough else f", {self._least} to {self._most} are needed"
        self.query_one(".state", Plain).update(f"{len(self._marked)} marked{needed}.")

    @property
    def _is_enough(self) -> bool:
        return self._least <= len(self._marked) <= self._most

    def action_done(self) -> None:
        if self._is_enough:
            self.dismiss([self._choices[at].value for at in self._places if at in self._marked])
