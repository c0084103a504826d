from __future__ import annotations

from datetime import timedelta

import pytest

from tests.contract.store_rows import KEY, QUESTION
from tests.contract.stores import Storage
from tests.fakes import NOON
from tui.store import AccountKey, AccountStore, CopyState, SessionVersion, StoredMessage

STATES = [
    CopyState(SessionVersion(), NOON),
    CopyState(SessionVersion(NOON - timedelta(days=1, microseconds=3)), NOON),
    CopyState(SessionVersion(NOON, 7), NOON + timedelta(seconds=1)),
]


@pytest.fixture
def account(storage: Storage) -> AccountStore:
    return storage.start().account(KEY)


def keep(account: AccountStore, session_id: str, state: CopyState) -> None:
    account.upsert_messages(session_id, [StoredMessage(0, QUESTION)])
    account.copies.save(session_id, state)


async def test_copy_states_and_times_of_lists_are_there_after_a_restart(storage: Storage) -> None:
    before = storage.start().account(KEY)
    assert dict(await before.copies.all()) == {}
    assert dict(await before.copies.lists_read_at()) == {}
    assert await before.copies.of("s0") is None
    for number, state in enumerate(STATES):
        keep(before, f"s{number}", state)
    keep(before, "s0", STATES[2])
    before.copies.note_list_read("bot", NOON)
    before.copies.note_list_read("bot", NOON + timedelta(hours=1))
    await before.flush()
    after = storage.start().account(KEY)
    assert dict(await after.copies.all()) == {"s0": STATES[2], "s1": STATES[1], "s2": STATES[2]}
    assert await after.copies.of("s1") == STATES[1]
    assert dict(await after.copies.lists_read_at()) == {"bot": NOON + timedelta(hours=1)}


async def test_the_size_of_an_account_grows_and_shrinks_with_its_messages(
    account: AccountStore,
) -> None:
    assert await account.copies.size_bytes() == 0
    keep(account, "s", STATES[1])
    first = await account.copies.size_bytes()
    assert first > 0
    keep(account, "t", STATES[1])
    assert await account.copies.size_bytes() == 2 * first
    account.forget_session("s")
    assert await account.copies.size_bytes() == first


async def test_a_copy_state_goes_with_its_session_alone(account: AccountStore) -> None:
    keep(account, "s", STATES[1])
    keep(account, "t", STATES[2])
    account.forget_session("s")
    assert dict(await account.copies.all()) == {"t": STATES[2]}


async def test_a_copy_state_is_not_known_longer_than_the_messages(account: AccountStore) -> None:
    keep(account, "s", STATES[1])
    account.let_go("s")
    is_stored = bool(await account.messages("s"))
    assert ("s" in await account.copies.all()) is is_stored


async def test_copy_states_belong_to_an_account(storage: Storage) -> None:
    store = storage.start()
    mine = store.account(KEY)
    theirs = store.account(AccountKey("gpt-trainer", KEY.base_url, KEY.owner))
    keep(mine, "s", STATES[1])
    mine.copies.note_list_read("bot", NOON)
    assert dict(await theirs.copies.all()) == {}
    assert await theirs.copies.of("s") is None
    assert dict(await theirs.copies.lists_read_at()) == {}


async def test_copy_states_handed_out_may_be_changed(account: AccountStore) -> None:
    keep(account, "s", STATES[1])
    handed_out = dict(await account.copies.all())
    handed_out.clear()
    assert dict(await account.copies.all()) == {"s": STATES[1]}
