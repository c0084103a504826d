from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.contract.conftest import Place
from tests.contract.test_backends import usable_bot
from tests.fakes import present
from tui.backends.base import Backend
from tui.conversation import Connection
from tui.conversation.sync import Copied, HistorySync, Planned, SyncEvent, SyncScope
from tui.model import OWN_ID_START, Profile
from tui.store.copies import CLOCK_SKEW
from tui.store.sqlite import SqliteStore


@asynccontextmanager
async def started(place: Place, backend: Backend, folder: Path) -> AsyncIterator[Connection]:
    """Connect anew over the file of the starts before."""
    store = SqliteStore(folder / "store.db", lambda sentence: pytest.fail(sentence))
    profile = Profile("test", place.api.split()[0], "http://127.0.0.1:1")
    yield Connection(profile, backend, store, await usable_bot(backend))
    await store.aclose()


async def synced(connection: Connection) -> list[SyncEvent]:
    async with aclosing(HistorySync(connection).run(SyncScope())) as events:
        return [event async for event in events]


@pytest.mark.slow
async def test_a_sync_brings_all_that_the_server_has_and_the_next_what_changed(
    place: Place, tmp_path: Path
) -> None:
    async with place.backend() as backend:
        async with started(place, backend, tmp_path) as connection:
            sent_in = connection.conversation()
            async with aclosing(sent_in.send("echo one")) as events:
                async for _ in events:
                    pass
            told = await synced(connection)
            listed = await backend.sessions(connection.bot_id)
            assert isinstance(told[0], Planned)
            assert told[0].to_read + told[0].current == len(listed)
            # written to just now, by this test or the one before, or by a host that tells no times
            lately = datetime.now(UTC) - 2 * CLOCK_SKEW
            again = {each.id for each in listed if present(each.updated_at) > lately}
            assert sent_in.id in again
            if place.api == "hardwire real":
                again = {each.id for each in listed}
        async with started(place, backend, tmp_path) as connection:
            told = await synced(connection)
            assert {each.session_id for each in told if isinstance(each, Copied)} <= again
            for session in listed:
                stored = await connection.store.messages(session.id)
                read = await backend.messages(session.id, connection.bot_id)
                # a failed run of another test has an answer of our making, which a sync leaves out
                server_has = [each for each in read if not each.id.startswith(OWN_ID_START)]
                assert [row.message.id for row in stored] == [each.id for each in server_has]
                assert [row.message.text for row in stored] == [each.text for each in server_has]
                assert not server_has or present(connection.known_session(session.id)).title
            async with aclosing(connection.conversation(sent_in.id).send("echo two")) as events:
                async for _ in events:
                    pass
        async with started(place, backend, tmp_path) as connection:
            assert Copied(sent_in.id, 4) in await synced(connection)
            await present(backend.session_deletion).delete_session(sent_in.id)
            told = await synced(connection)
            assert isinstance(told[0], Planned)
            assert told[0].gone == 1
            assert present(connection.known_session(sent_in.id)).gone_at
            assert len(await connection.store.messages(sent_in.id)) == 4
