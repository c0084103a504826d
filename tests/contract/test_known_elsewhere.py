from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.contract.stores import Storage
from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, Step, assistant, connection, user
from tests.unit.conversation.watch import SESSION, delta, send, settled
from tui.errors import AnswerFailed
from tui.events import Completed, Started, ToolCalled, ToolReturned
from tui.safe_text import SafeText

CALLED: list[Step] = [
    Started("a"),
    delta("It is "),
    ToolCalled(0, SafeText("look_up"), {"of": "rain"}),
    ToolReturned(0, "wet"),
]
SCRIPTS: list[list[Step]] = [
    [*CALLED, delta("raining."), Completed()],
    [*CALLED, delta("raining."), AnswerFailed("No more.")],
]


@pytest.mark.parametrize("script", SCRIPTS)
@unhurried
async def test_what_only_the_client_knows_that_asked_stays_where_another_reads_the_answer(
    storage: Storage, script: Sequence[Step]
) -> None:
    backend = ScriptedBackend(
        histories={SESSION: [user("q0", "Earlier")]},
        scripts=[script],
        stores=lambda _, question, streamed: [user("q", question), assistant("a", streamed)],
    )
    ahead = connection(backend, store=storage.start())
    behind = connection(backend, store=storage.beside())
    here, there = ahead.conversation(SESSION), behind.conversation(SESSION)
    for each in (here, there):
        await each.load()
        await each.reread()
    end = settled(await send(here, "Weather?"))
    await ahead.store.flush()
    await there.reread()
    await behind.store.flush()
    after = connection(backend, store=storage.start()).conversation(SESSION)
    await after.load()
    asked, answered = after.messages[-2:]
    assert (asked, answered) == (end.question, end.answer)
    assert answered.tools
    assert (asked.origin, answered.origin) == (end.question.origin, end.answer.origin)
    assert answered.origin is not None
