from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.contract.stores import Memory, SqliteFile
from tests.event_loops import unhurried
from tests.fakes import NOON, ScriptedBackend, assistant, connection, says, user
from tests.unit.conversation.watch import send
from tui.conversation import Connection
from tui.conversation.session_reading import NotKept, SessionReader, Unread, Unwanted, Whole
from tui.errors import AccessRefused, RunnelError, ServerFailed, Unreachable
from tui.model import Session
from tui.query import Matcher, parse
from tui.values import replace

DAY = timedelta(days=1)


def serving(**texts: str) -> ScriptedBackend:
    """Return a backend with a session for each text, the newest first, each a day older."""
    backend = ScriptedBackend()
    for number, (name, text) in enumerate(texts.items()):
        then = NOON - number * DAY
        backend.listed.append(Session(name, created_at=then, updated_at=then))
        backend.histories[name] = [user(f"{name}-q", text), assistant(f"{name}-a", "Well.")]
    return backend


async def read(
    account: Connection, query: str = "", *, offline: bool = False
) -> list[Whole | Unread | NotKept | Unwanted]:
    matcher = Matcher(parse(query), NOON) if query else None
    reader = SessionReader(account, offline=offline)
    return [each async for each in reader.read(account.listed_sessions(), matcher)]


def questions(outcomes: list[Whole | Unread | NotKept | Unwanted]) -> dict[str, str]:
    return {
        each.session.id: each.messages[0].text
        for each in outcomes
        if isinstance(each, Whole) and each.messages
    }


@pytest.mark.parametrize(("storage", "reads"), [(Memory, 4), (SqliteFile, 3)])
async def test_what_is_kept_here_is_read_again_only_where_the_server_has_more(
    storage: type[Memory | SqliteFile], reads: int, tmp_path: Path
) -> None:
    backend = serving(new="one", old="two")
    kept = storage(tmp_path)
    account = connection(backend, store=kept.start())
    await account.sessions()
    assert questions(await read(account)) == {"new": "one", "old": "two"}
    assert backend.reads == 2
    backend.listed[0] = replace(backend.listed[0], updated_at=NOON + DAY)
    backend.histories["new"].append(user("more", "more"))
    await account.sessions()
    outcomes = await read(account)
    assert questions(outcomes) == {"new": "one", "old": "two"}
    assert [len(each.messages) for each in outcomes if isinstance(each, Whole)] == [3, 2]
    assert backend.reads == reads
    kept.close()


async def test_offline_asks_no_server_and_tells_what_is_here() -> None:
    backend = serving(new="one", old="two")
    account = connection(backend)
    await account.sessions()
    await account.conversation("old").reread()
    reads, lists = backend.reads, len(backend.read_periods)
    backend.histories["old"] = []
    outcomes = await read(account, offline=True)
    assert questions(outcomes) == {"old": "two"}
    assert [type(each) for each in outcomes] == [NotKept, Whole]
    assert (backend.reads, len(backend.read_periods)) == (reads, lists)


async def test_a_session_that_cannot_be_read_is_told_and_those_behind_it_are_read() -> None:
    backend = serving(broken="x", fine="two")
    backend.read_errors = [ServerFailed("Broken.", status=500)]
    account = connection(backend)
    await account.sessions()
    outcomes = await read(account)
    assert isinstance(outcomes[0], Unread)
    assert outcomes[0].error.sentence == "Broken."
    assert questions(outcomes) == {"fine": "two"}


@pytest.mark.parametrize("error", [Unreachable("No line."), AccessRefused("Who are you?")])
async def test_a_server_that_is_not_there_or_refuses_ends_the_reading(error: RunnelError) -> None:
    backend = serving(one="x", two="y")
    backend.read_errors = [error]
    account = connection(backend)
    await account.sessions()
    with pytest.raises(type(error)):
        await read(account)


@unhurried
async def test_what_only_this_side_knows_is_read_too() -> None:
    backend = serving(one="x")
    backend.scripts = [[*says("part"), Unreachable("No line.")]]
    backend.stores = lambda *_: []
    account = connection(backend)
    await account.sessions()
    conversation = account.conversation("one")
    await conversation.reread()
    await send(conversation, "never stored")
    (outcome,) = await read(account)
    assert isinstance(outcome, Whole)
    assert [each.text for each in outcome.messages] == ["x", "Well.", "never stored", "part"]


async def test_a_query_picks_sessions_and_those_of_another_time_are_not_even_read() -> None:
    backend = serving(new="A refund, please", mid="Nothing", old="Refund!")
    account = connection(backend)
    await account.sessions()
    assert questions(await read(account, "refund")) == {
        "new": "A refund, please",
        "old": "Refund!",
    }
    fresh = connection(backend)
    await fresh.sessions()
    backend.reads = 0
    outcomes = await read(fresh, "refund after:36h")
    assert [type(each) for each in outcomes] == [Whole, Unwanted, Unwanted]
    assert backend.reads == 2
