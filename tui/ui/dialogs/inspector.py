"""Inspector of a message: what went over the wire for it, its timing, its request, its facts."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Awaitable, Callable

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Sparkline

from tui.formatting.times import size
from tui.inspection.filtering import RowFilter
from tui.inspection.inspected import Inspected
from tui.inspection.pages import (
    event_page,
    events_page,
    message_page,
    request_command,
    request_page,
)
from tui.inspection.summary import seconds, summary_of
from tui.inspection.timing import arrivals
from tui.ui.dialogs.dialog import Dialog
from tui.ui.dialogs.fact_rows import FactRows
from tui.ui.dialogs.wire_rows import Columns, WireRows
from tui.ui.widgets.field import Field
from tui.ui.widgets.plain_text import Plain
from tui.values import following

COPIED_ROWS = 20_000
LOOK_EVERY_S = 0.25
"""So often it is looked for more while the stream runs."""
_READ_AT_ONCE = 200
"""So many events are read before keys have their turn."""
_SPANS = 120
"""So many spans of time the plot has before its width is known."""


class View(enum.Enum):
    """What of a message is shown."""

    EVENTS = "Events"
    SUMMARY = "Summary"
    REQUEST = "Request"
    MESSAGE = "Message"


class InspectorScreen(Dialog[None]):
    """What is known of one message, while it comes and later.

    `copy` and `write` take a text and a noun for it to the clipboard or to a file; `save` has a
    tape saved, and returns a sentence about it.
    """

    DEFAULT_CSS = """
    InspectorScreen {
        & > .box { width: 100%; max-width: 100%; height: 100%; max-height: 100%; padding: 0 1; }
        & .title { margin: 0; height: 1; }
        & .title, & .views { text-wrap: nowrap; text-overflow: ellipsis; }
        & .views, & .columns { height: 1; color: $foreground-muted; text-wrap: nowrap; }
        & .note { color: $text-warning; display: none; }
        & .note.-told { display: block; }
        & .hint { margin: 0; }
        & .span { color: $foreground-muted; height: 1; }
        & Sparkline { height: 2; }
        & Field { display: none; }
        & .detail { height: 35%; border-top: solid $panel; scrollbar-size-vertical: 1; }
        & .request, & .facts, & FactRows { height: 1fr; scrollbar-size-vertical: 1; }
        & .page { display: none; }
        &.-events .-of-events, &.-summary .-of-summary { display: block; }
        &.-request .-of-request, &.-message .-of-message { display: block; }
        &.-events.-filtered Field { display: block; }
        &.-low Field, &.-tiny Field { border: none; height: 1; padding: 0; }
        &.-events.-reading WireRows, &.-events.-reading .plot { display: none; }
        &.-events.-reading .columns, &.-events.-reading Field { display: none; }
        &.-reading .detail { height: 1fr; }
        &.-events.-middle .plot, &.-low .plot, &.-tiny .plot { display: none; }
        &.-low .detail, &.-tiny .detail, &.-tiny .columns { display: none; }
        &.-events.-reading .detail { display: block; }
    }
    """
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (12, "-low"), (20, "-middle"), (32, "-high")]
    BINDINGS = [
        Binding("tab", "turn(1)", "Next view", show=False, id="inspect.next"),
        Binding("shift+tab", "turn(-1)", "Previous view", show=False, id="inspect.previous"),
        Binding("1", "view('EVENTS')", "Events", show=False, id="inspect.events"),
        Binding("2", "view('SUMMARY')", "Summary", show=False, id="inspect.summary"),
        Binding("3", "view('REQUEST')", "Request", show=False, id="inspect.request"),
        Binding("4", "view('MESSAGE')", "Message", show=False, id="inspect.message"),
        Binding("enter", "read", "Whole event", show=False, id="inspect.whole"),
        Binding("slash", "filter", "Filter by words", show=False, id="inspect.filter"),
        Binding("f", "kind", "Filter by kind", show=False, id="inspect.kind"),
        Binding("c", "copy_curl", "Copy as curl", show=False, id="inspect.curl"),
        Binding("s", "save", "Save as a tape", show=False, id="inspect.tape"),
        Binding("y", "copy", "Copy", show=False, id="inspect.copy"),
        Binding("Y", "write", "Copy all to a file", show=False, id="inspect.copy-file"),
    ]

    def __init__(
        self,
        inspected: Inspected,
        copy: Callable[[str, str], None],
        write: Callable[[str, str], None],
        save: Callable[[], Awaitable[str]],
    ) -> None:
        super().__init__()
        self._inspected = inspected
        self._copy, self._write, self._save = copy, write, save
        self._view = View.EVENTS if inspected.reader is not None else View.MESSAGE
        self._filter = RowFilter()
        self._title = Plain("", classes="title")
        self._views = Plain("", classes="views")
        self._note = Plain("", classes="note")
        self._plot = Sparkline([], classes="page plot -of-events -of-summary")
        self._span = Plain("", classes="page plot span -of-events -of-summary")
        # who looks at what comes follows its end, who comes later begins at the beginning
        self._rows = WireRows(
            inspected.masked, follows=not inspected.is_over, classes="page -of-events"
        )
        self._field = Field(placeholder="words in an event")
        self._facts = FactRows(classes="page -of-summary")
        self._texts = {"detail": Plain(), "request": Plain(), "facts": Plain()}
        self._scrolls = {
            "detail": VerticalScroll(self._texts["detail"], classes="page detail -of-events"),
            "request": VerticalScroll(self._texts["request"], classes="page request -of-request"),
            "facts": VerticalScroll(self._texts["facts"], classes="page facts -of-message"),
        }

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield self._title
            yield self._views
            yield self._note
            yield self._plot
            yield self._span
            yield Columns(classes="page columns -of-events")
            yield self._rows
            yield self._field
            yield self._facts
            yield from self._scrolls.values()
            yield self.hint(
                "{inspect.next} views · {inspect.whole} event · {inspect.filter} filter"
                " · {inspect.kind} kind · {inspect.copy} copy · {inspect.copy-file} to a file"
                " · {inspect.curl} curl · {inspect.tape} tape · {dialog.close} close"
            )

    @on(events.Mount)
    async def _begin(self) -> None:
        await self._turn_to(self._view)
        self.run_worker(self._follow(), group="inspector", exclusive=True)

    # What comes

    async def _follow(self) -> None:
        """Read what there is, then what comes, until there can be no more."""
        reader = self._inspected.reader
        while True:
            was_over = self._inspected.is_over
            has_more = False
            while reader is not None and reader.read(_READ_AT_ONCE):
                has_more = True
                await asyncio.sleep(0)
            if has_more or was_over:
                await self._draw()
            if was_over:
                return
            await asyncio.sleep(LOOK_EVERY_S)

    async def _draw(self) -> None:
        """Show what is known by now in the view that is open."""
        state = "" if self._inspected.is_over else " · still coming"
        self._title.update(f"Message {self._inspected.as_it_is.id}{state}")
        self._note.update(self._inspected.note)
        self._note.set_class(bool(self._inspected.note), "-told")
        self._draw_views()
        match self._view:
            case View.EVENTS:
                self._draw_plot()
                self._draw_rows()
            case View.SUMMARY:
                self._draw_plot()
                await self._facts.show(summary_of(self._inspected))
            case View.REQUEST:
                self._texts["request"].update(request_page(self._inspected))
            case View.MESSAGE:
                self._texts["facts"].update(self._message_page)

    def _draw_views(self) -> None:
        names = (
            f"▸{number} {each.value}" if each is self._view else f"{number} {each.value}"
            for number, each in enumerate(View, start=1)
        )
        told = f" · {self._filter.told}" if self._view is View.EVENTS else ""
        self._views.update("  ".join(names) + told)

    def _draw_plot(self) -> None:
        reader = self._inspected.reader
        if reader is None or (call := reader.answer) is None:
            return
        plot = arrivals(call, reader.rows, self._plot.size.width or _SPANS)
        self._plot.data = plot.spans
        words = f"{size(sum(plot.spans))} in {seconds(plot.span_s)} from the request on"
        self._span.update(words)

    def _draw_rows(self) -> None:
        reader = self._inspected.reader
        if reader is not None:
            self._filter.take(reader)
            numbers = {call: number for number, call in enumerate(reader.calls, start=1)}
            began_s = reader.rows[0].event.at_s if reader.rows else 0.0
            self._rows.show(self._filter.rows, numbers, began_s)
        self._draw_views()

    def on_wire_rows_moved(self) -> None:
        row = self._rows.selected
        page = "" if row is None else event_page(self._inspected, row)
        self._texts["detail"].update(page)

    # Keys

    async def action_turn(self, step: int) -> None:
        await self._turn_to(following(self._view, [*View], step))

    async def action_view(self, name: str) -> None:
        await self._turn_to(View[name])

    async def _turn_to(self, view: View) -> None:
        self.remove_class(*(f"-{each.name.lower()}" for each in View), "-reading")
        self.add_class(f"-{view.name.lower()}")
        self._view = view
        await self._draw()
        places = {
            View.EVENTS: self._rows,
            View.SUMMARY: self._facts,
            View.REQUEST: self._scrolls["request"],
            View.MESSAGE: self._scrolls["facts"],
        }
        places[view].focus()

    def action_read(self) -> None:
        """Show the whole of an event in place of the list, or the list again."""
        if self._view is View.EVENTS:
            self.toggle_class("-reading")
            place = self._scrolls["detail"] if self.has_class("-reading") else self._rows
            place.focus()

    async def action_filter(self) -> None:
        if self._view is not View.EVENTS:
            await self._turn_to(View.EVENTS)
        self.add_class("-filtered")
        self._field.focus()

    def action_kind(self) -> None:
        self._filter.turn()
        self._draw_rows()

    def on_input_changed(self, event: Field.Changed) -> None:
        self._filter.words = event.value
        self._draw_rows()

    def on_input_submitted(self) -> None:
        self._rows.focus()

    def action_close(self) -> None:
        """Leave the event, then the filter, then the dialog."""
        if self.has_class("-reading"):
            self.action_read()
        elif self.has_class("-filtered"):
            self.remove_class("-filtered")
            self._field.value = ""
            self._rows.focus()
        else:
            super().action_close()

    def action_save(self) -> None:
        self.run_worker(self._save_tape(), group="tape", exclusive=True)

    async def _save_tape(self) -> None:
        if told := await self._save():
            self.app.notify(told, markup=False)

    def action_copy_curl(self) -> None:
        self._copy(request_command(self._inspected), "request")

    def action_copy(self) -> None:
        if self._view is View.EVENTS:
            row = self._rows.selected
            self._copy(events_page(self._inspected, [row] if row is not None else []), "event")
        else:
            self._copy(self._page(), self._view.value.lower())

    def action_write(self) -> None:
        self._write(self._page(), self._view.value.lower())

    def _page(self) -> str:
        """Return the view that is open as text."""
        match self._view:
            case View.EVENTS:
                return events_page(self._inspected, self._filter.rows[:COPIED_ROWS])
            case View.SUMMARY:
                facts = summary_of(self._inspected)
                return "\n".join(f"{each.name:<13} {each.words}" for each in facts)
            case View.REQUEST:
                return request_page(self._inspected)
            case View.MESSAGE:
                return self._message_page

    @property
    def _message_page(self) -> str:
        inspected = self._inspected
        return message_page(inspected.as_it_is, inspected.conversation.session_id)
