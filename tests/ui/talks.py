"""Conversation `s`, open on the screen with the focus in its transcript."""

from __future__ import annotations

from tests.fakes import ScriptedBackend, assistant, user
from tests.ui.harness import Stage
from tui.model import Part


def talk(*answers: Part | str) -> ScriptedBackend:
    history = []
    for at, answer in enumerate(answers):
        history += [user(f"q{at}", f"question {at}"), assistant(f"a{at}", answer)]
    return ScriptedBackend(histories={"s": history})


async def opened(it: Stage) -> None:
    await it.open("s")
    await it.settled()
    it.transcript.focus()
    await it.pilot.pause()


def selected(it: Stage) -> str:
    message = it.transcript.selection.message
    return "" if message is None else message.id
