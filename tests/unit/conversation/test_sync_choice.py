from __future__ import annotations

from tui.conversation.sync_choice import SyncChoice
from tui.store import AccountKey, MemoryStore

KEY = AccountKey("hardwire", "http://127.0.0.1:1")


async def test_what_was_chosen_stands_until_something_else_is_configured() -> None:
    store = MemoryStore()
    choice = SyncChoice(store.account(KEY), "off")
    await choice.load()
    assert [choice.is_on] == [False]
    choice.choose(is_on=True)
    assert [choice.is_on] == [True]
    for configured, chosen, is_on in [
        ("off", None, True),
        ("on", None, True),
        ("on", False, False),
        ("off", None, False),
    ]:
        store = MemoryStore(store)
        choice = SyncChoice(store.account(KEY), configured)
        await choice.load()
        if chosen is not None:
            choice.choose(is_on=chosen)
        assert choice.is_on is is_on
