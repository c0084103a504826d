from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes import NOON, ScriptedBackend, StillClock, assistant, connection, user
from tests.tables import each_row
from tui.cli.sync import synced
from tui.cli.sync_report import bar, line, summary
from tui.conversation import Connection
from tui.conversation.sync import Copied, HeldUp, Missing, Planned, Skipped, SyncEvent, SyncScope
from tui.conversation.sync_progress import SyncProgress
from tui.errors import AccessRefused, BadInput, RateLimited, RunnelError, ServerFailed
from tui.model import Message, Session
from tui.store import AccountKey, MemoryStore, Store
from tui.store.memory import MemoryAccount
from tui.store.sqlite import SqliteStore

CHANGED_AT = NOON - timedelta(hours=1)
MADE_AT = CHANGED_AT - timedelta(hours=1)


def serving(count: int) -> ScriptedBackend:
    names = [f"s{number}" for number in range(count)]
    return ScriptedBackend(
        histories={each: [user(f"q{each}", "Q"), assistant(f"a{each}", "A")] for each in names},
        listed=[Session(each, created_at=MADE_AT, updated_at=CHANGED_AT) for each in names],
    )


def linked(backend: ScriptedBackend, folder: Path) -> tuple[Connection, Store]:
    store = SqliteStore(folder / "store.db", lambda sentence: pytest.fail(sentence))
    return connection(backend, store=store), store


async def test_what_was_done_is_told_and_the_next_sync_reads_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backend = serving(3)
    for told in (
        "Copied 3 sessions with 6 messages; 0 had not changed.\n",
        "Copied 0 sessions with 0 messages; 3 had not changed.\n",
    ):
        link, store = linked(backend, tmp_path)
        assert (await synced(link, SyncScope())).failure is None
        await store.aclose()
        assert capsys.readouterr() == ("", told)
    assert backend.reads == 3


async def test_a_sync_that_breaks_off_says_how_far_it_came_and_the_next_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backend = serving(3)
    link, store = linked(backend, tmp_path)
    backend.shows = lambda number, stored: refused() if number == 2 else stored
    with pytest.raises(AccessRefused):
        await synced(link, SyncScope())
    await store.aclose()
    assert capsys.readouterr().err == (
        "Copied 1 session with 2 messages; 0 had not changed.\n"
        "2 are left; runnel sync goes on with them.\n"
    )
    link, store = linked(backend, tmp_path)
    assert (await synced(link, SyncScope())).copied == 2
    await store.aclose()


def refused() -> list[Message]:
    raise AccessRefused("Wrong key.")


async def test_nothing_is_read_for_a_store_that_keeps_nothing() -> None:
    backend = serving(3)
    with pytest.raises(BadInput, match="is kept"):
        await synced(connection(backend, store=MemoryStore()), SyncScope())
    assert backend.reads == 0


class SmallAccount(MemoryAccount):
    """Has room for one history."""

    @property
    def is_lasting(self) -> bool:
        return len(self._rows.histories) < 2


class SmallStore(MemoryStore):
    def account(self, key: AccountKey) -> MemoryAccount:
        return self._accounts.setdefault(key, SmallAccount())


async def test_a_sync_ends_when_the_file_takes_no_more(capsys: pytest.CaptureFixture[str]) -> None:
    link = connection(serving(9), store=SmallStore())
    with pytest.raises(RunnelError, match="would not be kept") as failed:
        await synced(link, SyncScope())
    assert failed.value.exit_code == 1
    assert "are left; runnel sync goes on with them." in capsys.readouterr().err


def progress(*events: SyncEvent) -> SyncProgress:
    clock = StillClock()
    made = SyncProgress(clock)
    for event in events:
        made.note(event)
        clock.seconds += 0.5
    return made


HELD_UP = HeldUp(RateLimited("The server takes no more calls."), 30)


@each_row(
    ("events", "told"),
    [
        ([], "[reading the list of sessions; Ctrl+C stops]"),
        ([Planned(2_000, 0, 0)], f"[{'.' * 20}] 0 of 2,000 sessions; Ctrl+C stops"),
        ([Planned(0, 9, 0)], f"[{'.' * 20}] 0 of 0 sessions; Ctrl+C stops"),
        (
            [Planned(4, 0, 0), Copied("a", 2)],
            "[#####...............] 1 of 4 sessions, 1.0/s, 3.0 s left; Ctrl+C stops",
        ),
        (
            [Planned(1, 0, 0), Copied("a", 2)],
            f"[{'#' * 20}] 1 of 1 session, 1.0/s, 0.0 s left; Ctrl+C stops",
        ),
    ],
)
def test_the_bar_tells_done_of_all_rate_and_rest(events: list[SyncEvent], told: str) -> None:
    assert bar(progress(*events)) == told


def test_a_wait_is_told_with_its_reason() -> None:
    told = line(progress(Planned(4, 0, 0), Copied("a", 2), HELD_UP))
    assert told == "1 of 4 sessions, going on in 30 s: The server takes no more calls."


def test_the_summary_tells_what_was_deleted_and_what_failed() -> None:
    events: list[SyncEvent] = [
        Planned(3, 7, 1),
        Copied("a", 2),
        Missing("b"),
        Skipped("c", ServerFailed("Broken.")),
    ]
    assert summary(progress(*events)) == (
        "Copied 1 session with 2 messages; 7 had not changed."
        " 2 sessions deleted at the server, kept here. 1 session could not be read."
    )
