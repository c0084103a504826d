from __future__ import annotations

from datetime import timedelta

import pytest

from tests.fakes import NOON, ScriptedBackend, assistant, connection, user
from tests.tables import each_row
from tui.backends.base import Capabilities
from tui.conversation import Connection
from tui.conversation.message_finder import MessageFinder
from tui.conversation.session_catalogue import SessionCatalogue
from tui.conversation.session_finder import SessionFinder, asked_of_histories
from tui.facts import Feedback, MessageFacts, SessionFacts
from tui.model import Citation, CitationsPart, Message, Role, Session, ToolPart, ToolState
from tui.query import Matcher, parse
from tui.query.completion import completions
from tui.query.found import Page
from tui.safe_text import SafeText
from tui.store import Digest, MemoryStore, StoredMessage
from tui.values import replace

DOWN = MessageFacts(feedback=Feedback.DOWN, without_source=True)


async def operated(*, is_operators: bool = True) -> Connection:
    """Return a connection with three sessions, of which one was rated twice."""
    facts = SessionFacts(labels=(SafeText("refund"),)) if is_operators else None
    listed = [Session(each, updated_at=NOON - timedelta(hours=1), facts=facts) for each in "abc"]
    link = connection(ScriptedBackend(listed=listed))
    await link.sessions()
    answers = [replace(assistant(f"m{at}", "No."), facts=DOWN) for at in (1, 3)]
    rows = [user("m0", "Why?"), answers[0], user("m2", "Why not?"), answers[1]]
    link.store.upsert_messages("b", [StoredMessage(*each) for each in enumerate(rows)])
    return link


async def counts(finder: SessionFinder) -> dict[str, list[str]]:
    return {each.name: list(each.found.ids) for each in await finder.count()}


async def test_an_operator_is_told_what_is_unread_and_what_went_wrong() -> None:
    link = await operated()
    finder = SessionFinder(link)
    before = finder.basis
    assert await counts(finder) == {
        "Unread": ["a", "b", "c"],
        "No source": ["b"],
        "Frustrated": [],
        "👎": ["b"],
    }
    assert finder.basis == before
    link.local.marks.mark_read(link.listed_sessions()[:1])
    link.local.marks.change(["b"], lambda each: replace(each, is_archived=True))
    assert finder.basis != before
    assert await counts(finder) == {"Unread": ["c"], "No source": [], "Frustrated": [], "👎": []}
    assert await finder.find_ids(parse("archived:")) == ["b"]
    assert await finder.find_ids(parse("-archived:")) == ["a", "c"]
    assert list(finder.known()["label"]) == ["refund"]


@pytest.mark.parametrize("finds_messages", [False, True])
async def test_a_query_may_name_the_tools_and_sources_that_answers_had(
    finds_messages: bool,
) -> None:
    link = await operated()
    finder = SessionFinder(link)
    used = ToolPart(0, SafeText("Lookup"), None, ToolState.DONE)
    cited = CitationsPart((Citation(SafeText("1"), SafeText("Pricing.pdf")),))
    link.store.upsert_messages("c", [StoredMessage(0, Message("m", Role.ASSISTANT, (used, cited)))])
    assert not {"tool", "source"} & finder.known().keys()
    query = parse("tool: -source:x")
    if finds_messages:
        await MessageFinder(link, finder.catalogue).find(query, Page(9))
    else:
        await finder.find(query)
    known = finder.known()
    assert (list(known["tool"]), list(known["source"])) == (["lookup"], ["pricing.pdf"])
    assert completions("source:pri", 10, known).candidates == ("pricing.pdf",)


async def test_what_was_asked_from_here_is_not_told_of_as_what_customers_miss() -> None:
    link = await operated()
    finder = SessionFinder(link)
    assert (await counts(finder))["No source"] == ["b"]
    link.local.marks.note_ours("b")
    assert (await counts(finder))["No source"] == []
    assert await finder.find_ids(parse("own:")) == ["b"]
    assert await finder.find_ids(parse("-own:")) == ["a", "c"]


async def test_others_are_told_of_the_queries_they_saved_alone() -> None:
    link = await operated(is_operators=False)
    assert SessionFinder(link).saved() == []
    link.queries = {"Mine": "title:b", "None": "nosource: cut:"}
    link.local.marks.change(["b"], lambda each: replace(each, title=SafeText("B")))
    assert await counts(SessionFinder(link)) == {"Mine": ["b"], "None": []}


