from __future__ import annotations

from tests.contract.store_rows import KEY, QUESTION, SEND, queued, text, tool
from tests.contract.stores import Storage
from tests.fakes import NOON
from tui.model import ToolState
from tui.store import AccountStore
from tui.values import replace


async def test_a_send_is_told_with_all_that_arrived_until_it_ends(storage: Storage) -> None:
    account = storage.start().account(KEY)
    later = replace(SEND, id="local-b", began_at=NOON.replace(hour=13))
    account.sends.save(SEND)
    account.sends.save(later)
    account.sends.add_arrived(SEND.id, [text("Let me "), tool(ToolState.RUNNING)])
    account.sends.save(replace(SEND, session_id="t", is_out=True))
    result = tool(ToolState.DONE, "rye")
    account.sends.add_arrived(SEND.id, [result, text("Ry"), text("e.")], frozenset("m"))
    assert list(await account.sends.unfinished()) == []
    await account.flush()
    account = storage.start().account(KEY)
    first, second = await account.sends.unfinished()
    assert first == replace(
        SEND,
        session_id="t",
        is_out=True,
        named_ids=frozenset("m"),
        arrived=(text("Let me "), result, text("Rye.")),
    )
    assert first.question.raw == QUESTION.raw
    assert second == later
    account.sends.end(SEND.id)
    account.sends.end(SEND.id)
    account.sends.add_arrived(SEND.id, [text("late")])
    assert list(await account.sends.unfinished()) == [later]
    await account.flush()
    assert list(await storage.start().account(KEY).sends.unfinished()) == [later]


async def ids_queued(account: AccountStore) -> dict[str, list[str]]:
    by_session = await account.queue.by_session()
    return {session_id: [each.id for each in queue] for session_id, queue in by_session.items()}


async def test_questions_are_queued_in_their_order_over_a_restart(storage: Storage) -> None:
    before = storage.start().account(KEY)
    before.queue.put("s", queued(1))
    before.queue.put("s", queued(2))
    before.queue.put("s", queued(3), before="local-w2")
    before.queue.put("t", replace(queued(4), streaming=False, workflow_id="w"))
    before.queue.put("s", queued(5), before="unknown")
    before.queue.drop("local-w1")
    before.queue.drop("unknown")
    await before.flush()
    after = storage.start().account(KEY)
    wanted = {"s": ["local-w3", "local-w2", "local-w5"], "t": ["local-w4"]}
    assert await ids_queued(before) == await ids_queued(after) == wanted
    (last,) = (await after.queue.by_session())["t"]
    assert last == replace(queued(4), streaming=False, workflow_id="w")
    assert last.written == queued(4).written


async def test_a_question_is_in_one_queue_and_in_none_once_its_send_is_written_down(
    storage: Storage,
) -> None:
    account = storage.start().account(KEY)
    account.queue.put("local-s", queued(1))
    account.queue.put("local-s", queued(2))
    account.queue.put("s", queued(1))
    account.queue.put("s", queued(2, "Hi, changed"))
    assert await ids_queued(account) == {"s": ["local-w1", "local-w2"]}
    account.sends.save(replace(SEND, question=queued(1).message))
    await account.flush()
    for each in (account, storage.start().account(KEY)):
        (left,) = (await each.queue.by_session())["s"]
        assert left.message.text == "Hi, changed"
    account.forget_session("s")
    assert await ids_queued(account) == {}
