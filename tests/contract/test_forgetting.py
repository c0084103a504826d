from __future__ import annotations

from datetime import timedelta

from tests.contract.stores import Storage
from tests.contract.test_let_go import HISTORY, KEY, TURN, filled
from tests.fakes import NOON
from tui.facts import SessionFacts
from tui.model import Session
from tui.safe_text import SafeText
from tui.store import SessionMarks
from tui.store.forgetting import Kept, bare
from tui.values import replace


async def test_what_is_kept_of_each_session_is_told(storage: Storage) -> None:
    account = storage.start().account(KEY)
    assert dict(await account.forgetting.kept()) == {}
    filled(account, ("s", "t"))
    account.save_turn("s", TURN)
    account.upsert_messages("copied", HISTORY)
    # looking at a session is no mark, and what is written in none belongs to none
    account.marks.save("seen", SessionMarks(seen_until=NOON))
    account.marks.save("", SessionMarks(seen_until=NOON))
    account.drafts.save("", "half a")
    assert dict(await account.forgetting.kept()) == {
        "s": Kept(len(HISTORY), is_marked=True, unsent=4),
        "t": Kept(len(HISTORY), is_marked=True, unsent=3),
        "copied": Kept(len(HISTORY)),
    }
    assert dict(await account.forgetting.kept(["copied", "seen", "", "never seen"])) == {
        "copied": Kept(len(HISTORY))
    }


async def test_all_there_is_of_a_session_is_forgotten_and_nothing_of_another(
    storage: Storage,
) -> None:
    first = storage.start().account(KEY)
    filled(first, ("s", "t"))
    first.questions.remember("What is\na monad?")
    told = Session("s", SafeText("Title"), SafeText("Preview"), updated_at=NOON)
    first.lists.put_first("other bot", told)
    first.lists.put_first("one more", replace(told, gone_at=NOON))
    await first.flush()
    account = storage.start().account(KEY)
    account.forgetting.forget("s", NOON)
    account.forgetting.forget("never seen", NOON + timedelta(days=1))
    await account.flush()
    for later in (account, storage.start().account(KEY)):
        assert list(await later.messages("s")) == []
        assert list(await later.messages("t")) == HISTORY
        # that it is there, and nothing that was said in it
        listed = {each.id: each for each in await later.lists.of("bot")}
        assert listed.keys() == {"s", "t"}
        assert listed["s"] == bare(listed["s"])
        assert [each.session_id for each in await later.sends.unfinished()] == ["t"]
        for kept in (await later.drafts.all(), await later.queue.by_session()):
            assert [*kept] == ["t"]
        assert [*await later.marks.all()] == ["t"]
        assert list(await later.questions.all()) == ["Hi"]
        assert list(await later.lists.of("other bot")) == [Session("s", updated_at=NOON)]
        assert dict(await later.lists.digests("bot")).keys() == {"t"}
        assert list(await later.lists.of("one more")) == []
        assert (await later.forgetting.kept()).keys() == {"t"}
        assert dict(await later.forgetting.forgotten()) == {
            "s": NOON,
            "never seen": NOON + timedelta(days=1),
        }


async def test_that_a_customer_held_it_is_told_of_a_forgotten_session_and_nothing_of_who(
    storage: Storage,
) -> None:
    account = storage.start().account(KEY)
    lead, said = ((SafeText("name"), SafeText("Ada")),), SafeText("Where is it?")
    facts = SessionFacts(lead, {"id": 7}, 2, said, (SafeText("order"),))
    account.lists.replace("bot", [Session("s", SafeText("Title"), updated_at=NOON, facts=facts)])
    account.forgetting.forget("s", NOON)
    await account.flush()
    for later in (account, storage.start().account(KEY)):
        listed = list(await later.lists.of("bot"))
        assert listed == [Session("s", updated_at=NOON, facts=SessionFacts())]


async def test_what_is_stored_again_is_not_forgotten_any_more(storage: Storage) -> None:
    account = storage.start().account(KEY)
    account.forgetting.forget("s", NOON)
    account.forgetting.forget("t", NOON)
    account.upsert_messages("s", HISTORY)
    assert (await account.forgetting.forgotten()).keys() == {"t"}
    assert list(await account.messages("s")) == HISTORY


async def test_a_list_that_is_read_again_tells_nothing_of_what_was_forgotten_until_it_changes(
    storage: Storage,
) -> None:
    account = storage.start().account(KEY)
    told = Session("s", SafeText("Title"), SafeText("Preview"), updated_at=NOON)
    later_told = replace(told, updated_at=NOON + timedelta(seconds=1))
    other = replace(told, id="t")
    account.forgetting.forget("s", NOON)
    account.lists.replace("bot", [told, other])
    assert list(await account.lists.of("bot")) == [bare(told), other]
    account.lists.update("bot", told)
    assert list(await account.lists.of("bot")) == [bare(told), other]
    account.lists.put_first("bot", replace(told, gone_at=NOON))
    assert list(await account.lists.of("bot")) == [
        Session("s", updated_at=NOON, gone_at=NOON),
        other,
    ]
    account.lists.replace("bot", [later_told, other])
    assert list(await account.lists.of("bot")) == [later_told, other]
    # what is kept again is listed as any other
    account.upsert_messages("s", HISTORY)
    account.lists.update("bot", told)
    assert list(await account.lists.of("bot")) == [told, other]
