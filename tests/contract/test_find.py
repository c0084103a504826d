from __future__ import annotations

import asyncio

import pytest

from tests.contract.store_rows import KEY
from tests.contract.stores import Storage
from tests.fakes import assistant, user
from tests.unit.query.queries import NOW
from tui.facts import Feedback, MessageFacts
from tui.model import (
    Citation,
    CitationsPart,
    Message,
    Role,
    Session,
    TextPart,
    ToolPart,
    ToolState,
)
from tui.query import Document, Marks, Matcher, parse
from tui.query.found import Catalogue, Found, Order, Page
from tui.query.tree import TextKey
from tui.safe_text import SafeText
from tui.store import AccountStore, StoredMessage
from tui.values import replace

DOWN = MessageFacts(feedback=Feedback.DOWN, total_tokens=9)
HISTORIES = {
    "new": [user("n1", "A refund?"), assistant("n2", "No **refund**.")],
    "many": [user(f"m{at}", f"Refund number {at}") for at in range(5)],
    "rated": [
        user("r1", "Where is my café order?"),
        Message("r2", Role.ASSISTANT, (TextPart(SafeText("退款")),), facts=DOWN),
    ],
    "other": [user("o1", "Nothing of that")],
}
CATALOGUE = Catalogue(
    Document(
        Session(key, SafeText("Refund of Ada" if key == "titled" else "")),
        marks=Marks(is_flagged=key == "other"),
        first_question="",
    )
    for key in ("new", "titled", "many", "rated", "other", "unread")
)


@pytest.fixture
def account(storage: Storage) -> AccountStore:
    return storage.start().account(KEY)


def placed(found: Found) -> list[tuple[str, list[str]]]:
    """Return the first messages of the exchanges by session."""
    return [
        (each.document.session.id, [exchange.messages[0].id for exchange in each.hit.exchanges])
        for each in found.sessions
    ]


def fill(account: AccountStore) -> None:
    for key, messages in HISTORIES.items():
        rows = [StoredMessage(at, each) for at, each in enumerate(messages)]
        account.upsert_messages(key, rows)


MANY = [f"m{at}" for at in range(5)]


async def test_of_each_session_the_first_hit_can_be_enough(account: AccountStore) -> None:
    fill(account)
    page = Page(100, is_by_session=True)
    found = await account.find(Matcher(parse("refund"), NOW), CATALOGUE, page)
    assert placed(found) == [("new", ["n1"]), ("titled", []), ("many", ["m0"])]
    assert (found.count, found.is_all) == (3, True)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("refund", [("new", ["n1"]), ("titled", []), ("many", MANY)]),
        ("refund -number", [("new", ["n1"]), ("titled", [])]),
        ("REFUND 3", [("many", ["m3"])]),
        ('"number 3"', [("many", ["m3"])]),
        ("款", [("rated", ["r1"])]),
        ("cafe feedback:down", [("rated", ["r1"])]),
        ("tokens:>8", [("rated", ["r1"])]),
        ("flag:", [("other", [])]),
        ("messages:5", [("many", [])]),
        ("-messages:>0", [("titled", []), ("unread", [])]),
        ("xyzzy", []),
        ("-role:user", [("new", ["n1"]), ("rated", ["r1"])]),
    ],
)
async def test_a_store_finds_exchanges_by_session(
    account: AccountStore, text: str, places: list[tuple[str, list[str]]]
) -> None:
    fill(account)
    found = await account.find(Matcher(parse(text), NOW), CATALOGUE, Page(100))
    assert placed(found) == places
    assert found.is_all
    assert found.count == sum(max(1, len(each)) for _, each in places)


async def test_pages_of_results_follow_one_another(account: AccountStore) -> None:
    fill(account)
    matcher = Matcher(parse("refund"), NOW)
    pages = [
        placed(await account.find(matcher, CATALOGUE, Page(3, offset))) for offset in (0, 3, 6, 9)
    ]
    assert pages == [
        [("new", ["n1"]), ("titled", []), ("many", MANY[:1])],
        [("many", MANY[1:4])],
        [("many", MANY[4:])],
        [],
    ]


async def test_what_is_called_so_comes_first_when_relevance_counts_and_then_what_has_more(
    account: AccountStore,
) -> None:
    fill(account)
    matcher = Matcher(parse("refund"), NOW)
    found = await account.find(matcher, CATALOGUE, Page(100, order=Order.RELEVANT))
    assert [key for key, _ in placed(found)] == ["titled", "many", "new"]


async def test_what_was_changed_or_dropped_is_found_as_it_is_now(account: AccountStore) -> None:
    fill(account)
    account.upsert_messages("other", [StoredMessage(0, user("o1", "A refund at last"))])
    account.drop_messages("many", MANY[1:])
    account.forget_session("new")
    found = await account.find(Matcher(parse("refund"), NOW), CATALOGUE, Page(100))
    assert placed(found) == [("titled", []), ("many", ["m0"]), ("other", ["o1"])]


async def comes_to(account: AccountStore, field: TextKey, *texts: str) -> None:
    """Wait until these are told: what came just now may follow."""
    async with asyncio.timeout(10):
        while tuple(await account.told_texts(field)) != texts:
            await account.flush()


async def test_what_is_told_of_messages_is_there_once_and_of_this_account(
    storage: Storage,
) -> None:
    store = storage.start()
    account, other = store.account(KEY), store.account(replace(KEY, owner="bob"))
    cited = CitationsPart(
        (Citation(SafeText("1"), SafeText("Pricing.PDF"), SafeText("https://a.example/p")),)
    )
    used = ToolPart(0, SafeText("Lookup"), None, ToolState.DONE)
    answers = [Message(f"a{at}", Role.ASSISTANT, (used, cited)) for at in range(2)]
    account.upsert_messages("s", [StoredMessage(at, each) for at, each in enumerate(answers)])
    theirs = Message("b", Role.ASSISTANT, (ToolPart(0, SafeText("theirs"), None, ToolState.DONE),))
    other.upsert_messages("t", [StoredMessage(0, theirs)])
    await comes_to(account, TextKey.SOURCE, "https://a.example/p", "pricing.pdf")
    await comes_to(account, TextKey.TOOL, "lookup")
    await comes_to(other, TextKey.TOOL, "theirs")
    account.forgetting.forget("s", NOW)
    await comes_to(account, TextKey.SOURCE)
