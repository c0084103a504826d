from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from tests.contract.stores import Storage
from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, connection
from tests.unit.conversation.watch import send
from tests.waiting import until
from tui.model import Session


@dataclass
class NoSessions(ScriptedBackend):
    """Makes no session, and does not say so either."""

    asked: list[str] = field(default_factory=list)

    async def create_session(self, bot_id: str) -> Session:
        self.asked.append(bot_id)
        return await asyncio.Future()


@pytest.mark.parametrize(("asks", "left"), [("", ["Hello?"]), ("bot", [])])
@unhurried
async def test_what_a_check_had_not_sent_is_no_question_of_a_person_after_a_crash(
    storage: Storage, asks: str, left: list[str]
) -> None:
    backend = NoSessions()
    first = connection(backend, store=storage.start())
    sending = asyncio.create_task(send(first.conversation(asks=asks), "Hello?"))
    await until(lambda: backend.asked == ["bot"])
    await first.store.flush()

    again = connection(backend, store=storage.start())
    await again.load()
    assert [each.label for each in again.listed_sessions()] == left
    unsent = await again.store.unsent_turns()
    assert [turn.question.text for turns in unsent.values() for turn in turns] == left
    assert again.local.questions() == ["Hello?"]
    assert list(await again.store.sends.unfinished()) == []
    sending.cancel()
