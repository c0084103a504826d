from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import NOON
from tui.server.scripted.crowd import MAX_EXCHANGES, Crowd
from tui.server.scripted.ids import Ids
from tui.server.scripted.world import Chat, Thumb, World

COUNT = 400
CROWD = Crowd(COUNT, "bot", lambda: NOON)
IDS = frozenset(head.id for head in CROWD.heads())


@pytest.fixture
def world() -> World:
    return World(Ids(1).hex, lambda: NOON, CROWD)


@pytest.mark.slow
def test_every_session_is_the_same_one_each_time_and_as_the_list_tells_it() -> None:
    heads = list(CROWD.heads())
    assert len({head.id for head in heads}) == len(heads) == COUNT
    # another one, asked in another order
    again = Crowd(COUNT, "bot", lambda: NOON)
    same = {head.id: again.chat(head.id) for head in reversed(heads)}
    for head in heads:
        assert head.exchanges == []
        chat = CROWD.chat(head.id)
        assert chat is not None
        assert chat == same[head.id]
        assert (chat.created_at, chat.active_at, chat.person) == (
            head.created_at,
            head.active_at,
            head.person,
        )
        assert 1 <= len(chat.exchanges) <= MAX_EXCHANGES
        assert chat.exchanges[-1].answered_at == chat.active_at
        assert all(CROWD.chat_with(each.answer_id) == chat for each in chat.exchanges)


def test_sessions_go_back_for_months_and_some_are_of_today() -> None:
    times = [head.active_at for head in CROWD.heads()]
    assert all(newer >= older for newer, older in pairwise(times))
    assert NOON - times[-1] > timedelta(days=200)
    assert 0 < sum(NOON - moment < timedelta(days=1) for moment in times) < COUNT / 20


def test_what_an_operator_looks_for_is_there_and_rare() -> None:
    chats = [chat for head in CROWD.heads() if (chat := CROWD.chat(head.id)) is not None]
    exchanges = [each for chat in chats for each in chat.exchanges]
    few = range(1, len(exchanges) // 4)
    assert sum(each.review.thumb is Thumb.DOWN for each in exchanges) in few
    assert sum(bool(each.review.frustration) for each in exchanges) in few
    assert sum(bool(each.error) for each in exchanges) in few
    assert sum(each.review.is_cut for each in exchanges) in few
    assert sum(bool(each.sources) for each in exchanges) > len(exchanges) // 4
    assert len({label for each in exchanges for label in each.review.labels}) > 5
    assert not any("{" in each.question + each.answer for each in exchanges)
    assert len({chat.exchanges[0].question for chat in chats}) > COUNT // 2
    assert all(each.question.isascii() for each in exchanges) is False
    assert COUNT // 4 < sum(chat.person is not None for chat in chats) < COUNT


@pytest.mark.slow
@given(st.text(max_size=40) | st.integers(0, 2**130).map(lambda number: f"{number:032x}"))
def test_no_other_id_is_one_of_them(text: str) -> None:
    assert (CROWD.chat(text) is None) == (text not in IDS)
    assert CROWD.chat_with(text) is None


def test_what_is_written_or_deleted_in_one_is_kept(world: World) -> None:
    first, second, third = world.chats_of("bot")[:3]
    chat = world.chat(first.id)
    assert chat is not None
    exchange = world.ask(chat, "And now?")
    world.settle(chat, exchange, "Now.")
    again = world.chat(first.id)
    assert again is not None
    assert again.exchanges[-1].answer == "Now."
    world.delete_chat(second)
    assert world.chat(second.id) is None
    whole = world.chat(third.id)
    assert whole is not None
    gone = whole.exchanges[0].answer_id
    stored = world.exchange(gone)
    assert stored is not None
    world.delete_exchange(*stored)
    assert world.exchange(gone) is None
    listed = [each.id for each in world.chats_of("bot")]
    assert len(listed) == len(set(listed)) == COUNT - 1
    assert second.id not in listed
    assert world.chats_of("another") == []


@pytest.mark.slow
@given(st.integers(0, 5_000), st.integers(0, 3_000))
def test_those_that_come_grow_as_time_passes_and_lose_nothing(seconds: int, more: int) -> None:
    times = [NOON]
    crowd = Crowd(3, "bot", lambda: times[-1], timedelta(seconds=90))

    def chats() -> dict[str, Chat]:
        return {
            head.id: chat for head in crowd.heads() if (chat := crowd.chat(head.id)) is not None
        }

    times.append(NOON + timedelta(seconds=seconds))
    before = chats()
    assert len(before) == 3 + seconds // 90
    times.append(times[-1] + timedelta(seconds=more))
    after = chats()
    for chat_id, chat in before.items():
        now = after[chat_id]
        assert (now.created_at, now.person) == (chat.created_at, chat.person)
        assert [each.question for each in chat.exchanges] == [
            each.question for each in now.exchanges[: len(chat.exchanges)]
        ]
        assert now.active_at >= chat.active_at
    for chat in after.values():
        assert chat.active_at <= times[-1]
        for each in chat.exchanges:
            assert each.asked_at <= times[-1]
            assert (each.answered_at is None) is not bool(each.answer or each.error)
            assert crowd.chat_with(each.answer_id) == chat
        assert all(each.answered_at is not None for each in chat.exchanges[:-1])
