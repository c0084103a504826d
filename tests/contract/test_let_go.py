from __future__ import annotations

from tests.contract.stores import Storage
from tests.fakes import NOON, assistant, user
from tui.model import Failure, MessageStatus, Session, TextPart
from tui.safe_text import SafeText
from tui.store import AccountKey, AccountStore, Send, SessionMarks, StoredMessage, digest_of
from tui.turn import Cut, PendingTurn, QueuedQuestion
from tui.values import replace

KEY = AccountKey("hardwire", "http://127.0.0.1:1", "ada@example.org")
HISTORY = [
    StoredMessage(at, each)
    for at, each in enumerate([user("q", "What is\na monad?"), assistant("a", "A monoid.")])
]
CUT = assistant("local-a", "Hel").with_status(MessageStatus.PARTIAL)
TURN = PendingTurn(CUT.id, user("local-q", "Hi"), CUT, Cut(Failure("Cut.", status=502)))


def filled(account: AccountStore, session_ids: tuple[str, ...]) -> None:
    """Store of each of these sessions all that can be stored."""
    account.lists.replace("bot", [Session(each, SafeText("Title")) for each in session_ids])
    for session_id in session_ids:
        account.upsert_messages(session_id, HISTORY)
        account.drafts.save(session_id, f"half a {session_id}")
        account.marks.save(session_id, SessionMarks(is_pinned=True, title=SafeText("Mine")))
        send = Send(f"local-{session_id}", session_id, "bot", user("local-q2", "Hm?"), NOON)
        account.sends.save(send)
        account.queue.put(session_id, QueuedQuestion(user(f"local-w{session_id}", "And?")))
        account.sends.add_arrived(send.id, [TextPart(SafeText("Hel"))], frozenset({"m1"}))
    account.questions.remember("Hi")


async def besides_messages(account: AccountStore, session_ids: tuple[str, ...]) -> list[object]:
    return [
        await account.lists.of("bot"),
        [await account.open_turns(each) for each in session_ids],
        await account.sends.unfinished(),
        await account.drafts.all(),
        await account.queue.by_session(),
        await account.questions.all(),
        await account.marks.all(),
    ]


async def test_nothing_but_messages_is_let_go_of_and_of_no_other_session(storage: Storage) -> None:
    session_ids = ("s", "t")
    first = storage.start().account(KEY)
    filled(first, session_ids)
    await first.flush()
    account = storage.start().account(KEY)
    before = await besides_messages(account, session_ids)
    for each in ("s", "unknown", "s"):
        account.let_go(each)
    await account.flush()
    for later in (account, storage.start().account(KEY)):
        # one on disk has nothing to forget
        assert list(await later.messages("s")) in ([], HISTORY)
        assert list(await later.messages("t")) == HISTORY
        assert await besides_messages(later, session_ids) == before


async def test_a_history_with_a_turn_that_only_we_have_is_not_let_go_of(storage: Storage) -> None:
    first = storage.start().account(KEY)
    filled(first, ("s",))
    first.save_turn("s", TURN)
    await first.flush()
    account = storage.start().account(KEY)
    before = await besides_messages(account, ("s",))
    account.let_go("s")
    await account.flush()
    for later in (account, storage.start().account(KEY)):
        assert list(await later.messages("s")) == HISTORY
        assert await besides_messages(later, ("s",)) == before


async def test_a_history_that_the_server_has_no_more_is_not_let_go_of(storage: Storage) -> None:
    account = storage.start().account(KEY)
    filled(account, ("s", "t"))
    account.lists.update("bot", Session("s", SafeText("Title"), gone_at=NOON))
    account.let_go("s")
    assert list(await account.messages("s")) == HISTORY


async def test_what_was_let_go_of_can_be_stored_again(storage: Storage) -> None:
    account = storage.start().account(KEY)
    filled(account, ("s",))
    account.let_go("s")
    longer = [*HISTORY, StoredMessage(2, replace(HISTORY[0].message, id="q2"))]
    account.upsert_messages("s", longer)
    assert list(await account.messages("s")) == longer
    digests = await account.lists.digests("bot")
    assert digests["s"] == digest_of([row.message for row in longer])
