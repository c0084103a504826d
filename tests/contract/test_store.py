from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.store_rows import KEY, QUESTION, SEND, queued, text, tool
from tests.contract.stores import STORAGES, Storage, fresh_storage
from tests.fakes import NOON, assistant, user
from tui.model import Failure, MessageStatus, NotePart, Session, ToolPart, ToolState
from tui.query import Document, Matcher, parse
from tui.query.found import Catalogue, Page
from tui.safe_text import SafeText
from tui.store import (
    NO_MARKS,
    AccountKey,
    AccountStore,
    ExchangeMarks,
    SessionMarks,
    StoredMessage,
    digest_of,
)
from tui.turn import Cut, PendingTurn, Unsent
from tui.values import replace


@pytest.fixture
def account(storage: Storage) -> AccountStore:
    return storage.start().account(KEY)


def turn(number: int) -> PendingTurn:
    asked = user(f"local-q{number}", "Hi")
    answer = assistant(f"local-a{number}", "Hel").with_status(MessageStatus.PARTIAL)
    outcome = Cut(Failure("Cut.", status=502))
    return PendingTurn(answer.id, asked, answer, outcome, frozenset({"m0"}), frozenset({"m1"}))


async def ids(account: AccountStore, bot_id: str = "bot") -> list[str]:
    return [each.id for each in await account.lists.of(bot_id)]


async def test_an_empty_store_knows_nothing(account: AccountStore) -> None:
    assert await ids(account) == []
    assert list(await account.messages("s")) == []
    assert list(await account.open_turns("s")) == []
    assert list(await account.sends.unfinished()) == []
    assert dict(await account.drafts.all()) == {}
    assert dict(await account.queue.by_session()) == {}
    assert list(await account.questions.all()) == []
    assert dict(await account.marks.all()) == {}
    account.forget_session("s")
    account.drop_messages("s", ["m"])
    account.drop_turn("s", "t")
    account.sends.end("t")
    account.lists.drop("bot", "s")
    await account.flush()
    assert await ids(account) == []


async def test_what_was_written_is_there_after_a_restart(storage: Storage) -> None:
    before = storage.start().account(KEY)
    before.lists.replace("bot", [Session("s", SafeText("Title"), updated_at=NOON)])
    stored = [StoredMessage(0, QUESTION), StoredMessage(1, assistant("a", tool(ToolState.DONE)))]
    before.upsert_messages("s", stored)
    before.save_turn("s", turn(1))
    before.sends.save(SEND)
    before.sends.add_arrived(SEND.id, [text("Hel")], frozenset({"m1"}))
    before.drafts.save("s", "half a")
    before.questions.remember("Hi")
    before.marks.save("s", SessionMarks(is_pinned=True, title=SafeText("Mine")))
    await before.flush()
    after = storage.start().account(KEY)
    (session,) = await after.lists.of("bot")
    assert session == Session("s", SafeText("Title"), updated_at=NOON)
    messages = await after.messages("s")
    assert list(messages) == stored
    assert messages[0].message.raw == QUESTION.raw
    assert list(await after.open_turns("s")) == [turn(1)]
    assert list(await after.sends.unfinished()) == [
        replace(SEND, arrived=(text("Hel"),), named_ids=frozenset({"m1"}))
    ]
    assert dict(await after.drafts.all()) == {"s": "half a"}
    assert list(await after.questions.all()) == ["Hi"]
    marks = SessionMarks(is_pinned=True, title=SafeText("Mine"))
    assert dict(await after.marks.all()) == {"s": marks}


@pytest.mark.parametrize(
    "other",
    [
        replace(KEY, api="gpt-trainer"),
        replace(KEY, base_url="http://127.0.0.1:2"),
        replace(KEY, owner="bob@example.org"),
    ],
)
async def test_accounts_do_not_see_one_another(storage: Storage, other: AccountKey) -> None:
    store = storage.start()
    mine, theirs = store.account(KEY), store.account(other)
    mine.lists.put_first("bot", Session("s"))
    mine.upsert_messages("s", [StoredMessage(0, QUESTION)])
    mine.save_turn("s", turn(1))
    mine.sends.save(SEND)
    mine.drafts.save("s", "half a")
    mine.queue.put("s", queued(1))
    mine.questions.remember("Hi")
    mine.marks.save("s", SessionMarks(is_pinned=True))
    assert await ids(theirs) == []
    assert dict(await theirs.queue.by_session()) == {}
    assert list(await theirs.messages("s")) == []
    assert list(await theirs.open_turns("s")) == []
    assert list(await theirs.sends.unfinished()) == []
    assert dict(await theirs.drafts.all()) == {}
    assert list(await theirs.questions.all()) == []
    assert dict(await theirs.marks.all()) == {}
    theirs.forget_session("s")
    assert len(await mine.messages("s")) == 1