async def test_what_is_written_in_a_session_is_found_at_once() -> None:
    link = await operated()
    finder = SessionFinder(link)
    assert await finder.find_ids(parse("draft:")) == []
    link.local.save_draft("c", "half a")
    assert await finder.find_ids(parse("draft:half")) == ["c"]


async def test_documents_are_made_anew_for_what_has_changed_alone() -> None:
    link = await operated()
    catalogue = SessionCatalogue(link)
    before = await catalogue.every()
    assert await catalogue.every() is before
    link.local.marks.change(["b"], lambda each: replace(each, is_flagged=True))
    link.session_index.put_first(Session("new", updated_at=NOON))
    new, *others = (await catalogue.every()).documents
    is_same = [each is old for each, old in zip(others, before.documents, strict=True)]
    assert (new.session.id, is_same) == ("new", [True, False, True])
    assert others[1].marks.is_flagged
    fresh = await SessionCatalogue(link).every(drafts=True)
    assert fresh.documents == (await catalogue.every()).documents


@each_row(
    "text", ["", "unread:", "-unread:", "after:2h", "before:2h", "-after:2h unread:", "flag: tag:x"]
)
async def test_those_that_hold_are_the_same_as_a_look_at_every_document_tells(text: str) -> None:
    link = await operated()
    marks = link.local.marks
    for number in range(4):
        moment = None if number == 3 else NOON - timedelta(hours=number)
        link.session_index.put_first(Session(f"n{number}", created_at=moment))
    marks.mark_read(link.listed_sessions()[:2])
    marks.change(["b", "n1", "n3"], lambda each: replace(each, is_unread=True))
    marks.change(["c"], lambda each: replace(each, is_flagged=True, tags=(SafeText("x"),)))
    matcher, catalogue = Matcher(parse(text), NOON), SessionCatalogue(link)
    for _ in range(2):
        documents = (await SessionCatalogue(link).every()).documents
        assert await catalogue.holding(matcher) == list(filter(matcher.holds_of_session, documents))
        marks.undo()


async def test_what_was_said_is_found_anew_when_a_history_has_changed() -> None:
    link = await operated()
    finder = SessionFinder(link)
    query = parse("feedback:down after:7d")
    assert await finder.find_ids(query) == ["b"]
    answer = replace(assistant("m1", "No."), facts=DOWN)
    await link.conversation("c").load()
    link.store.upsert_messages(
        "c", [StoredMessage(0, user("m0", "Why?")), StoredMessage(1, answer)]
    )
    link.session_index.digests.note("c", Digest())
    assert await finder.find_ids(query) == ["b", "c"]


@each_row(
    "text",
    ["", " ", "unread: -archived:", "flag: after:7d", "tag:todo", "lead:ada note:", "nosuch:"],
)
def test_what_the_list_and_marks_tell_is_found_without_histories(text: str) -> None:
    assert not asked_of_histories(text, [Session("a")], NOON)


@each_row(
    "text",
    ["refund", "unread: refund", "-refund", "nosource:", "title:x", "messages:>2", "role:user"],
)
def test_words_facts_and_numbers_are_asked_of_histories(text: str) -> None:
    assert asked_of_histories(text, [Session("a")], NOON) == [Session("a")]


@each_row(
    ("text", "asked"), [("x after:2d", "ab"), ("x before:2d", "c"), ("x", "abc"), ("after:2d", "")]
)
def test_no_history_of_another_time_is_asked(text: str, asked: str) -> None:
    ages = {"a": 1, "b": 24, "c": 24 * 9}
    listed = [Session(each, updated_at=NOON - timedelta(hours=age)) for each, age in ages.items()]
    assert "".join(each.id for each in asked_of_histories(text, listed, NOON)) == asked


async def test_a_bot_is_found_by_its_name_before_the_server_tells_it_again() -> None:
    can = Capabilities("chatbot", sessions_belong_to_bot=True)
    backend, store = ScriptedBackend(listed=[Session("s")], can=can), MemoryStore()
    first = connection(backend, store=store)
    await first.load()
    await first.read_bots()
    [bot] = first.bots.values()
    await first.sessions()
    later = connection(backend, store=MemoryStore(store))
    await later.load()
    assert not later.bots
    assert later.bot_name(bot.id) == later.conversation("s").names.bot_name == bot.name
    assert later.bot_name("other") == ""
    assert await SessionFinder(later).find_ids(parse(f"bot:{bot.name}")) == ["s"]
