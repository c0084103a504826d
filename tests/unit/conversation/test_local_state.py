from __future__ import annotations

import asyncio

import pytest

from tui.conversation.local_state import LocalState
from tui.safe_text import SafeText
from tui.store import AccountKey, AccountStore, MemoryStore, SessionMarks
from tui.store.memory_rows import MemoryDrafts, MemoryRows


@pytest.fixture
def store() -> AccountStore:
    return MemoryStore().account(AccountKey("hardwire", "http://127.0.0.1:1"))


async def loaded(store: AccountStore) -> LocalState:
    state = LocalState(store)
    await state.load()
    return state


async def test_what_is_written_is_there_at_once_and_after_loading(store: AccountStore) -> None:
    state = LocalState(store)
    state.save_draft("s", "half")
    state.save_draft("", "new")
    state.save_draft("", "")
    state.marks.toggle_pin("s")
    for text in ("one", "two", "one"):
        state.remember_question(text)
    for each in (state, await loaded(store)):
        assert (each.draft("s"), each.draft(""), each.draft("t")) == ("half", "", "")
        assert each.marks.pinned == {"s"}
        assert each.questions() == ["one", "two"]


async def test_what_belongs_to_a_session_goes_with_it_to_another_id(store: AccountStore) -> None:
    state = LocalState(store)
    state.save_draft("local-1", "half")
    state.marks.toggle_pin("local-1")
    state.move("local-1", "s")
    for each in (state, await loaded(store)):
        assert (each.draft("s"), each.draft("local-1")) == ("half", "")
        assert each.marks.pinned == {"s"}


@pytest.mark.parametrize("moved", ["", "half"])
async def test_what_is_written_under_the_other_id_stays(store: AccountStore, moved: str) -> None:
    state = LocalState(store)
    state.save_draft("local-1", moved)
    state.save_draft("", "another question")
    state.move("local-1", "")
    for each in (state, await loaded(store)):
        assert each.draft("") == (f"{moved}\nanother question" if moved else "another question")
        assert each.draft("local-1") == ""


async def test_what_was_written_before_loading_stays(store: AccountStore) -> None:
    store.drafts.save("s", "earlier")
    store.questions.remember("one")
    store.questions.remember("two")
    store.marks.save("t", SessionMarks(is_pinned=True))
    state = LocalState(store)
    state.save_draft("s", "later")
    state.remember_question("one")
    state.marks.toggle_pin("s")
    await state.load()
    assert state.draft("s") == "later"
    assert state.questions() == ["one", "two"]
    assert state.marks.pinned == {"s", "t"}


async def test_pins_are_the_same_object_until_they_change(store: AccountStore) -> None:
    state = await loaded(store)
    state.marks.toggle_pin("s")
    before = state.marks.pinned
    state.save_draft("t", "half")
    state.forget("t")
    assert state.marks.pinned is before
    state.marks.toggle_pin("s")
    assert state.marks.pinned == frozenset()


async def test_a_pin_leaves_the_other_marks(store: AccountStore) -> None:
    store.marks.save("s", SessionMarks(title=SafeText("Mine")))
    state = await loaded(store)
    state.marks.toggle_pin("s")
    assert await store.marks.all() == {"s": SessionMarks(is_pinned=True, title=SafeText("Mine"))}


async def test_the_draft_of_a_forgotten_session_becomes_a_question(store: AccountStore) -> None:
    state = await loaded(store)
    state.save_draft("s", "half a thou")
    state.save_draft("t", " ")
    state.marks.toggle_pin("s")
    state.forget("s")
    state.forget("t")
    assert (state.draft("s"), state.marks.pinned) == ("", frozenset())
    assert state.questions() == ["half a thou"]


async def test_a_session_that_is_none_any_more_leaves_no_pin_to_the_next(
    store: AccountStore,
) -> None:
    state = LocalState(store)
    state.marks.toggle_pin("local-1")
    state.move("local-1", "")
    for each in (state, await loaded(store)):
        assert each.marks.pinned == frozenset()


class TakenDrafts(MemoryDrafts):
    """Drafts that another client takes over while this one asks for them."""

    def __init__(self) -> None:
        super().__init__(MemoryRows())
        self.asked, self.told = asyncio.Event(), asyncio.Event()

    async def adopt(self, session_id: str, text: str) -> bool:
        self.asked.set()
        await self.told.wait()
        return False


@pytest.mark.parametrize("typed", ["", "half, and more"])
async def test_a_draft_that_another_client_took_over_is_here_no_more_but_what_was_typed_is(
    typed: str,
) -> None:
    account = MemoryStore().account(AccountKey("hardwire", "http://127.0.0.1:1"))
    account.drafts = drafts = TakenDrafts()
    account.drafts.save("s", "half")
    state = await loaded(account)
    adopting = asyncio.ensure_future(state.adopt_draft("s"))
    await drafts.asked.wait()
    if typed:
        state.save_draft("s", typed)
    drafts.told.set()
    assert not await adopting
    assert state.draft("s") == typed
