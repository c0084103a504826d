"""Queue panel: the questions that wait to be sent, between the answer and the composer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from tui.safe_text import SafeText, clean_line
from tui.ui.cells import cell_len, cut

EDIT, DROP = "edit", "drop"
_BROAD_CELLS = 48
"""From here on there is room for the keys behind a whole sentence."""
_MOST_CHARS = 400
"""So much of a question is looked at for its one row."""


class QueuedRow(Struct, frozen=True):
    id: str
    text: SafeText
    """Of any length, on any number of lines."""


class ShownQueue(Struct, frozen=True):
    rows: Sequence[QueuedRow] = ()
    """In the order in which they are sent."""
    is_held: bool = False
    """They wait for a person's word."""
    is_box_empty: bool = True
    """The keys that act on the queue in an empty composer do."""


class QueueActs(Struct, frozen=True):
    """What can be done: calls, for a message could arrive when another conversation is open."""

    edit: Callable[[str], object]
    """Takes the question of this id out, to be changed in the composer."""
    drop: Callable[[str], object]
    """Takes the question of this id out for good."""
    send: Callable[[], object]
    """Lets the queue go on."""
    leave: Callable[[], object]
    """Gives the keys back to the composer."""


class QueuePanel(Widget, can_focus=True):
    """A row for each question and one that says what they wait for; no room when none waits.

    It stands still while the transcript scrolls. `key_of` tells the key of an action id.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES = {
        "queue-panel--row",
        "queue-panel--mark",
        "queue-panel--key",
        "queue-panel--cursor",
    }
    DEFAULT_CSS = """
    QueuePanel {
        height: auto; max-height: 20vh; width: 1fr; display: none; background: $background;
        &.-open { display: block; }
        & .queue-panel--row { color: $foreground-muted; }
        & .queue-panel--mark { color: $border; text-style: bold; }
        & .queue-panel--key { color: $text-accent; }
        & .queue-panel--cursor { background: $panel; color: $foreground; }
    }
    """
    BINDINGS = [
        Binding("up,k", "move(-1)", "Up", show=False, id="queue.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="queue.down"),
        Binding("enter", "send", "Send the queue", id="queue.send"),
        Binding("e", "edit", "Edit", id="queue.edit"),
        Binding("d,delete", "drop", "Drop", key_display="d", id="queue.drop"),
        Binding("escape", "leave", "Back", id="queue.leave"),
    ]

    def __init__(
        self,
        key_of: Callable[[str], str],
        acts: QueueActs,
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        super().__init__(id=id)
        self._key_of = key_of
        self._acts = acts
        self._shown = ShownQueue()
        self._cursor = 0

    @property
    def shown(self) -> ShownQueue:
        return self._shown

    def show(self, queue: ShownQueue) -> None:
        """Show what waits now, the cursor on the question that it was on."""
        if queue == self._shown:
            return
        before, self._shown = self._shown, queue
        ids = [row.id for row in queue.rows]
        own = before.rows[self._cursor].id if self._cursor < len(before.rows) else ""
        self._cursor = ids.index(own) if own in ids else min(self._cursor, max(0, len(ids) - 1))
        self.set_class(bool(ids), "-open")
        if self.has_focus and not ids:
            self._acts.leave()
        self.refresh(layout=len(before.rows) != len(ids))

    # Acting

    @property
    def _under_cursor(self) -> str:
        """The id of the question that keys act on: where no cursor is seen, of the last one."""
        rows = self._shown.rows
        at = self._cursor if self.has_focus else len(rows) - 1
        return rows[at].id if 0 <= at < len(rows) else ""

    def on_focus(self) -> None:
        self._cursor = max(0, len(self._shown.rows) - 1)

    def action_move(self, step: int) -> None:
        """Move the cursor, from the last row on to the composer."""
        if self._cursor + step >= len(self._shown.rows):
            self._acts.leave()
        self._cursor = max(0, min(self._cursor + step, len(self._shown.rows) - 1))
        self.refresh()

    def action_edit(self) -> None:
        self._acts.edit(self._under_cursor)

    def action_drop(self) -> None:
        self._acts.drop(self._under_cursor)

    def action_send(self) -> None:
        self._acts.send()

    def action_leave(self) -> None:
        self._acts.leave()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self._shown.is_held if action == "send" else True

    def on_click(self, event: events.Click) -> None:
        """Do what stands under the mouse, else go to the row."""
        at = self._first_row + event.y
        if event.y == self._row_count:
            self._click_foot(event.x)
        elif at < len(self._shown.rows):
            self._cursor = at
            self.refresh()
            word = _word_at(f"{EDIT} · {DROP} ", self.size.width - event.x)
            if word == EDIT:
                self._acts.edit(self._shown.rows[at].id)
            elif word == DROP:
                self._acts.drop(self._shown.rows[at].id)

    def _click_foot(self, x: int) -> None:
        for start, item in self._foot_items(self.size.width):
            if start <= x < start + cell_len(item):
                if item == self._sends:
                    self.action_send()
                elif item == self._edits:
                    self._acts.edit(self._shown.rows[-1].id)

    # Drawing

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._shown.rows) + 1 if self._shown.rows else 0

    @property
    def _row_count(self) -> int:
        """How many rows of questions there is room for."""
        return min(len(self._shown.rows), max(0, self.size.height - 1))

    @property
    def _first_row(self) -> int:
        """The question that stands at the top: with the focus, the one under the cursor is seen."""
        return max(0, self._cursor - self._row_count + 1) if self.has_focus else 0

    @property
    def _sends(self) -> str:
        """How the queue goes on: in the box Enter would send what is written there."""
        if self._shown.is_box_empty and not self.has_focus:
            return f"{self._key_of('composer.send')} send"
        key = self._key_of("queue.send")
        return f"{key} send" if self.has_focus else f"Shift+Tab, {key} send"

    @property
    def _edits(self) -> str:
        return f"{self._key_of('composer.earlier')} edit"

    def _items(self, width: int) -> list[str]:
        """Return what the last line says, most important first."""
        shown = self._shown
        count = len(shown.rows)
        items = ["Queued" if count == 1 else f"{count} queued"]
        waits = "waits for your word" if width >= _BROAD_CELLS else "waits"
        items.append(waits if shown.is_held else "sent after this answer")
        items += [self._sends] * shown.is_held
        if self.has_focus:
            return items
        items += [self._edits] * shown.is_box_empty
        is_select_told = shown.is_held and not shown.is_box_empty
        return items if is_select_told else [*items, "Shift+Tab select"]

    def _foot_items(self, width: int) -> list[tuple[int, str]]:
        """Return those that have room, each with the cell where it begins."""
        placed, at = [], 2
        for item in self._items(width):
            if at + cell_len(item) >= width:
                break
            placed.append((at, item))
            at += cell_len(item) + 3
        return placed

    def render_line(self, y: int) -> Strip:
        width, ground = self.size.width, self.rich_style
        if y == self._row_count:
            words = [item for _, item in self._foot_items(width)]
            strip = Strip([Segment(" "), *self._foot(words)])
        elif (at := self._first_row + y) < len(self._shown.rows):
            strip = self._row(at)
        else:
            strip = Strip.blank(width, ground)
        return strip.apply_style(ground).adjust_cell_length(width, ground)

    def _foot(self, items: Sequence[str]) -> list[Segment]:
        muted = self._look("row")
        keys = (self._sends, self._edits)
        segments = [Segment(" ", muted)]
        for index, item in enumerate(items):
            style = self._look("key") if item in keys else muted
            segments += [Segment(" · " if index else "", muted), Segment(item, style)]
        return segments

    def _row(self, at: int) -> Strip:
        is_current = self.has_focus and at == self._cursor
        ends = f"  {EDIT} · {DROP} "
        room = max(1, self.size.width - 4 - cell_len(ends))
        text = cut(clean_line(self._shown.rows[at].text, _MOST_CHARS), room)
        row = Strip([Segment(text, self._look("row"))]).adjust_cell_length(room, self._look("row"))
        mark = Segment("▌" if is_current else " ", self._look("mark"))
        line = [mark, Segment(" ⋯ ", self._look("row")), *row, Segment(ends, self._look("row"))]
        if is_current:
            cursor = self._look("cursor", partial=True)
            line = [Segment(text, (style or Style()) + cursor) for text, style, _ in line]
        return Strip(line)

    def _look(self, part: str, *, partial: bool = False) -> Style:
        return self.get_component_rich_style(f"queue-panel--{part}", partial=partial)


def _word_at(words: str, from_right: int) -> str:
    """Return the word that stands so many cells from the right end of a row, from 1."""
    at = len(words) - from_right
    if not 0 <= at < len(words):
        return ""
    start = 0
    for word in words.split(" "):
        if start <= at < start + len(word):
            return word
        start += len(word) + 1
    return ""
