from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.contract.store_rows import KEY, SEND, queued, text
from tests.contract.stores import Storage
from tests.fakes import assistant
from tui.conversation.outcome import STOPPED_UNSENT
from tui.conversation.recovery import recovered_turn
from tui.store import AccountStore, Again, AtRest, Claim, New, StoredMessage
from tui.turn import PendingTurn, Unsent
from tui.values import replace

ASKED = queued(1)
TURN = PendingTurn("local-t", ASKED.message, assistant("local-t", ""), Unsent(STOPPED_UNSENT))
MINE = replace(SEND, id="local-mine", question=ASKED.message)
THEIRS = replace(MINE, id="local-theirs")
Act = Callable[[AccountStore], object]


def nothing(_: AccountStore) -> None:
    return


def queue(account: AccountStore) -> None:
    account.queue.put("s", ASKED)


def fail_to_send(account: AccountStore) -> None:
    account.save_turn("s", TURN)
    rows = [StoredMessage(at, each) for at, each in enumerate((TURN.question, TURN.answer))]
    account.upsert_messages("s", rows)


def ask_another(account: AccountStore) -> None:
    account.sends.save(replace(THEIRS, question=queued(9).message))


def ask_another_elsewhere(account: AccountStore) -> None:
    account.sends.save(replace(THEIRS, session_id="t", question=queued(9).message))


def take_it(account: AccountStore) -> None:
    account.sends.save(THEIRS)
    account.drop_turn("s", TURN.id)
    account.sends.end(THEIRS.id)


def answer_it(account: AccountStore) -> None:
    take_it(account)
    account.upsert_messages("s", [StoredMessage(5, assistant("m9", "Rye."))])


def make_a_session_of_it(account: AccountStore) -> None:
    account.queue.move("s", "made")
    account.move_history("s", "made")


async def lying(account: AccountStore) -> list[str]:
    """Return by their ids the questions that lie somewhere to be sent."""
    queues = (await account.queue.by_session()).values()
    turns = (await account.unsent_turns()).values()
    unsent = [each.question.id for turns_of_one in turns for each in turns_of_one]
    return [*(each.id for queue in queues for each in queue), *unsent]


@pytest.mark.parametrize(
    ("before", "act", "claim", "is_ours"),
    [
        (queue, nothing, AtRest(), True),
        (fail_to_send, nothing, AtRest(), True),
        (nothing, nothing, New(), True),
        (fail_to_send, nothing, Again(TURN.answer.id), True),
        (nothing, nothing, Again("m0"), True),
        (queue, ask_another_elsewhere, AtRest(), True),
        (nothing, nothing, AtRest(), False),
        (queue, take_it, AtRest(), False),
        (fail_to_send, take_it, AtRest(), False),
        (queue, make_a_session_of_it, AtRest(), False),
        (fail_to_send, make_a_session_of_it, AtRest(), False),
        (queue, ask_another, AtRest(), False),
        (fail_to_send, ask_another, AtRest(), False),
        (nothing, ask_another, New(), False),
        (fail_to_send, ask_another, Again(TURN.answer.id), False),
        (fail_to_send, answer_it, Again(TURN.answer.id), False),
    ],
)
async def test_a_question_is_claimed_from_where_it_lies_by_one_client(
    storage: Storage, before: Act, act: Act, claim: Claim, is_ours: bool
) -> None:
    mine, theirs = storage.start().account(KEY), storage.beside().account(KEY)
    before(mine)
    await mine.flush()
    act(theirs)
    await theirs.flush()
    left = [] if is_ours and isinstance(claim, AtRest) else await lying(mine)
    assert await mine.sends.claim(MINE, claim) is is_ours
    assert await lying(theirs) == left
    # in one process no other can be told of it
    assert await theirs.sends.claim(replace(THEIRS, id="local-late"), AtRest()) is False
    if is_ours:
        mine.sends.end(MINE.id)
        await mine.flush()
        assert await theirs.sends.claim(replace(THEIRS, id="local-late"), New())


async def test_what_was_never_sent_is_queued_unless_another_client_has_taken_it(
    storage: Storage,
) -> None:
    mine, theirs = storage.start().account(KEY), storage.beside().account(KEY)
    fail_to_send(mine)
    mine.queue.put("s", queued(2))
    mine.queue.requeue("s", ASKED, before=queued(2).id)
    mine.queue.requeue("s", queued(3))
    await mine.flush()
    assert await lying(theirs) == [ASKED.id, queued(2).id]
    assert list(await theirs.messages("s")) == []
    assert await theirs.sends.claim(THEIRS, AtRest())
    mine.queue.requeue("s", ASKED)
    mine.queue.move("s", "t")
    mine.update_turn("s", TURN)
    await mine.flush()
    assert await lying(theirs) == [queued(2).id]
    assert list(await theirs.queue.by_session()) == ["t"]


async def test_a_history_moves_with_all_that_there_is_of_it(storage: Storage) -> None:
    account = storage.start().account(KEY)
    fail_to_send(account)
    for number in (1, 2):
        account.queue.put("s", queued(number))
    account.queue.put("made", queued(3))
    account.upsert_messages("made", [StoredMessage(7, assistant("m7", "Rye."))])
    make_a_session_of_it(account)
    account.update_turn("made", replace(TURN, question_id="m1"))
    make_a_session_of_it(account)
    await account.flush()
    for each in (account, storage.start().account(KEY)):
        assert not await each.messages("s")
        assert not await each.open_turns("s")
        shown = [row.message.id for row in await each.messages("made")]
        assert shown == [TURN.question.id, TURN.answer.id, "m7"]
        assert [turn.question_id for turn in await each.open_turns("made")] == ["m1"]
        assert await lying(each) == [*(queued(n).id for n in (3, 1, 2)), ASKED.id]


async def test_a_send_that_was_cut_off_becomes_a_turn_once(storage: Storage) -> None:
    before = storage.start().account(KEY)
    before.upsert_messages("s", [StoredMessage(3, assistant("m3", "Hello"))])
    before.sends.save(MINE)
    assert not await before.sends.recover(MINE.id, "s", recovered_turn)
    before.sends.save(replace(MINE, is_out=True))
    before.sends.add_arrived(MINE.id, [text("Ry")])
    await before.flush()
    mine, theirs = storage.start().account(KEY), storage.beside().account(KEY)
    assert await mine.sends.recover(MINE.id, "s", recovered_turn)
    assert not await theirs.sends.recover(MINE.id, "s", recovered_turn)
    (turn,) = await theirs.open_turns("s")
    assert not turn.is_unsent
    assert [row.message.text for row in await theirs.messages("s")] == ["Hello", "Hi", "Ry"]
    assert list(await theirs.sends.unfinished()) == []
