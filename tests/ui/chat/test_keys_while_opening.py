"""Where keys go while a session is being opened, which may take longer than a key waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.fakes import ScriptedBackend, assistant, user
from tests.ui.harness import Stage, stage
from tui.ui.key_routing import give_keys
from tui.ui.transcript.reading_pane import ReadingPane

Opening = Callable[[Stage], Awaitable[None]]
TO_READ: dict[str, Opening] = {
    "at a message": lambda it: it.chat.controllers.navigation.open_session("t", "t-a"),
    "the message before": lambda it: it.one(ReadingPane).action_step(-1),
}
TO_WRITE: dict[str, Opening] = {
    "a session": lambda it: it.chat.controllers.navigation.open_session("t"),
    "a new one": lambda it: it.chat.controllers.navigation.new_session(),
}


def library() -> ScriptedBackend:
    return ScriptedBackend(
        {name: [user(f"{name}-q", "Q?"), assistant(f"{name}-a", "A.")] for name in "st"}
    )


def keys_are_at(it: Stage) -> object:
    """Return where the next key goes; the widget itself learns of that a little later."""
    return it.chat.focused


@pytest.mark.parametrize("opening", TO_READ)
async def test_they_go_to_what_will_be_read_at_once(opening: str) -> None:
    async with stage(library()) as it:
        await it.open("s")
        await it.settled_reading()
        assert keys_are_at(it) is it.composer
        under_way = asyncio.ensure_future(TO_READ[opening](it))
        await asyncio.sleep(0)
        assert keys_are_at(it) is it.transcript
        await under_way
        # who goes on writing meanwhile is not taken out of it in the end
        it.chat.write_on()
        await it.pilot.pause()
        assert keys_are_at(it) is it.composer


@pytest.mark.parametrize("opening", TO_WRITE)
async def test_they_stay_where_a_person_has_moved_them_meanwhile(opening: str) -> None:
    async with stage(library()) as it:
        await it.open("s")
        await it.settled_reading()
        give_keys(it.transcript)
        under_way = asyncio.ensure_future(TO_WRITE[opening](it))
        await asyncio.sleep(0)
        assert keys_are_at(it) is it.composer
        give_keys(it.transcript)
        await under_way
        await it.pilot.pause()
        assert keys_are_at(it) is it.transcript
