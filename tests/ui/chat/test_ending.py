from __future__ import annotations

import asyncio

import pytest

from tests.fakes import ScriptedBackend, assistant, says, user
from tests.ui.harness import stage


@pytest.mark.parametrize("turns_of_the_loop", [0, 1, 2, 3, 5, 8, 13, 21])
async def test_the_app_ends_while_a_frame_is_due(turns_of_the_loop: int) -> None:
    history = [
        message for i in range(9) for message in (user(f"q{i}", "Q"), assistant(f"a{i}", "A"))
    ]
    backend = ScriptedBackend(histories={"s": history}, scripts=[says(*"The answer")])
    async with stage(backend) as it:
        await it.open("s")
        await it.ask("More?")
        it.transcript.request_sync()
        for _ in range(turns_of_the_loop):
            await asyncio.sleep(0)
