"""App and screen bases: a faulty part does not end them, and all they show is drawn safely."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any, Generic

from rich.color import ColorSystem
from rich.console import RenderableType
from textual import _time, events
from textual.app import App
from textual.await_remove import AwaitRemove
from textual.dom import DOMNode
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.filter import Monochrome, NoColor
from textual.geometry import Region, Size
from textual.messages import Layout
from textual.notifications import SeverityLevel
from textual.reactive import Reactive
from textual.screen import Screen
from textual.scrollbar import ScrollBar
from textual.theme import Theme
from textual.widget import Widget

from tui.safe_text import clean
from tui.ui.terminal.acknowledgement import STANDING_S, TerminalCaughtUp
from tui.ui.terminal.backpressure import is_behind
from tui.ui.terminal.compositor import DirtyRowsCompositor, Surface, safe_update
from tui.ui.terminal.driver import TerminalDriver, redraw
from tui.ui.terminal.frame_gate import FrameGate
from tui.ui.terminal.handlers import look_handlers_up_once
from tui.ui.terminal.lean_nodes import make_nodes_lean
from tui.ui.terminal.lean_rows import make_rows_lean
from tui.ui.terminal.link import Link
from tui.ui.terminal.loop_time import loop_time_s
from tui.ui.terminal.osc52 import OSC52_BYTES, fits_osc52
from tui.ui.terminal.safety_net import EnduringApp, Result, enduring
from tui.ui.terminal.scroll_bar import SharedRowsBar
from tui.ui.terminal.stylesheet import COLOUR_SETS, SharingStylesheet
from tui.ui.terminal.surroundings import in_gnu_screen

TOAST_S = 2.0
READ_CHARS_A_S = 20
HURRIED_S = 0.05
"""So long after a key what it changes is drawn at once."""


class _ThemeKey:
    """A theme by what it says: Textual lets another of its name take its place."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def __hash__(self) -> int:
        return hash(self._theme.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ThemeKey) and other._theme == self._theme


@lru_cache(COLOUR_SETS)
def _variables_in(theme: _ThemeKey) -> dict[str, str]:
    """Return where the variables of CSS in a theme are kept; Textual computes them each time."""
    return {}