async def test_a_list_tells_of_the_stored_messages(account: AccountStore) -> None:
    history = [user("q", "What is\na monad?"), assistant("a", "A monoid.")]
    account.lists.put_first("bot", Session("s"))
    account.lists.put_first("bot", Session("unread"))
    account.upsert_messages("s", [StoredMessage(at, each) for at, each in enumerate(history)])
    assert await ids(account) == ["unread", "s"]
    digests = await account.lists.digests("bot")
    assert dict(digests) == {"s": digest_of(history)}
    account.drop_messages("s", ["a"])
    assert (await account.lists.digests("bot"))["s"] == digest_of(history[:1])
    # what was told before stays as it was
    assert digests["s"] == digest_of(history)


async def test_lists_keep_their_order_each_for_its_bot(account: AccountStore) -> None:
    account.lists.replace("bot", [Session(name) for name in "abc"])
    account.lists.replace("other", [Session("d")])
    account.lists.put_first("bot", Session("c", SafeText("Third")))
    account.lists.put_first("bot", Session("new"))
    account.lists.drop("bot", "a")
    account.lists.update("bot", Session("b", SafeText("Second")))
    account.lists.update("bot", Session("gone"))
    assert list(await account.lists.of("bot")) == [
        Session("new"),
        Session("c", SafeText("Third")),
        Session("b", SafeText("Second")),
    ]
    assert await ids(account, "other") == ["d"]
    account.lists.replace("bot", [Session("b"), Session("new")])
    assert await ids(account) == ["b", "new"]


async def test_of_two_sessions_with_one_id_the_first_is_stored(account: AccountStore) -> None:
    account.lists.replace("bot", [Session("a", SafeText("First")), Session("a")])
    assert list(await account.lists.of("bot")) == [Session("a", SafeText("First"))]


async def test_what_is_stored_of_a_session_stays_when_it_leaves_the_list(
    account: AccountStore,
) -> None:
    account.lists.put_first("bot", Session("s"))
    account.upsert_messages("s", [StoredMessage(0, QUESTION)])
    account.lists.replace("bot", [])
    assert len(await account.messages("s")) == 1


async def test_messages_come_in_the_order_of_their_positions(account: AccountStore) -> None:
    account.upsert_messages(
        "s", [StoredMessage(7, user("c", "3")), StoredMessage(1, user("a", "1"))]
    )
    account.upsert_messages("s", [StoredMessage(3, user("b", "2"))])
    assert [row.message.id for row in await account.messages("s")] == ["a", "b", "c"]
    account.upsert_messages("s", [StoredMessage(9, user("a", "4"))])
    assert [row.message.text for row in await account.messages("s")] == ["2", "3", "4"]


Change = tuple[str, str, int]
CHANGES = st.lists(
    st.tuples(st.sampled_from("+-"), st.sampled_from("abcde"), st.integers(0, 9)), max_size=20
)


@pytest.mark.slow
@given(changes=CHANGES)
@pytest.mark.parametrize("each_kind", STORAGES)
def test_messages_are_those_added_and_not_dropped(each_kind: str, changes: list[Change]) -> None:
    async def play(account: AccountStore) -> None:
        expected: dict[str, int] = {}
        for sign, name, number in changes:
            # no two at one position
            position = number * 5 + "abcde".index(name)
            if sign == "+":
                expected[name] = position
                account.upsert_messages("s", [StoredMessage(position, user(name, str(position)))])
            else:
                expected.pop(name, None)
                account.drop_messages("s", [name])
            rows = await account.messages("s")
            assert {row.message.id: row.position for row in rows} == expected
            assert [row.position for row in rows] == sorted(expected.values())
            assert all(row.message.text == str(row.position) for row in rows)

    with fresh_storage(each_kind) as storage:
        asyncio.run(play(storage.start().account(KEY)))


async def test_turns_stay_in_the_order_in_which_they_were_asked(account: AccountStore) -> None:
    for number in (2, 1, 3):
        account.save_turn("s", turn(number))
    changed = replace(turn(2), question_id="m4")
    account.save_turn("s", changed)
    account.drop_turn("s", turn(3).id)
    assert list(await account.open_turns("s")) == [changed, turn(1)]
    assert list(await account.open_turns("t")) == []
    assert await account.unsent_turns() == {}
    unsent = [replace(turn(at), outcome=Unsent(Failure("No connection."))) for at in range(2, 5)]
    for session_id, each in zip(["u", "s", "u"], unsent, strict=True):
        account.save_turn(session_id, each)
    by_session = {key: list(each) for key, each in (await account.unsent_turns()).items()}
    assert by_session == {"u": [unsent[0], unsent[2]], "s": [unsent[1]]}
    account.drop_turn("s", unsent[1].id)
    assert list(await account.unsent_turns()) == ["u"]


