"""Driver of the terminal: reads its bytes, writes to it, follows its size, notices its end.

In place of Textual's, which dies of a byte that is no UTF-8, waits for a terminal that reads
nothing, and spins when it is gone.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.geometry import Size

from tui.ui.terminal import modes, size
from tui.ui.terminal.acknowledgement import Acknowledgement
from tui.ui.terminal.early_input import EarlyInput
from tui.ui.terminal.hangup import hang_up
from tui.ui.terminal.input_parser import InputParser, TerminalReady
from tui.ui.terminal.link import Link, Linked
from tui.ui.terminal.link_meter import LARGE_BYTES
from tui.ui.terminal.output_writer import OutputWriter
from tui.ui.terminal.shown_cells import ShownCells
from tui.ui.terminal.throttle import Throttle
from tui.ui.terminal.title import RESTORE_TITLE, SAVE_TITLE, title_sequence

_READ_BYTES = 4096
_JOIN_S = 1.0
_ASK_EVERY_S = 5.0
"""So often it is measured how long little takes to come to the terminal."""
_LAST_REPLY_S, _LAST_SLOW_REPLY_S = 0.5, 2.0
"""So long the last answer is waited for; what is on its way over a slow link takes its time."""
RESIZES_APART_S = 0.18
"""A window that is dragged has another size fifty times a second; to lay out for each is dear."""


def redraw(app: App[Any]) -> None:
    """Draw every cell again."""
    if isinstance(app._driver, TerminalDriver):
        app._driver.shown.forget()
    app.screen.refresh(repaint=True, layout=True)
    app.refresh(repaint=True, layout=True)


class TerminalDriver(Driver):
    """Draws on stderr, which leads to the terminal even where stdout does not, and reads stdin."""

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        assert sys.__stdin__ is not None
        assert sys.__stderr__ is not None
        self._input = sys.__stdin__.fileno()
        self._output = sys.__stderr__.fileno()
        super().__init__(app, debug=debug, mouse=mouse, size=size or self._drawn_size)
        self._link = app.link if isinstance(app, Linked) else Link()
        self._acknowledgement = Acknowledgement()
        self.shown = ShownCells()
        self._writer: OutputWriter | None = None
        self._gathered: list[str] | None = None
        """What becomes one write; `None` while each is one of its own."""
        self._stopped_writer: OutputWriter | None = None
        self._reader: threading.Thread | None = None
        self._settings_before: modes.TerminalSettings | None = None
        self._is_too_small = False
        self._resizing = Throttle(self._follow_size, RESIZES_APART_S)
        self._is_suspended = False
        self._title: str | None = None
        """`None` as long as the terminal's own is left alone."""
        self._end_reading, self._reading_ended = os.pipe()
        signal.signal(signal.SIGTSTP, self._suspend)
        signal.signal(signal.SIGCONT, self._resume)

    @property
    def can_suspend(self) -> bool:
        return True

    @property
    def has_room(self) -> bool:
        """Whether the terminal would take a frame now, at the terms of the link."""
        terms, writer = self._link.terms, self._writer
        if writer is not None and writer.pending_writes > terms.pending_writes:
            return False
        limit = terms.unanswered_bytes
        return limit is None or self._acknowledgement.has_room(limit)

    def ask_to_acknowledge(self) -> None:
        """Have the terminal say when it has taken all frames up to now, where that matters."""
        terms, asking = self._link.terms, self._acknowledgement
        is_worth_it = asking.written_bytes >= LARGE_BYTES or asking.asked_ago_s > _ASK_EVERY_S
        if terms.unanswered_bytes is not None or (self._link.is_measured and is_worth_it):
            self._ask()

    def _ask(self) -> None:
        if not modes.answers_questions() or self._writer is None or self._is_too_small:
            return
        if question := self._acknowledgement.question():
            self._writer.write(question)

    def write(self, data: str) -> None:
        """Have `data` written by and by; a frame that could not be seen is drawn later instead."""
        # the clipboard's sequence (OSC 52), a bell and a notification are sent once only
        is_frame = not data.startswith(("\x1b]", "\x1bP", "\a"))
        if self._writer is None or (is_frame and self._is_too_small):
            return
        self._acknowledgement.note_written(len(data))
        if self._gathered is None:
            self._writer.write(data)
        else:
            self._gathered.append(data)

    @contextmanager
    def one_write(self) -> Iterator[None]:
        """Have all that is written in the block written as one.

        Textual writes where a frame begins, the frame, and where it ends: three times the thread
        that writes would be woken, and the terminal read.
        """
        gathered: list[str] = []
        self._gathered = gathered
        try:
            yield
        finally:
            self._gathered = None
            if gathered and self._writer is not None:
                self._writer.write("".join(gathered))

    def ask_background(self) -> bool:
        """Ask what colour the ground is; return whether there is a terminal that may answer."""
        if not os.isatty(self._input):
            return False
        self.write(modes.ASK_BACKGROUND)
        return True

    def show_title(self, title: str) -> None:
        """Have a title on the window or tab, until the terminal is given back."""
        if title != self._title:
            is_first, self._title = self._title is None, title
            if self._writer is not None:
                before = SAVE_TITLE if is_first else ""
                self._writer.write(before + title_sequence(title))

    def start_application_mode(self) -> None:
        if not self._is_in_foreground():
            return
        if self._stopped_writer is not None:
            # a terminal that was stuck would get its last words behind what is written now
            self._stopped_writer.abandon()
        self.shown.forget()
        self._writer = OutputWriter(self._output)
        self._writer.start()
        self._settings_before = modes.make_raw(self._input)
        early = EarlyInput(self._input, self._settings_before)
        self._writer.write(modes.on() + self._title_on)
        if modes.answers_questions():
            self._writer.write(modes.ASK_WHOLE_FRAMES)
        self._acknowledgement = Acknowledgement()
        if self._link.may_ask:
            # nearly nothing is before it: the time there and back
            self._acknowledgement.note_written(len(modes.on()))
            self._ask()
        signal.signal(signal.SIGWINCH, self._follow_size_soon)
        self._follow_size()
        self._reader = threading.Thread(
            target=self._read, args=(early,), name="terminal-input", daemon=True
        )
        self._reader.start()
        if self._is_suspended:
            self._is_suspended = False
            self.send_message(self.SignalResume())
            # the alternate screen is empty when it is entered again
            self._redraw_soon()

    def disable_input(self) -> None:
        if self._reader is None:
            return
        signal.signal(signal.SIGWINCH, signal.SIG_DFL)
        os.write(self._reading_ended, b"\0")
        self._reader.join(_JOIN_S)
        self._reader = None
        os.read(self._end_reading, 1)

    def stop_application_mode(self) -> None:
        # whoever reads the terminal next would take it for typed
        self._acknowledgement.wait(_LAST_SLOW_REPLY_S if self._link.is_slow else _LAST_REPLY_S)
        self.disable_input()
        self.close()

    def close(self) -> None:
        if self._writer is None:
            return
        self._stopped_writer = writer = self._writer
        self._writer = None
        modes.restore(self._input, self._settings_before)
        writer.stop(self._title_off + modes.WIPED + modes.OFF)

    @property
    def _title_on(self) -> str:
        return "" if self._title is None else SAVE_TITLE + title_sequence(self._title)

    @property
    def _title_off(self) -> str:
        return "" if self._title is None else RESTORE_TITLE

    # Input

    def _read(self, early: EarlyInput) -> None:
        parser = InputParser()
        while True:
            due_at = parser.deadline
            wait_s = None if due_at is None else max(0.0, due_at - time.monotonic())
            ready, _, _ = select.select([self._input, self._end_reading], [], [], wait_s)
            if self._end_reading in ready:
                return
            # what has come in the meantime belongs to what was begun, however late it is
            if self._input in ready:
                try:
                    data = os.read(self._input, _READ_BYTES)
                except BlockingIOError:
                    continue
                except OSError:
                    data = b""
                if not data:
                    hang_up()
                    return
                messages = parser.feed(early.as_typed(data))
            else:
                messages = parser.expire()
            for message in messages:
                if not isinstance(message, TerminalReady):
                    self.process_message(message)
                elif (caught_up := self._acknowledgement.note_reply()) is not None:
                    # timed here: the loop may be busy
                    self.process_message(caught_up)

    # Size

    @property
    def _drawn_size(self) -> Size:
        return size.drawn_size(size.terminal_size(self._output))

    def _follow_size_soon(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._resizing.request)

    def _follow_size(self) -> None:
        """Tell the application, unless there is no room for it: then say so in its place."""
        if self._writer is None:
            return
        self.shown.forget()
        real_size = size.terminal_size(self._output)
        was_too_small, self._is_too_small = self._is_too_small, not size.is_usable(real_size)
        if self._is_too_small:
            self._writer.write(f"\x1b[2J\x1b[H{size.too_small_line(real_size.width)}")
        elif was_too_small:
            self._redraw_soon()
        self.send_message(events.Resize(self._drawn_size, self._drawn_size))

    def _redraw_soon(self) -> None:
        # the loop has closed when the app ended while a terminal was behind
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(redraw, self._app)

    # Suspension

    def _is_in_foreground(self) -> bool:
        """Touch the terminal as only the foreground may; stop where this is not in it."""

        def stop_again(*_: object) -> None:
            os.kill(os.getpid(), signal.SIGSTOP)

        numbers = (signal.SIGTTOU, signal.SIGTTIN)
        for number in numbers:
            signal.signal(number, stop_again)
        try:
            settings = termios.tcgetattr(self._input)
            termios.tcsetattr(self._input, termios.TCSANOW, settings)
        except termios.error:
            hang_up()
            return False
        finally:
            for number in numbers:
                signal.signal(number, signal.SIG_DFL)
        return True

    def _suspend(self, *_: object) -> None:
        if self._auto_restart:
            self.suspend_application_mode()
            self._is_suspended = True
        os.kill(os.getpid(), signal.SIGSTOP)

    def _resume(self, *_: object) -> None:
        if self._writer is not None:
            # stopped by something else, which may have used the terminal
            self._loop.call_soon_threadsafe(self._take_terminal_again)
        elif self._auto_restart and self._is_suspended:
            self.resume_application_mode()

    def _take_terminal_again(self) -> None:
        if self._writer is not None:
            modes.make_raw(self._input)
            self._writer.write(self._title_off + modes.OFF + modes.on() + self._title_on)
            self._redraw_soon()
