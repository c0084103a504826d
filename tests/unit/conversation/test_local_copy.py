from __future__ import annotations

import asyncio
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import assistant, user
from tui.conversation.local_copy import LocalCopy
from tui.model import Message, MessageStatus
from tui.store import AccountKey, MemoryAccount, MemoryStore, StoredMessage
from tui.turn import EndedWell, PendingTurn
from tui.values import replace

KEY = AccountKey("hardwire", "http://127.0.0.1:1")
TURNS = [
    PendingTurn(f"a{n}", user(f"q{n}", "Hi"), assistant(f"a{n}", ""), EndedWell()) for n in "123"
]
HISTORIES = st.lists(
    st.tuples(
        st.lists(st.integers(0, 6), unique=True),
        st.lists(st.sampled_from(TURNS), unique_by=lambda turn: turn.id),
    ),
    max_size=6,
)


class NotingAccount(MemoryAccount):
    """Notes which rows are written."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []

    def upsert_messages(self, session_id: str, messages: Sequence[StoredMessage]) -> None:
        self.written += [row.message.id for row in messages]
        super().upsert_messages(session_id, messages)

    def drop_messages(self, session_id: str, message_ids: Sequence[str]) -> None:
        self.written += [f"-{message_id}" for message_id in message_ids]
        super().drop_messages(session_id, message_ids)


def messages(count: int) -> list[Message]:
    return [user(f"m{number}", str(number)) for number in range(count)]


@given(HISTORIES)
def test_what_was_saved_last_is_what_is_loaded(
    histories: list[tuple[list[int], list[PendingTurn]]],
) -> None:
    async def play() -> None:
        account = MemoryStore().account(KEY)
        copy = LocalCopy(account, "s")
        for number, (ids, turns) in enumerate(histories):
            history = [user(f"m{at}", f"{at} of {number % 2}") for at in ids]
            copy.save("s", history, turns)
            loaded, loaded_turns = await LocalCopy(account, "s").load()
            assert loaded == history
            assert {turn.id: turn for turn in loaded_turns} == {turn.id: turn for turn in turns}
            if number % 3 == 2:
                copy = LocalCopy(account, "s")
                await copy.load()

    asyncio.run(play())


async def test_only_what_differs_is_written() -> None:
    account = NotingAccount()
    history = messages(4)
    LocalCopy(account, "s").save("s", history, [])
    copy = LocalCopy(account, "s")
    await copy.load()
    account.written.clear()
    copy.save("s", list(history), [])
    assert account.written == []
    copy.save("s", [*history, user("m4", "4")], [])
    copy.save("s", [history[0], history[2], user("m4", "four")], [])
    assert account.written == ["m4", "m4", "-m1", "-m3"]


async def test_a_message_between_others_moves_those_behind_it() -> None:
    account = NotingAccount()
    copy = LocalCopy(account, "s")
    first, second, third = messages(3)
    copy.save("s", [first, third], [])
    account.written.clear()
    copy.save("s", [first, second, third], [])
    assert account.written == ["m1", "m2"]
    assert (await copy.load())[0] == [first, second, third]


async def test_what_a_person_wrote_is_saved_though_it_shows_nothing_new() -> None:
    account = MemoryStore().account(KEY)
    copy = LocalCopy(account, "s")
    copy.save("s", [user("q", "Hi")], [])
    copy.save("s", [replace(user("q", "Hi"), raw="Hi\x1b")], [])
    ((loaded,), _) = await LocalCopy(account, "s").load()
    assert loaded.raw == "Hi\x1b"


async def test_a_turn_is_saved_again_when_more_is_known_of_it() -> None:
    account = MemoryStore().account(KEY)
    copy = LocalCopy(account, "s")
    copy.save("s", [], TURNS)
    cut = replace(TURNS[1], answer=TURNS[1].answer.with_status(MessageStatus.PARTIAL))
    copy.save("s", [], [TURNS[0], cut])
    assert (await LocalCopy(account, "s").load())[1] == [TURNS[0], cut]