async def test_drafts_are_kept_per_session_until_emptied(account: AccountStore) -> None:
    account.drafts.save("s", "half")
    account.drafts.save("", "new")
    assert dict(await account.drafts.all()) == {"s": "half", "": "new"}
    account.drafts.save("s", "")
    account.drafts.save("t", "")
    assert dict(await account.drafts.all()) == {"": "new"}


async def test_questions_come_newest_first_and_once(account: AccountStore) -> None:
    for words in ("one", "two", "one", "three"):
        account.questions.remember(words)
    assert list(await account.questions.all()) == ["three", "one", "two"]


async def test_marks_are_kept_per_session_until_there_are_none(account: AccountStore) -> None:
    marks = SessionMarks(title=SafeText("Mine"), note=SafeText("n"), place="m1")
    account.marks.save("s", marks)
    account.marks.save("t", SessionMarks(is_pinned=True))
    account.marks.save("t", SessionMarks())
    assert dict(await account.marks.all()) == {"s": marks}


async def test_two_changes_of_marks_leave_each_other_what_they_did_not_change(
    account: AccountStore,
) -> None:
    one, two, three = map(SafeText, ("one", "two", "three"))
    before = SessionMarks(
        tags=(one, two), exchanges=(ExchangeMarks("m"), ExchangeMarks("n", tags=(one,)))
    )
    account.marks.save("s", before)
    first = replace(before, is_flagged=True, tags=(two, three))
    account.marks.save("s", first.with_exchange(ExchangeMarks("m", note=one)), before)
    second = replace(before, note=two, tags=(one, two, one))
    account.marks.save("s", second.with_exchange(ExchangeMarks("n")), before)
    (marks,) = (await account.marks.all()).values()
    assert (marks.is_flagged, marks.note, marks.tags) == (True, two, (two, three))
    assert marks.exchanges == (ExchangeMarks("m", note=one),)
    account.marks.save("t", replace(NO_MARKS, seen_until=NOON), NO_MARKS)
    account.marks.save("t", NO_MARKS, replace(NO_MARKS, seen_until=NOON))
    assert list(await account.marks.all()) == ["s"]


async def test_a_forgotten_session_takes_all_that_is_its_own_with_it(storage: Storage) -> None:
    account = storage.start().account(KEY)
    for name in ("s", "t"):
        account.lists.put_first("bot", Session(name))
        account.upsert_messages(name, [StoredMessage(0, QUESTION)])
        account.save_turn(name, turn(1))
        account.sends.save(replace(SEND, id=name, session_id=name))
        account.drafts.save(name, "half")
        account.marks.save(name, SessionMarks(is_pinned=True))
    account.forget_session("s")
    await account.flush()
    account = storage.start().account(KEY)
    assert list(await account.messages("s")) == []
    assert list(await account.open_turns("s")) == []
    assert [send.session_id for send in await account.sends.unfinished()] == ["t"]
    assert list(await account.drafts.all()) == ["t"]
    assert list(await account.marks.all()) == ["t"]
    assert len(await account.messages("t")) == len(await account.open_turns("t")) == 1
    assert await ids(account) == ["t", "s"]
    assert "s" not in await account.lists.digests("bot")


async def test_what_was_handed_over_or_returned_may_be_changed(account: AccountStore) -> None:
    rows, sessions = [StoredMessage(0, QUESTION)], [Session("s")]
    account.upsert_messages("s", rows)
    account.lists.replace("bot", sessions)
    rows.clear()
    sessions.clear()
    messages = await account.messages("s")
    account.drop_messages("s", [QUESTION.id])
    assert len(messages) == 1
    assert await ids(account) == ["s"]


HAYSTACK = [
    user("q", "How do I bake bread?"),
    assistant("a", "With **ry**e flour, CAFÉ style, or 中文."),
    assistant("b", ToolPart(0, SafeText("recipe"), {"for": "Brot"}, ToolState.DONE, "sourdough")),
    assistant("c", NotePart(SafeText("Cut at the limit."))),
]
WORDS = {"bread": "q", "flour": "a", "cafe": "a", "文": "a", "brot": "b", "dough": "b", "cut": "c"}


@pytest.mark.parametrize("words", WORDS)
async def test_a_search_misses_no_message_that_shows_the_words(
    account: AccountStore, words: str
) -> None:
    for name in ("s", "t"):
        rows = [StoredMessage(at, each) for at, each in enumerate(HAYSTACK)]
        account.upsert_messages(name, rows)
    catalogue = Catalogue(map(Document, (Session("s"), Session("unread"))))
    matcher = Matcher(parse(words), NOON)
    found = await account.find(matcher, catalogue, Page(10))
    assert [each.document.session.id for each in found.sessions] == ["s"]
    shown = [message for each in found.sessions[0].hit.exchanges for message in each.messages]
    assert WORDS[words] in [message.id for message in shown]
