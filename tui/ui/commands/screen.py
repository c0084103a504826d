"""Commands and keys over the chat: a filter, and a row for everything that can be done."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input

from tui.ui.commands.row_list import RowList
from tui.ui.commands.rows import CommandRow, matching, with_headings
from tui.ui.dialogs.dialog import WholeScreenDialog
from tui.ui.widgets.field import Field
from tui.ui.widgets.plain_text import Plain

_ALL = 10_000
"""More rows than there are."""


class CommandsScreen(WholeScreenDialog[str]):
    """Returns the id of the action to run, `None` for none.

    `rows` stand in their order under their headings, with the lines of `notes` below them, until
    something is typed. One that cannot be done now says why instead.
    """

    DEFAULT_CSS = """
    CommandsScreen {
        & > .box { height: 90%; }
        & .none { display: none; }
        & .none.-shown { display: block; height: 1fr; }
        /* rows are worth more than frames */
        &.-low Input { border: none; height: 1; padding: 0 1; }
        &.-low > .box { height: 100%; }
    }
    """
    BINDINGS = [
        Binding("up", "move(-1)", "Up", show=False, id="commands.up"),
        Binding("down", "move(1)", "Down", show=False, id="commands.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="commands.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="commands.page-down"),
        # before the field, which has Ctrl+A and Ctrl+E for them
        Binding("home", f"move(-{_ALL})", "First", show=False, priority=True, id="commands.first"),
        Binding("end", f"move({_ALL})", "Last", show=False, priority=True, id="commands.last"),
    ]
    TITLE_TEXT = "Commands"
    TELLS_IDS = False
    BEGINS_ON_A_ROW = True

    def __init__(self, rows: Sequence[CommandRow], notes: Sequence[str] = ()) -> None:
        super().__init__()
        self._rows = rows
        self._notes = notes

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(self.TITLE_TEXT, classes="title")
            yield Field(placeholder="type to filter")
            yield RowList(tells_ids=self.TELLS_IDS)
            yield Plain("Nothing matches. Type less to see more.", classes="none")
            yield self.hint("{commands.up}/{commands.down} move · Enter run · {dialog.close} close")

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self._show("")

    def on_input_changed(self, event: Input.Changed) -> None:
        self._show(event.value)

    def on_input_submitted(self) -> None:
        if (row := self.query_one(RowList).under_cursor) is not None:
            self._run(row)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        self._run(event.row)

    def action_move(self, step: int) -> None:
        self.query_one(RowList).move(step)

    def action_page(self, step: int) -> None:
        self.query_one(RowList).move_page(step)

    def _run(self, row: CommandRow) -> None:
        if row.why_not:
            self.notify(f"{row.title}: {row.why_not}.", markup=False)
        else:
            self.dismiss(row.action_id)

    def _show(self, words: str) -> None:
        rows = self.query_one(RowList)
        if words.strip():
            rows.show(matching(self._rows, words), tells_headings=True)
        else:
            shown = with_headings(self._rows, apart=not self.TELLS_IDS)
            rows.show([*shown, *filter(None, self._notes)], has_cursor=self.BEGINS_ON_A_ROW)
        rows.display = bool(rows.rows)
        self.query_one(".none").set_class(not rows.rows, "-shown")


class KeysScreen(CommandsScreen):
    """All keys by where they act, with the ids under which they can be remapped."""

    TITLE_TEXT = "Keys"
    TELLS_IDS = True
    # whoever looks up a key and presses Enter has not asked for what stands first
    BEGINS_ON_A_ROW = False