class TerminalApp(EnduringApp[Result], Generic[Result]):
    """Writes what changed on any screen, Textual's own among them, through `AnsiWriter`.

    What is cut or copied anywhere comes back as it was when it is pasted here. The terminal, from
    which it may be pasted into a shell, gets it cleaned, and never more than it takes.
    """

    is_seen = True
    """Whether anybody gets what changes; where nobody does, it is laid out and not painted."""

    def __init__(self, link: Link | None = None) -> None:
        super().__init__()
        self.link = link or Link()
        # GNU screen takes the parts of one of 16 million colours for codes of their own
        in_screen = in_gnu_screen(os.environ)
        self._most_colours = ColorSystem.EIGHT_BIT if in_screen else ColorSystem.TRUECOLOR
        self._gate = FrameGate(self.link, self._may_draw, self._draw_held_back)
        self.stylesheet = SharingStylesheet(variables=self.theme_variables)
        ScrollBar.renderer = SharedRowsBar
        look_handlers_up_once()
        make_nodes_lean()
        make_rows_lean()
        self._copied = ""

    @property
    def _background_screens(self) -> list[Screen[Any]]:
        """Screens of which something is to be seen behind the one on top.

        Textual names the one below in any case: it was laid out with each size of the window, and
        what it had to draw then had the one on top drawn whole once more.
        """
        is_all_covered = bool(self._screen_stack) and self.screen.styles.background.a == 1
        return [] if is_all_covered else super()._background_screens

    def _prune(self, *nodes: Widget, parent: DOMNode | None = None) -> AwaitRemove:
        # a screen that goes leaves those below laid out as they are; Textual lays out anew, twice
        return super()._prune(*nodes, parent=None if parent is self else parent)

    def _end_batch(self) -> None:
        # Textual also has the app look for messages, which does nothing here but take its time
        self._batch_count -= 1

    def get_css_variables(self) -> dict[str, str]:
        known = _variables_in(_ThemeKey(self.current_theme))
        if not known:
            known |= super().get_css_variables()
        self.theme_variables = dict(known)
        return self.theme_variables

    def get_driver_class(self) -> type[Driver]:
        # where Textual was told to use another one, or none of its own runs, that one stays
        chosen = super().get_driver_class()
        return TerminalDriver if chosen is LinuxDriver else chosen

    @property
    def clipboard(self) -> str:
        return self._copied

    def copy_to_clipboard(self, text: str) -> None:
        # by its length first: cleaning megabytes would be felt
        if len(text) <= OSC52_BYTES and fits_osc52(cleaned := clean(text)):
            super().copy_to_clipboard(cleaned)
        self._copied = text

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Show a sentence in a corner, without a `timeout` as long as it takes to read.

        It is never read as `markup`, whatever is asked for.
        """
        timeout = timeout or max(TOAST_S, len(message) / READ_CHARS_A_S)
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=False)

    def begin_in(self, theme: Theme) -> None:
        """Draw in this theme, before anything is drawn or parsed, or all of it would be once more.

        Filters of colours are set up as well; Textual's stay as its own first theme needs them.
        """
        self.register_theme(theme)
        self.set_reactive(App.theme, theme.name)
        self.stylesheet.set_variables(self.get_css_variables())
        self._refresh_truecolor_filter(self.ansi_theme)
        if theme.ansi:
            self._filters = [
                NoColor() if isinstance(each, Monochrome) else each for each in self._filters
            ]

    @property
    def has_few_colours(self) -> bool:
        """The terminal shows sixteen colours or fewer, or none were wished for (`NO_COLOR`)."""
        return self.no_color or self.console.color_system in (None, "standard", "windows")

    def ask_background(self) -> bool:
        """Have a `TerminalBackground` come, unless there is nobody to ask; return whether."""
        return isinstance(self._driver, TerminalDriver) and self._driver.ask_background()

    async def push_screen_wait(self, screen: Screen[Any] | str, *, mode: str | None = None) -> Any:
        """Put a screen over the others and return what it ends with; gone with who waits for it."""
        try:
            return await super().push_screen_wait(screen, mode=mode)
        except asyncio.CancelledError:
            if isinstance(screen, Screen) and screen.is_current and self.is_running:
                # nobody would hear what is chosen in it
                screen.dismiss(None)
            raise

    def show_title(self, title: str) -> None:
        """Have a title on the terminal's window or tab, where there is a terminal."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.show_title(title)

    def write_once(self, sequences: str) -> None:
        """Write whole sequences that are no part of a frame, behind what is waiting."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.write(sequences)

    def action_redraw(self) -> None:
        """Draw every cell again, for a terminal that something else has written on."""
        redraw(self)

    def on_terminal_caught_up(self, event: TerminalCaughtUp) -> None:
        self.link.note_taken(event.size_bytes, event.took_s)
        if event.took_s < STANDING_S:
            self._gate.look()
        else:
            self._gate.look_soon()
        if isinstance(self._driver, TerminalDriver):
            # about what was written meanwhile
            self._driver.ask_to_acknowledge()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key):
            self._gate.note_key()
        await super().on_event(event)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        update, driver = safe_update(renderable), self._driver
        if not isinstance(driver, TerminalDriver) or update is None or self._batch_count:
            super()._display(screen, update)
        elif self._gate.lets_through(update.regions):
            terms = self.link.terms
            if not terms.skips_equal:
                driver.shown.forget()
            shown = driver.shown if terms.skips_equal else None
            update.surface = Surface(min(terms.colours, self._most_colours), shown)
            with driver.one_write():
                super()._display(screen, update)
            driver.ask_to_acknowledge()

    def pass_frame(self) -> None:
        """Take note that a frame was due which nobody gets."""

    def _may_draw(self) -> bool:
        return not is_behind(self) and not self._batch_count

    def _draw_held_back(self, regions: Collection[Region]) -> None:
        if not (self.is_running and self.screen_stack):
            return
        screen = self.screen
        compositor = screen._compositor
        # the window may be smaller by now, or a screen lie over it that has no layout yet
        shown = (compositor.size.region.intersection(region) for region in regions)
        compositor._dirty_regions.update(filter(None, shown))
        screen._compositor_refresh()


class DirtyRowsScreen(Screen[Result], Generic[Result]):
    """A screen of which a few rows change many times a second."""

    # Textual has all of a screen drawn again; what has the focus and what had it ask for it anyway
    focused = Reactive[Widget | None](None, repaint=False)

    def __init__(
        self,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name, id, classes)
        self._compositor = DirtyRowsCompositor()
        self._hurried_until = 0.0
        self._laid_out_at = 0.0
        """On the clock of messages, when the last layout of all there is began."""
        self._is_drawing = False
        """What was asked for with `draw_soon` is about to be drawn."""
        self._before_frame: dict[Callable[[], object], None] = {}
        """What is to be done before the next frame, in the order in which it was asked for."""

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        if not self.stack_updates:
            # all of it got its styles as it was mounted, a moment ago
            event.refresh_styles = False

    def before_frame(self, job: Callable[[], object]) -> None:
        """Do `job` once before the next frame, however often it is asked for until then.

        Of a screen of which nothing is drawn meanwhile that is when it is drawn again.
        """
        self._before_frame[job] = None
        self.check_idle()

    def _on_timer_update(self) -> None:
        if self._before_frame and self.is_current and not self.app._batch_count:
            jobs, self._before_frame = self._before_frame, {}
            for job in jobs:
                with enduring(self):
                    job()
        super()._on_timer_update()

    def draw_soon(self, widget: Widget) -> None:
        """Draw the cells of `widget` that are to be drawn again, behind what goes on now."""
        self._dirty_widgets.add(widget)
        if not self._is_drawing:
            self._is_drawing = True
            asyncio.get_running_loop().call_soon(self._draw_asked)

    def _draw_asked(self) -> None:
        self._is_drawing = False
        with enduring(self):
            self._on_timer_update()
            if self._dirty_widgets:
                # behind a batch of changes
                self.check_idle()

    def _screen_resized(self, size: Size) -> None:
        # the app tells of another size, and so does the layout that was made for it
        if size != self._compositor.size:
            super()._screen_resized(size)

    def _refresh_layout(self, size: Size | None = None, scroll: bool = False) -> None:
        if (size or self.outer_size) and not (scroll and not self._layout_widgets):
            # what asks for it from now on is laid out again
            self._laid_out_at, self._layout_required = _time.get_time(), False
        super()._refresh_layout(size, scroll)

    async def _on_layout(self, message: Layout) -> None:
        """Lay nothing out for what was asked before the last layout: Textual would, once more.

        Whatever is mounted asks for it, and a screen is laid out as it comes to the top.
        """
        if message.time < self._laid_out_at:
            message.prevent_default()
            message.stop()

    def _compositor_refresh(self) -> None:
        if self.app._batch_count:
            # nothing of it would be written, and Textual would take it for drawn
            self.refresh()
        elif isinstance(self.app, TerminalApp) and not self.app.is_seen:
            # a still of it is painted from nothing
            self._dirty_widgets.clear()
            self._compositor._dirty_regions.clear()
            self.app.pass_frame()
        else:
            super()._compositor_refresh()

    def hurry(self) -> None:
        """Draw without delay what changes in the next moment, because a key was pressed.

        Textual draws sixty times a second: a key right after a frame would wait for the next one.
        """
        self._hurried_until = loop_time_s() + HURRIED_S

    async def _on_idle(self, event: events.Idle) -> None:
        # where nothing is to be drawn this does nothing
        if loop_time_s() < self._hurried_until:
            self._on_timer_update()
        elif self._before_frame and self.is_current:
            self._update_timer.resume()
