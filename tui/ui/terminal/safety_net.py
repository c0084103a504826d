"""Safety net under Textual: what fails in one part leaves the others, and the app, going on.

Textual ends a part of the app with the first exception in it, and the app with that part.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Generic, TypeVar

from rich.console import RenderableType
from textual.app import App
from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.geometry import Region
from textual.message import Message
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widget import MountError, Widget
from textual.worker import WorkerFailed

from tui.errors import RunnelError
from tui.ui.terminal.scroll_bar import bar_lines
from tui.unexpected import place_of, reported

MANY_FAULTS = 20
WITHIN_S = 10.0
"""So many faults of one place in so short a time would go on for ever: the app ends."""

Result = TypeVar("Result")


class Faults:
    """Counts the faults of each place, to know those that will not stop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: dict[str, deque[float]] = {}

    def repeats_for_ever(self, error: Exception) -> bool:
        """Count `error`, and say whether there were too many like it of late."""
        times = self._times.setdefault(place_of(error), deque(maxlen=MANY_FAULTS))
        times.append(self._clock())
        return len(times) == MANY_FAULTS and times[-1] - times[0] < WITHIN_S


class EnduringApp(App[Result], Generic[Result]):
    """Goes on after an exception that nobody caught, and tells of it.

    With nothing to go on with, or a fault that repeats for ever, it ends.
    """

    def __init__(self) -> None:
        super().__init__()
        self.fault: RunnelError | None = None
        """Why the app ended though nobody wanted it to."""
        self._faults = Faults()
        self._undrawn: set[str] = set()
        self._is_ending = False

    def show_fault(self, fault: RunnelError) -> bool:
        """Tell the person; `False` when there is nothing to go on with."""
        return False

    def rescue(self) -> str:
        """Save what was written before the app ends; return a sentence about where to."""
        return ""

    def endure(self, error: Exception) -> None:
        """Tell of `error` and go on, or end."""
        fault = reported(error)
        if self._is_ending:
            # parts go before those that draw them, which is no reason to end in another way
            return
        self.fault = fault
        try:
            goes_on = not self._faults.repeats_for_ever(error) and self.show_fault(fault)
        except Exception as second:  # noqa: BLE001 - nothing from now on would be told
            reported(second)
            goes_on = False
        if not goes_on:
            self._end_with(fault)

    @contextmanager
    def enduring(self) -> Iterator[None]:
        """Go on behind this block if something in it fails."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - it is told
            self.endure(error)

    def endure_undrawn(self, error: Exception) -> None:
        """Tell, once, of a widget that cannot be drawn, though that is tried with every frame."""
        if place_of(error) not in self._undrawn:
            self._undrawn.add(place_of(error))
            # not in the middle of a frame
            self.call_later(self.endure, error)

    def exit(
        self,
        result: Result | None = None,
        return_code: int = 0,
        message: RenderableType | None = None,
    ) -> None:
        self.fault, self._is_ending = None, True
        super().exit(result, return_code, message)

    def _end_with(self, fault: RunnelError) -> None:
        saved = ""
        try:
            saved = self.rescue()
        except Exception as second:  # noqa: BLE001 - the end comes all the same
            reported(second)
        self.exit(return_code=fault.exit_code)
        fault.hint = f"{saved} {fault.hint}".strip()
        self.fault = fault

    async def _dispatch_message(self, message: Message) -> None:
        with self.enduring():
            await super()._dispatch_message(message)

    def _register_child(
        self, parent: DOMNode, child: Widget, before: int | None, after: int | None
    ) -> None:
        """Have each part of the app go on with its next message when one fails.

        Textual has no public place for it: the loop that takes a part's messages ends with the
        first one that fails.
        """
        self._guard(child)
        super()._register_child(parent, child, before, after)

    def _start_widget(self, parent: Widget, widget: Widget) -> None:
        # scroll bars and the corner between them come this way
        self._guard(widget)
        super()._start_widget(parent, widget)

    def _guard(self, widget: Widget) -> None:
        if "_dispatch_message" in vars(widget):
            return
        dispatch = widget._dispatch_message

        async def dispatch_guarded(message: Message) -> None:
            # not `enduring`, whose making costs as much as many a message
            try:
                await dispatch(message)
            except Exception as error:  # noqa: BLE001 - it is told
                self.endure(error)

        widget._dispatch_message = dispatch_guarded  # type: ignore[method-assign]

    def _handle_exception(self, error: Exception) -> None:
        # Textual comes here with what fails outside of messages: workers, timers, layouts
        cause = error.error if isinstance(error, WorkerFailed) else error
        self.endure(cause if isinstance(cause, Exception) else error)


@contextmanager
def enduring(widget: Widget) -> Iterator[None]:
    """Have the app of `widget` go on behind this block if something in it fails."""
    app = widget.app
    with app.enduring() if isinstance(app, EnduringApp) else nullcontext():
        try:
            yield
        except (NoMatches, MountError):
            # when the app ends, the widgets go before what changes them
            if widget.is_attached and app.is_running:
                raise


def lines_of(widget: Widget, crop: Region) -> list[Strip]:
    """Return the rows of a widget, blank ones when it cannot be drawn."""
    try:
        return (
            bar_lines(widget, crop) if isinstance(widget, ScrollBar) else widget.render_lines(crop)
        )
    except Exception as error:
        app = widget.app
        if not isinstance(app, EnduringApp):
            raise
        # one that is not there any more goes with the next layout
        if widget.is_attached:
            app.endure_undrawn(error)
        return [Strip.blank(crop.width)] * crop.height
