"""Keys typed ahead: what they ask for goes out before the chat is drawn for the first time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from textual import events

from tui.ui.key_routing import KeyRouter

MOST_S = 0.15
"""So long the first frame may wait for keys; until then the splash shows what was typed."""
LEAST_S = 0.05
"""So long it may though it has waited for a question before."""
OUT_S = 0.25
"""So long it may wait for the two."""
_LOOK_S = 0.004
_WRITING = {"enter", "ctrl+j", "backspace"}


class FirstFrame:
    """The first frame of the chat, which waits for what was typed ahead, if not for long.

    A frame drawn between a key and its question costs as much as all calls of both.
    """

    def __init__(self) -> None:
        self._left_s = OUT_S

    async def wait_for(self, happening: Awaitable[None]) -> None:
        """Return when it has happened, or the frame may wait no longer."""
        loop = asyncio.get_running_loop()
        began_at = loop.time()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._left_s):
                await happening
        self._left_s = min(MOST_S, max(LEAST_S, self._left_s - (loop.time() - began_at)))


async def acted(settled: Awaitable[None], is_going_out: Callable[[], bool]) -> None:
    """Return when keys have `settled` and nothing they asked `is_going_out` any more."""
    await settled
    await out(is_going_out)


async def out(is_going_out: Callable[[], bool]) -> None:
    """Return when nothing `is_going_out`."""
    while is_going_out():  # noqa: ASYNC110 - what goes out tells only of what comes back
        await asyncio.sleep(_LOOK_S)


class TypedAhead:
    """What was typed before there was a chat, as far as it is known without one what that does.

    It is not where keys may be others, or another session than a new one is begun with: with
    `is_plain` it is neither.
    """

    def __init__(self, keys: KeyRouter, *, is_plain: bool) -> None:
        self._keys = keys
        self._is_plain = is_plain

    def told_to(self, hear: Callable[[], object]) -> None:
        """Have `hear` called whenever something more was typed ahead."""
        self._keys.typed = hear

    @property
    def has_question(self) -> bool:
        return bool(self._question()[0])

    def take_question(self) -> str:
        """Return the first question, which its keys do not ask any more; empty for none."""
        question, count = self._question()
        self._keys.drop(count)
        return question

    def _question(self) -> tuple[str, int]:
        return first_question(self._keys.typed_ahead) if self._is_plain else ("", 0)


def first_question(typed: Sequence[events.Key | events.Paste]) -> tuple[str, int]:
    """Return the question that the first keys write and send, and how many keys these are.

    There is none where anything but letters comes before the first Enter, nor where a key behind it
    does anything but write: what that does is known to the chat alone, and it may take the question
    back.
    """
    text = ""
    for count, each in enumerate(typed, start=1):
        if not isinstance(each, events.Key):
            break
        if each.key == "enter":
            # behind a backslash it makes a new line
            is_sent = bool(text.strip()) and not text.endswith("\\")
            return (text, count) if is_sent and all(map(_writes, typed[count:])) else ("", 0)
        if not each.is_printable or not each.character:
            break
        text += each.character
    return "", 0


def _writes(typed: events.Key | events.Paste) -> bool:
    return isinstance(typed, events.Paste) or typed.is_printable or typed.key in _WRITING
