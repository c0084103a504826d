"""Conversation `s`, open on the screen with the focus in its transcript."""

from __future__ import annotations

from tests.fakes import NOON, ScriptedBackend, assistant, user
from tests.ui.harness import Stage
from tests.ui.painting import unpainted
from tui.model import Part
from tui.ui.transcript.message_view import MessageContext
from tui.ui.transcript.next_keys import NextKeys

UNNAMED = MessageContext(lambda: NOON, lambda _: NextKeys(), lambda: 0, tuple, lambda: "")
"""For messages that stand without a conversation."""


def talk(*answers: Part | str) -> ScriptedBackend:
    history = []
    for at, answer in enumerate(answers):
        history += [user(f"q{at}", f"question {at}"), assistant(f"a{at}", answer)]
    return ScriptedBackend(histories={"s": history})


async def opened(it: Stage) -> None:
    with unpainted():
        await it.open("s")
        await it.settled()
        it.transcript.focus()
    await it.pilot.pause()


def selected(it: Stage) -> str:
    message = it.transcript.selection.message
    return "" if message is None else message.id
