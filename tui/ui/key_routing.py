"""Key routing: the order of keys and pastes on their way from the terminal to whoever acts."""

from __future__ import annotations

import asyncio
import enum
from collections import deque
from collections.abc import Awaitable, Callable, Container, Iterable, Sequence
from contextlib import suppress
from typing import Protocol, runtime_checkable

from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

Typed = events.Key | events.Paste

SETTLE_S = 1.0
"""So long at most a key waits for what the one before it began, where the program runs freely."""
_LOOK_S = 0.05


class Letters(enum.Enum):
    """What is typed on a screen by pressing letters."""

    TEXT = enum.auto()
    LABELS = enum.auto()
    """One that means nothing in time is not for what the screen stood over."""
    SECRET = enum.auto()


@runtime_checkable
class HasLetters(Protocol):
    """A screen on which letters are something else than text."""

    @property
    def letters(self) -> Letters: ...


class KeyFront(Protocol):
    """The chat, as far as keys concern it before they act."""

    def note_key(self, pressed_at: float) -> None:
        """Note that a key acts now that was pressed then, as messages tell their time."""

    def note_typing(self) -> None:
        """Note that a text is being written, here or in a dialog."""

    def write_on(self) -> None:
        """Have all keys from the next one on go to the composer."""


class KeyRouter:
    """Lets each key act when what the one before began is done, and text go where it is written.

    Nothing acts before `open`. `deliver` is Textual's own way from here to who acts.
    """

    def __init__(self, app: App[None], deliver: Callable[[Typed], Awaitable[None]]) -> None:
        self._app = app
        self._deliver = deliver
        self._queue = KeyQueue(app, self._act)
        self._front: KeyFront | None = None
        self.typed: Callable[[], object] = lambda: None
        """Called with each key that waits for `open`."""

    def open(self, front: KeyFront) -> None:
        """Begin to act, with what has been typed up to now."""
        self._front = front
        self._queue.open()

    async def take(self, event: Typed) -> None:
        """Act on `event` now, or in its turn."""
        await self._queue.take(event)
        if self._front is None:
            self.typed()

    @property
    def text_waits(self) -> bool:
        """Text has yet to be written, before any other key acts."""
        return any(map(is_text, self._queue.unsettled[:1]))

    @property
    def typed_ahead(self) -> Sequence[Typed]:
        """What waits for `open`; nothing once that was called."""
        return [*self._queue.waiting] if self._front is None else []

    def drop(self, count: int) -> None:
        """Let the first keys that are typed ahead not act: somebody else has seen to it."""
        for _ in range(count):
            self._queue.waiting.popleft()

    async def settled(self) -> None:
        """Return when all that was typed before `open` has acted."""
        await self._queue.caught_up.wait()

    @property
    def is_ahead(self) -> bool:
        """What acts now was typed before anybody could see what the key before it did."""
        return self._queue.is_ahead

    @property
    def keys_wait(self) -> bool:
        """Something that was typed has yet to act, or what it began is not done."""
        return not self._queue.is_settled

    async def _act(self, event: Typed) -> None:
        front = self._front
        assert front is not None
        if isinstance(event, events.Key):
            front.note_key(event.time)
        if self._is_reading(front) and begins_text(event, self._app.screen.active_bindings):
            front.write_on()
        is_secret = letters_of(self._app.screen) is Letters.SECRET
        if is_text(event) and _is_text_field(self._app.focused) and not is_secret:
            front.note_typing()
        await self._deliver(event)

    def _is_reading(self, front: object) -> bool:
        """Say whether the chat is in front and the focus in no text of it."""
        is_in_front = self._app.app_focus and self._app.screen is front
        return is_in_front and not _is_text_field(self._app.focused)


async def act_in_place(widget: Widget, event: events.Key) -> None:
    """Do what a key is bound to at a widget or its screen, while the widget handles that key.

    For one whose letters do not wait for each other: on its way up the key would be overtaken by
    letters, or overtake them.
    """
    bound = widget.screen.active_bindings.get(event.key)
    if bound is not None and bound.node in (widget, widget.screen) and bound.enabled:
        event.prevent_default()
        event.stop()
        await widget.app.run_action(bound.binding.action, bound.node)


def give_keys(widget: Widget) -> None:
    """Have all keys from the next one on act at a widget of a screen.

    Its own `focus` waits until the keys that are there already have gone elsewhere.
    """
    widget.screen.set_focus(widget)


def is_text(event: Typed) -> bool:
    return isinstance(event, events.Paste) or event.is_printable


def begins_text(event: Typed, bound_keys: Container[str]) -> bool:
    """Say whether this is text, or a letter that means nothing where the focus is in no text."""
    if isinstance(event, events.Paste):
        return True
    return event.is_printable and event.key not in bound_keys


def letters_of(screen: object) -> Letters:
    return screen.letters if isinstance(screen, HasLetters) else Letters.TEXT


