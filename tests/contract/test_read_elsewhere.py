"""A question of which another client has read and kept the answer, before a start knows of it."""

from __future__ import annotations

import pytest

from tests.contract.test_second_start import Make, make, start, start_again
from tests.event_loops import unhurried
from tests.fakes import NOON, ScriptedBackend, assistant, user
from tests.unit.conversation.watch import SESSION, texts
from tui.model import Message, TextPart
from tui.safe_text import SafeText
from tui.store import Send, StoredMessage
from tui.values import replace

__all__ = ["make"]

OLD = [user("old", "Hi"), assistant("older", "Hello")]
ASKED = replace(user("local-q", "Hi"), raw="Hi")
READ: list[list[Message]] = [
    [],
    [user("m0", "Hi")],
    [user("m0", "Hi"), assistant("m1", "Hello there")],
]
SHOWN = [
    ["Hi", "Hello", "Hi", "Hel"],
    ["Hi", "Hello", "Hi", "Hel"],
    ["Hi", "Hello", "Hi", "Hello there"],
]


@pytest.mark.parametrize(("read", "shown"), zip(READ, SHOWN, strict=True))
@pytest.mark.parametrize("is_named", [False, True])
@unhurried
async def test_a_question_that_a_crash_cut_off_stands_once_without_the_server(
    make: Make, read: list[Message], shown: list[str], is_named: bool
) -> None:
    storage, backend = make(), ScriptedBackend(histories={SESSION: []})
    first = start(storage, backend)
    rows = [StoredMessage(at, each) for at, each in enumerate([*OLD, *read])]
    first.store.sends.save(
        Send(
            "local-a",
            SESSION,
            "bot",
            ASKED,
            NOON,
            is_out=True,
            known_ids=frozenset({"old", "older"}),
            named_ids=frozenset({"m1"}) if is_named else frozenset(),
        )
    )
    first.store.sends.add_arrived("local-a", [TextPart(SafeText("Hel"))])
    first.store.upsert_messages(SESSION, rows)
    await first.store.flush()
    for _ in range(2):
        again = await start_again(storage, backend)
        assert texts(again.messages) == shown
    assert backend.reads == 0
