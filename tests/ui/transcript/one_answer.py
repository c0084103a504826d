from __future__ import annotations

from tests.fakes import ScriptedBackend, assistant, user
from tests.ui.harness import Stage


def talk(answer: str) -> ScriptedBackend:
    return ScriptedBackend(histories={"s": [user("q", "Q"), assistant("a", answer)]})


async def opened(it: Stage) -> None:
    await it.open("s")
    await it.settled()
    it.transcript.focus()
    await it.pilot.pause()