def is_repeat(letters: Letters, closing: Typed, behind: Typed) -> bool:
    """Say whether a key was meant for the dialog that the key before it has closed."""
    if not isinstance(closing, events.Key) or not isinstance(behind, events.Key):
        return False
    return (letters is Letters.LABELS and behind.is_printable) or behind.key == closing.key


def _is_text_field(widget: Widget | None) -> bool:
    # not at the top: much to import before the first screen is drawn
    from textual.widgets import Input, TextArea

    return isinstance(widget, Input | TextArea)


class _Patience:
    """So many looks, not so much time: what has not run since could not do what is waited for."""

    def __init__(self) -> None:
        self._looks = round(SETTLE_S / _LOOK_S)

    @property
    def is_over(self) -> bool:
        return self._looks <= 0

    def note_look(self) -> None:
        self._looks -= 1


async def wait_a_while(done: asyncio.Event) -> None:
    """Return when `done` is set, or when a key has waited for as long as one does."""
    patience = _Patience()
    while not done.is_set() and not patience.is_over:
        patience.note_look()
        with suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), _LOOK_S)


class KeyQueue:
    """Lets keys that come in a burst act as they do one by one.

    A screen that a key opens or closes, and the focus it moves, take several turns of the event
    loop; Textual would hand the keys behind it to what had the focus before. `act` does what one
    of them does. Nothing acts before `open`.
    """

    def __init__(self, app: App[None], act: Callable[[Typed], Awaitable[None]]) -> None:
        self._app = app
        self._act = act
        self.waiting: deque[Typed] = deque()
        """What has yet to act, in the order of typing."""
        self._acting: list[Typed] = []
        """What acts now, until what it began is done; no more than one."""
        self.is_settled = False
        """All that was typed has acted, and what it began is done."""
        self.caught_up = asyncio.Event()
        """What was typed before `open` has acted."""
        self._settling: asyncio.Task[None] | None = None
        self._text: Widget | None = None
        """Where letters are being written; more of them need not wait."""
        self._letters = 0
        self.is_ahead = False
        """What acts now was typed before anybody could see what the key before it did."""

    def open(self) -> None:
        """Begin to act, with what has been typed up to now."""
        self._app.call_later(self._next)

    @property
    def unsettled(self) -> Sequence[Typed]:
        """What has yet to act or to be done, in the order of typing."""
        return [*self._acting, *self.waiting]

    async def take(self, event: Typed) -> None:
        """Act on `event` now, or in its turn."""
        if self.is_settled:
            await self._do(event, is_ahead=False)
        elif not self.waiting and self._goes_on_writing(event):
            await self._write(event)
        else:
            self.waiting.append(event)

    async def _next(self) -> None:
        if not self.waiting:
            self.is_settled = True
            self.caught_up.set()
            return
        await self._do(self.waiting.popleft(), is_ahead=True)
        while self.waiting and self._goes_on_writing(self.waiting[0]):
            await self._write(self.waiting.popleft())

    def _goes_on_writing(self, event: Typed) -> bool:
        return self._text is not None and self._writes_in(event, self._text)

    def _writes_in(self, event: Typed, field: Widget) -> bool:
        return is_text(event) and self._app.focused is field

    async def _write(self, event: Typed) -> None:
        self._letters += 1
        await self._act(event)

    async def _do(self, event: Typed, *, is_ahead: bool) -> None:
        self.is_settled, self.is_ahead = False, is_ahead
        self._acting = [event]
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
                await self._pass(self._upwards(focused)[:-1], _Patience())
            else:
                await self._pass_all(focused)
        finally:
            self._text, self._acting = None, []
            # whatever failed, the keys behind it act
            if self._app.is_running:
                self._drop_repeats(event, front)
                self._app.call_later(self._next)

    async def _pass_letters(self, text: Widget) -> None:
        letters = -1
        while letters != self._letters:
            letters = self._letters
            await self._pass((text,), _Patience())

    async def _pass_all(self, focused: Widget | None) -> None:
        """Wait until all who may have to do with a key have, and nothing is opened or closed."""
        patience = _Patience()
        before: object = None
        while self._app.is_running and not patience.is_over:
            patience.note_look()
            await self._pass(self._upwards(focused), patience)
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

    async def _pass(self, pumps: Iterable[MessagePump], patience: _Patience) -> None:
        """Wait until each of these, one after the other, has handled all it had got."""
        all_passed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
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
        while not all_passed.done() and not patience.is_over:
            patience.note_look()
            await asyncio.wait((all_passed,), timeout=_LOOK_S)
            if not at.is_running:
                # it has closed with our call among what it will never handle
                go_on()

    def _drop_repeats(self, event: Typed, front: Screen[object]) -> None:
        """Drop what was meant for a dialog that the key before it has closed."""
        is_closed = isinstance(front, ModalScreen) and front not in self._app.screen_stack
        if not is_closed or isinstance(self._app.screen, ModalScreen):
            return
        while self.waiting and is_repeat(letters_of(front), event, self.waiting[0]):
            self.waiting.popleft()
