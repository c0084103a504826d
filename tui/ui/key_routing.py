"""Queue of keys and pastes: each acts when what the one before began is done."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence

from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

Typed = events.Key | events.Paste

SETTLE_S = 1.0
"""So long at most a key waits for what the one before it began."""
_LOOK_S = 0.05


class KeyQueue:
    """Lets keys that come in a burst act as they do one by one.

    A screen that a key opens or closes, and the focus it moves, take several turns of the event
    loop; Textual would hand the keys behind it to what had the focus before. `act` does what one
    of them does. Nothing acts before `open`.
    """

    def __init__(self, app: App[None], act: Callable[[Typed], Awaitable[None]]) -> None:
        self._app = app
        self._act = act
        self._waiting: deque[Typed] = deque()
        self._is_settled = False
        self._settling: asyncio.Task[None] | None = None
        self._text: Widget | None = None
        """Where letters are being written; more of them need not wait."""
        self._letters = 0
        self.is_ahead = False
        """What acts now was typed before anybody could see what the key before it did."""

    def open(self) -> None:
        """Begin to act, with what has been typed up to now."""
        self._app.call_later(self._next)

    async def take(self, event: Typed) -> None:
        """Act on `event` now, or in its turn."""
        if self._is_settled:
            await self._do(event, is_ahead=False)
        elif not self._waiting and self._goes_on_writing(event):
            await self._write(event)
        else:
            self._waiting.append(event)

    async def _next(self) -> None:
        if not self._waiting:
            self._is_settled = True
            return
        await self._do(self._waiting.popleft(), is_ahead=True)
        while self._waiting and self._goes_on_writing(self._waiting[0]):
            await self._write(self._waiting.popleft())

    def _goes_on_writing(self, event: Typed) -> bool:
        return self._text is not None and self._writes_in(event, self._text)

    def _writes_in(self, event: Typed, field: Widget) -> bool:
        writes = isinstance(event, events.Paste) or event.is_printable
        return writes and self._app.focused is field

    async def _write(self, event: Typed) -> None:
        self._letters += 1
        await self._act(event)

    async def _do(self, event: Typed, *, is_ahead: bool) -> None:
        self._is_settled, self.is_ahead = False, is_ahead
        front, focused = self._app.screen, self._app.focused
        try:
            await self._act(event)
        finally:
            # not at the top: much to import before the first screen is drawn
            from textual.widgets import TextArea

            # a letter there does nothing but change the text, and there may be thousands
            is_letter = isinstance(focused, TextArea) and self._writes_in(event, focused)
            self._text = focused if is_letter else None
            self._settling = asyncio.create_task(self._settle(event, front, focused))

    async def _settle(self, event: Typed, front: Screen[object], focused: Widget | None) -> None:
        from textual.widgets import Input

        try:
            if self._text is not None:
                await self._pass_letters(self._text)
            elif isinstance(focused, Input) and self._writes_in(event, focused):
                # a dialog may act on it at once
                await self._pass(self._upwards(focused)[:-1], SETTLE_S)
            else:
                await self._pass_all(focused)
        finally:
            self._text = None
            # whatever failed, the keys behind it act
            if self._app.is_running:
                self._drop_repeats(event, front)
                self._app.call_later(self._next)

    async def _pass_letters(self, text: Widget) -> None:
        letters = -1
        while letters != self._letters:
            letters = self._letters
            await self._pass((text,), SETTLE_S)

    async def _pass_all(self, focused: Widget | None) -> None:
        """Wait until all who may have to do with a key have, and nothing is opened or closed."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + SETTLE_S
        before: object = None
        while self._app.is_running and (left_s := deadline - loop.time()) > 0:
            await self._pass(self._upwards(focused), left_s)
            state = (tuple(self._app.screen_stack), self._app.focused)
            if state == before:
                # twice the same: a worker that opens a dialog starts later than its key acts
                return
            before, focused = state, self._app.focused

    def _upwards(self, focused: Widget | None) -> Sequence[MessagePump]:
        """Return what a message passes on its way up from where the focus is, or was."""
        if focused is not None:
            return focused.ancestors_with_self
        return (self._app.screen, self._app) if self._app.screen_stack else (self._app,)

    async def _pass(self, pumps: Iterable[MessagePump], within_s: float) -> None:
        """Wait until each of these, one after the other, has handled all it had got."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within_s
        all_passed: asyncio.Future[None] = loop.create_future()
        left = iter(pumps)
        at: MessagePump = self._app

        def go_on() -> None:
            nonlocal at
            for at in left:
                if at.call_later(go_on):
                    return
            if not all_passed.done():
                all_passed.set_result(None)

        go_on()
        while not all_passed.done() and loop.time() < deadline:
            await asyncio.wait((all_passed,), timeout=_LOOK_S)
            if not at.is_running:
                # it has closed with our call among what it will never handle
                go_on()

    def _drop_repeats(self, event: Typed, front: Screen[object]) -> None:
        """Drop what was meant for a dialog that the key before it has closed."""
        is_closed = isinstance(front, ModalScreen) and front not in self._app.screen_stack
        if not is_closed or isinstance(self._app.screen, ModalScreen):
            return
        while self._waiting and _is_meant_for(front, event, self._waiting[0]):
            self._waiting.popleft()


def _is_meant_for(front: Screen[object], closing: Typed, behind: Typed) -> bool:
    from tui.ui.dialogs.hint_labels import HintsScreen

    if not isinstance(closing, events.Key) or not isinstance(behind, events.Key):
        return False
    is_label = isinstance(front, HintsScreen) and behind.is_printable
    return is_label or behind.key == closing.key
