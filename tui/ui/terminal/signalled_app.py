"""App base that ends in its own way at a signal, so that the terminal gets its modes back."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from functools import partial

from textual.app import App

from tui.ui.terminal.hangup import on_hangup, on_interrupt


class SignalledApp(App[None]):
    """Textual handles no signal; who heard of an interrupt before does so again behind the app."""

    _undo_signals: tuple[Callable[[], None], ...] = ()
    """What takes back what answers signals."""

    def give_up(self, return_code: int) -> None:
        """End though nobody asked for it."""
        raise NotImplementedError

    async def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGQUIT):
            loop.add_signal_handler(number, self.give_up, 128 + number)
        self._undo_signals = (
            on_hangup(partial(self.give_up, 128 + signal.SIGHUP)),
            on_interrupt(partial(self.give_up, 128 + signal.SIGINT)),
        )

    async def on_unmount(self) -> None:
        for undo in self._undo_signals:
            undo()
