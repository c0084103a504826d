"""Picker of one of several values, by arrow keys or by typing a part of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Generic, TypeVar

from msgspec import Struct
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui.formatting.search_pattern import SpanFinder, folded
from tui.ui.cells import cell_len, cut
from tui.ui.dialogs.choice_list import ChoiceList
from tui.ui.dialogs.dialog import Dialog
from tui.ui.dialogs.keys_ahead import KeysAhead
from tui.ui.widgets.field import Field
from tui.ui.widgets.highlighting import highlighted
from tui.ui.widgets.plain_text import Plain

_DIGITS = 9
_MAX_BOX_CELLS = 92
"""As wide as a dialog gets, most often."""
_BESIDE_CELLS = 10
"""Frame, paddings and scroll bar of a list in a dialog."""
_SHORT_ROWS = 10
"""So many choices have room in any dialog that is not low."""
_BESIDE_ROWS = 8
"""Frame, title, field and keys in a dialog that is low."""

Value = TypeVar("Value")


class Choice(Struct, Generic[Value], frozen=True):
    value: Value
    """Returned when it is picked; those of one picker differ."""
    title: str
    detail: str = ""
    disabled: bool = False
    """It is listed, but cannot be picked; the detail says why."""
    pattern: SpanFinder | None = None
    """What to highlight in title and detail."""

    def prompt(self, width_cells: int) -> Content:
        """Return the row; a long title leaves its detail what that takes, up to half of the row."""
        room = max(width_cells // 2, width_cells - cell_len(self.detail) - 2)
        name = cut(self.title, room) if self.detail else self.title
        title = Content.styled(name, "$foreground-muted" if self.disabled else "bold")
        detail = Content.styled(self.detail, "$foreground-muted")
        if self.pattern is not None:
            title = highlighted(title, self.pattern.spans(name), None)
            detail = highlighted(detail, self.pattern.spans(self.detail), None)
        return Content("  ").join([title, detail]) if self.detail else title


class ChoiceOption(Option, Generic[Value]):
    """The row of a choice."""

    def __init__(self, choice: Choice[Value], width_cells: int) -> None:
        super().__init__(choice.prompt(width_cells), disabled=choice.disabled)
        self.choice = choice


def options_of(
    choices: Iterable[Choice[Value]], screen_cells: int
) -> Iterable[ChoiceOption[Value]]:
    """Return the rows of choices in a dialog over a screen that is so wide."""
    row_cells = min(_MAX_BOX_CELLS, screen_cells * 9 // 10) - _BESIDE_CELLS
    return [ChoiceOption(each, row_cells) for each in choices]


class PickScreen(Dialog[Value]):
    """Returns the value of the choice, `None` when nothing was picked.

    When `numbered`, a number finds the choice at that place; up to nine, its digit picks it.
    `preview` is told what the cursor has come to.
    """

    DEFAULT_CSS = """
    PickScreen.-long > .box { height: 90%; }
    PickScreen.-long.-low > .box { height: 100%; }
    PickScreen.-long OptionList { height: 1fr; max-height: 100%; }
    """
    BINDINGS = [
        Binding("up", "move(-1)", "Up", show=False, id="pick.up"),
        Binding("down", "move(1)", "Down", show=False, id="pick.down"),
        Binding("pageup", "go('page_up')", "Page up", show=False, id="pick.page-up"),
        Binding("pagedown", "go('page_down')", "Page down", show=False, id="pick.page-down"),
        # before the field, which has Ctrl+A and Ctrl+E for them
        Binding("home", "go('first')", "First", show=False, priority=True, id="pick.first"),
        Binding("end", "go('last')", "Last", show=False, priority=True, id="pick.last"),
    ]

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice[Value]],
        *,
        current: Value | None = None,
        empty: str = "",
        numbered: bool = False,
        preview: Callable[[Value], None] | None = None,
    ) -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        self._current = current
        self._numbered = numbered
        self._preview = preview
        self._empty = empty or "Nothing matches. Type less to see more."
        self._ahead = KeysAhead()
        """What waits for rows, where these take their time."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(self._title, classes="title")
            yield Field(placeholder="type to filter")
            yield ChoiceList()
            yield Plain("", classes="none")
            yield self.hint("{pick.up}/{pick.down} move · Enter select · {dialog.close} cancel")

    def on_mount(self) -> None:
        self._fit()
        options = self.query_one(OptionList)
        # the keys are ours; the list is drawn and clicked
        options.can_focus = False
        self.begin_typing()
        self._show("")

    def on_resize(self) -> None:
        self._fit()
        options = self.query_one(OptionList)
        shown = [each.choice for each in options.options if isinstance(each, ChoiceOption)]
        for at, option in enumerate(options_of(shown, self.app.size.width)):
            options.replace_option_prompt_at_index(at, option.prompt)

    def _fit(self) -> None:
        """Have as many choices take all the room there is: the keys below are told in any case."""
        room = min(_SHORT_ROWS, self.app.size.height - _BESIDE_ROWS)
        self.set_class(len(self._choices) > room, "-long")

    def begin_typing(self) -> None:
        """Take the keys from now on."""
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._show(event.value)
        if self._numbered and len(self._choices) <= _DIGITS and event.value.isdecimal():
            self._pick()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        # of rows that were passed over meanwhile nothing is shown
        if (
            self._preview is None
            or event.option is not self.query_one(OptionList).highlighted_option
        ):
            return
        if self.is_current and isinstance(event.option, ChoiceOption):
            self._preview(event.option.choice.value)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self._dismiss_with(event.option)

    def action_move(self, step: int) -> None:
        self._ahead.act(partial(self._move, step))

    def action_go(self, place: str) -> None:
        self._ahead.act(partial(self._go_to, place))

    def _move(self, step: int) -> None:
        options = self.query_one(OptionList)
        if step < 0:
            options.action_cursor_up()
        else:
            options.action_cursor_down()

    def _go_to(self, place: str) -> None:
        options = self.query_one(OptionList)
        # a list without room has no rows to go by
        has_rows = bool(options.scrollable_content_region)
        moves = {
            "page_up": options.action_page_up if has_rows else options.action_first,
            "page_down": options.action_page_down if has_rows else options.action_last,
            "first": options.action_first,
            "last": options.action_last,
        }
        moves[place]()

    def on_input_submitted(self) -> None:
        # the field's own message comes after those of its letters; a binding would overtake them
        self._pick()

    def _pick(self) -> None:
        self._ahead.act(lambda: self._dismiss_with(self.query_one(OptionList).highlighted_option))

    @property
    def _highlighted(self) -> Value | None:
        option = self.query_one(OptionList).highlighted_option
        return option.choice.value if isinstance(option, ChoiceOption) else None

    def _dismiss_with(self, option: Option | None) -> None:
        if isinstance(option, ChoiceOption) and not option.disabled:
            self.dismiss(option.choice.value)

    def matching(self, words: str) -> Sequence[Choice[Value]]:
        """Return the choices that hold all of `words`, in their order."""
        if self._numbered and words.isdecimal():
            return self._choices[int(words) - 1 : int(words)] if int(words) > 0 else []
        return choices_with(words, self._choices)

    def _show(self, words: str) -> None:
        self._put(self.matching(words), self._current)

    def _put(self, choices: Sequence[Choice[Value]], current: Value | None) -> None:
        """List these in place of all others, `current` highlighted if it is one, else the first."""
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(options_of(choices, self.app.size.width))
        usable = [at for at, choice in enumerate(choices) if not choice.disabled]
        wanted = [at for at in usable if choices[at].value == current]
        options.highlighted = next(iter(wanted + usable), None)
        options.display = bool(choices)
        none = self.query_one(".none", Plain)
        none.display = not choices
        none.update(self._empty)


def choices_with(words: str, choices: Sequence[Choice[Value]]) -> Sequence[Choice[Value]]:
    """Return the choices that hold all of `words`, in their order."""
    wanted = folded(words).split()
    return [
        choice
        for choice in choices
        if all(word in folded(f"{choice.title} {choice.detail}") for word in wanted)
    ]
