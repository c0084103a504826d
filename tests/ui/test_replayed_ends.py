from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from io import FileIO
from pathlib import Path
from zlib import crc32

from tests.contract.conftest import APIS, Place
from tests.contract.fault_cases import CASES, RESTART, Case
from tests.contract.fault_plays import Play, send
from tests.fuzz import IS_LONG_RUN
from tests.tables import each_row
from tests.ui.fault_screens import dialect_of
from tests.ui.harness import Stage
from tests.ui.painting import unpainted
from tests.ui.test_replay import rows
from tui.conversation import Connection
from tui.conversation.taping import Taping
from tui.model import Message, Profile
from tui.server import EmbeddedServer
from tui.server.scripted.scripts import WORDS
from tui.store import MemoryStore
from tui.tapes.reading import read_tape
from tui.tapes.tape import Tape
from tui.tapes.wire import Wire
from tui.ui.replay import ReplayApp, Replaying
from tui.wiring.replay import replay_app

WAYS = (Replaying(idle_limit_s=0.0), Replaying(speed=16.0))
REPLIES = tuple(Case(word) for word in WORDS)
EVERY = [(api, case) for case in (*CASES, RESTART, *REPLIES) for api in case.apis]


GOAL = re.compile(r"\S+ redirects to [^']+")
"""Whence and whereto: hosts, and the second a value of the head, which are on no tape."""


def sample() -> Iterator[tuple[str, Case]]:
    """Yield a row of each API, which stays the same from run to run."""
    for api in APIS:
        yield min((row for row in EVERY if row[0] == api), key=lambda row: crc32(str(row).encode()))


async def taped(api: str, case: Case, file: Path) -> tuple[Tape, list[str]]:
    """Record one send, and return its tape with the texts that it came to."""
    play = Play()
    with EmbeddedServer(dialect=dialect_of(api), pace=0, seed=7) as server:
        wire = Wire()
        async with Place(api, server).backend(wire=wire) as backend:
            connection = Connection(
                Profile("demo", api.split()[0], server.url), backend, MemoryStore(), wire=wire
            )
            connection.bot_id = await backend.preferred_bot() or (await backend.bots())[0].id
            recording = Taping(connection).record(FileIO(file, "wb"))
            conversation = connection.conversation()
            await send(conversation, case, play)
            texts = texts_of(conversation.timeline)
            await connection.aclose()
            recording.close()
    return read_tape(file), texts


def without_goals(texts: Iterable[str]) -> list[str]:
    return [GOAL.sub("It redirects.", each) for each in texts]


def texts_of(messages: Iterable[Message]) -> list[str]:
    return [f"{each.role} {each.text} {each.failure}" for each in messages]


async def end_of(tape: Tape, how: Replaying) -> tuple[list[str], list[str], list[str]]:
    """Return the rows at the end of a replay, the texts of its messages, and their ids."""
    app = replay_app(tape, how, kind=ReplayApp)
    async with app.run_test(size=(100, 40)) as pilot:
        it = Stage(app, pilot)
        with unpainted():
            await it.until(lambda: app.is_settled)
            await it.until(lambda: not it.chat.send_workers.busy)
        await it.until(lambda: it.in_line)
        await it.until(lambda: all(each.group != "query-counts" for each in app.workers))
        await pilot.pause()
        conversation = it.transcript.conversation
        messages = conversation.timeline[:] if conversation is not None else []
        return rows(app), texts_of(messages), [each.id for each in messages]


@each_row(("api", "case"), EVERY if IS_LONG_RUN else [*sample()])
async def test_a_send_is_replayed_to_what_it_came_to_and_to_the_same_screen_at_any_speed(
    api: str, case: Case, tmp_path: Path
) -> None:
    tape, texts = await taped(api, case, tmp_path / "a.tape")
    ends = [await end_of(tape, how) for how in WAYS]
    assert ends[0] == ends[1]
    assert without_goals(ends[0][1]) == without_goals(texts)
