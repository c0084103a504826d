from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from textual.events import Key
from textual.widgets import Input, OptionList

from tests.fakes import NOON, ScriptedBackend, assistant, user
from tests.ui.harness import Stage, stage
from tests.ui.search.finding import count, listed, reversed_words, searching
from tests.ui.talks import selected
from tests.waiting import Condition, unmet
from tui.model import Citation, CitationsPart, Message, Session, ToolPart, ToolState
from tui.query import Matcher
from tui.query.found import Catalogue, Found, Page
from tui.safe_text import SafeText
from tui.store import AccountKey, MemoryAccount, MemoryStore, StoredMessage
from tui.ui.dialogs.pick import ChoiceOption
from tui.ui.search.hits import SearchResult
from tui.ui.search.screen import HITS_AT_ONCE, SearchScreen

MAX_BUSY_STEPS = 10_000


def library() -> ScriptedBackend:
    return ScriptedBackend(
        histories={
            "a": [user("a0", "About bread"), assistant("a1", "Bread needs a [warm] place.")],
            "b": [user("b0", "About stone"), assistant("b1", "Stone needs nothing.")],
        },
        listed=[
            Session("a", SafeText("Bread"), updated_at=NOON),
            Session("b", SafeText("Stone"), updated_at=NOON),
        ],
    )


@pytest.mark.parametrize("key", ["f3", "alt+f"])
async def test_f3_finds_in_what_was_read_and_opens_it_there(key: str) -> None:
    async with stage(library()) as it:
        for session_id in ("a", "b"):
            await it.open(session_id)
            await it.settled()
        await it.press(key)
        await it.until(lambda: isinstance(it.app.screen, SearchScreen))
        await it.press(*"[warm")
        assert "needs a [warm] place" in it.drawn
        await it.press("enter")
        await it.settled()
        assert it.texts[0] == "About bread"
        assert it.transcript.selection.message is not None
        assert it.transcript.selection.message.id == "a1"


async def test_f3_shows_what_stands_around_the_words() -> None:
    backend = library()
    source = "a *lo**n**g* [link](https://x.y)\nto **Zürich** | Straße"
    backend.histories["a"].append(assistant("m", source))
    async with stage(backend) as it:
        await it.open("a")
        await it.settled()
        await searching(it)
        for words in ("link", "zurich", "zu\u0308rich", "STRASSE".lower(), '"[link]"'):
            it.app.screen.query_one(Input).value = words
            await it.until(lambda: "[link](https://x.y) to **Zürich** | Straße" in it.drawn)


async def test_f3_says_what_it_searches_when_nothing_is_found() -> None:
    async with stage(library()) as it:
        await it.press("f3")
        await it.until(lambda: isinstance(it.app.screen, SearchScreen))
        await it.press("x", "y")
        assert "Nothing kept here matches" in it.drawn


async def test_everything_is_searched_by_the_rules_of_queries() -> None:
    tool = ToolPart(0, SafeText("weather"), {"place": "Needle Bay"}, ToolState.DONE, ["7 degrees"])
    source = Citation(SafeText("1"), SafeText("Deep water"), excerpt=SafeText("of the [sea]"))
    answer = assistant("t1", tool, "A cold\nmorning.", CitationsPart((source,)))
    backend = library()
    backend.histories["a"].append(answer)
    async with stage(backend) as it:
        await it.open("a")
        await it.settled()
        await searching(it)
        for words, found in (
            ("needle bay", [SearchResult("a", "t1")]),
            ("bay Needle", [SearchResult("a", "t1")]),
            ('"bay needle"', []),
            ('"7 degrees"', [SearchResult("a", "t1")]),
            ("cold morning", [SearchResult("a", "t1")]),
            ("the [sea]", [SearchResult("a", "t1")]),
            ("bread", [SearchResult("a", "a0")]),
            (" ", []),
        ):
            it.app.screen.query_one(Input).value = words
            await it.until(lambda: listed(it) == found)  # noqa: B023 - called at once


async def test_the_words_are_marked_in_titles_and_in_what_is_around_them() -> None:
    backend = library()
    backend.histories["a"].append(assistant("t1", "A **cold**\nmo\u0308rning."))
    async with stage(backend) as it:
        await it.open("a")
        await it.settled()
        await searching(it)
        found = (
            ("cold morning", ["cold", "mo\u0308rning"]),
            ("bread", ["Bread", "bread"]),
        )
        for words, marks in found:
            it.app.screen.query_one(Input).value = words
            await it.until(lambda: reversed_words(it)[: len(marks)] == marks)  # noqa: B023


def highlighted(it: Stage) -> SearchResult | None:
    option = it.app.screen.query_one(OptionList).highlighted_option
    return option.choice.value if isinstance(option, ChoiceOption) else None


class GatedStore(MemoryStore):
    """Holds one history under many names, and each search of it waits for its gate."""

    SESSIONS = 1_000

    def __init__(self, history: Sequence[Message] = ()) -> None:
        super().__init__()
        self.gates: list[asyncio.Event] = []
        """Each of the next searches waits for one of these."""
        self.asked: list[str] = []
        """The words of the searches."""
        self.searching = 0
        self.history = [StoredMessage(at, each) for at, each in enumerate(history)]

    def account(self, key: AccountKey) -> MemoryAccount:
        return GatedAccount(self)


class GatedAccount(MemoryAccount):
    def __init__(self, store: GatedStore) -> None:
        super().__init__()
        self._store = store

    async def messages(self, session_id: str) -> Sequence[StoredMessage]:
        return self._store.history

    async def find(self, matcher: Matcher, catalogue: Catalogue, page: Page) -> Found:
        self._store.asked.append(" ".join(matcher.words))
        self._store.searching += 1
        try:
            if self._store.gates:
                await self._store.gates.pop(0).wait()
            return await super().find(matcher, catalogue, page)
        finally:
            self._store.searching -= 1


def many_sessions() -> ScriptedBackend:
    names = [f"s{n}" for n in range(GatedStore.SESSIONS)]
    return ScriptedBackend(listed=[Session(name, SafeText(f"Title {name}")) for name in names])


def much_to_search() -> GatedStore:
    """Return a store whose search takes far longer than a test: the app is never idle in it."""
    return GatedStore([assistant("m", "hay " * 50_000 + "needle")])


async def until_busy(it: Stage, condition: Condition) -> None:
    """Wait as `until` does for what an app does that is never idle: idleness takes a second."""
    for _ in range(MAX_BUSY_STEPS):
        if condition():
            return
        await asyncio.sleep(0.001)
    raise AssertionError(unmet(condition, it.drawn))


def typed(it: Stage, key: str) -> None:
    """Press a key without waiting for what it does."""
    it.app.post_message(Key(key, key if len(key) == 1 else None))


async def test_a_letter_is_taken_while_words_are_searched_and_escape_ends_it() -> None:
    store = much_to_search()
    async with stage(many_sessions(), store=store) as it:
        await searching(it)
        field = it.app.screen.query_one(Input)
        for letter in "xyz":
            typed(it, letter)
            await until_busy(it, lambda: field.value.endswith(letter))  # noqa: B023
        await until_busy(it, lambda: store.asked[-1:] == ["xyz"])
        await until_busy(it, lambda: "searching …" in it.drawn)
        typed(it, "escape")
        await until_busy(it, lambda: it.app.screen is it.chat)
        await it.until(lambda: not store.searching)


async def test_keys_go_to_a_row_of_what_was_typed_and_to_none_of_words_before() -> None:
    store = GatedStore()
    async with stage(many_sessions(), store=store) as it:
        for keys, opened in [(["enter"], "s98"), (["down", "down", "up", "enter"], "s980")]:
            await searching(it)
            await it.press("s", "9")
            await it.until(lambda: SearchResult("s9") in listed(it))
            gate = asyncio.Event()
            store.gates = [gate]
            await it.press("8", *keys)
            # what was found before stays until more is known, and is not opened
            assert highlighted(it) == SearchResult("s9")
            gate.set()
            await it.until(lambda: it.app.screen is it.chat)
            assert it.chat.open_chat.session_id == opened


async def test_the_highlighted_row_stays_as_long_as_it_is_found() -> None:
    async with stage(many_sessions(), store=GatedStore()) as it:
        await searching(it)
        await it.press(*"title")
        await it.until(lambda: len(listed(it)) == HITS_AT_ONCE)
        assert f"1,000 hits or more · {HITS_AT_ONCE} shown" in it.drawn or "shown" in it.drawn
        options = it.app.screen.query_one(OptionList)
        options.highlighted = 12
        await it.press(*" s1")
        await it.until(lambda: len(listed(it)) < HITS_AT_ONCE)
        assert highlighted(it) == SearchResult("s12")
        await it.press("2", "0")
        await it.until(lambda: listed(it) == [SearchResult("s120")])
        assert highlighted(it) == SearchResult("s120")


async def test_a_key_puts_the_sessions_with_most_hits_first() -> None:
    backend = library()
    backend.histories["b"] += [user(f"b{n}", "What bread, and why?") for n in range(2, 5)]
    backend.listed = [
        Session("a", SafeText("First"), updated_at=NOON),
        Session("b", SafeText("Second"), updated_at=NOON - timedelta(days=3)),
    ]
    async with stage(backend) as it:
        for session_id in ("a", "b"):
            await it.open(session_id)
            await it.settled()
        await searching(it)
        await it.press(*"bread")
        await it.until(lambda: [each.session_id for each in listed(it)] == [*"abbb"])
        assert "4 hits · 2 sessions · newest first" in it.drawn
        assert "Mon  3 hits · Second" in it.drawn
        await it.press("ctrl+o")
        await it.until(lambda: [each.session_id for each in listed(it)] == [*"bbba"])
        assert "most hits first" in it.drawn
        await it.press("escape")
        await searching(it)
        await it.press(*"bread")
        await it.until(lambda: [each.session_id for each in listed(it)] == [*"bbba"])


async def test_two_sessions_with_one_id_are_one_hit() -> None:
    backend = library()
    backend.listed *= 2
    async with stage(backend) as it:
        await searching(it)
        await it.press(*"bread")
        await it.until(lambda: listed(it) == [SearchResult("a")])


async def test_f3_opens_the_session_at_the_hit_with_the_words_marked_and_n_goes_on() -> None:
    backend = library()
    lines = "".join(f"line {n}\n\n" for n in range(100))
    long_answer = lines.replace("line 20\n", "one needle\n").replace("line 80\n", "a needle\n")
    backend.histories["a"] += [user("a2", "A long one?"), assistant("a3", long_answer)]
    async with stage(backend) as it:
        for session_id in ("a", "b"):
            await it.open(session_id)
            await it.settled()
        await searching(it)
        await it.press(*"needle")
        await it.until(lambda: listed(it) == [SearchResult("a", "a3")])
        await it.press("enter")
        await it.until(lambda: "one needle" in it.drawn and reversed_words(it) == ["needle"])
        assert it.transcript.has_focus
        assert "Find: needle" in it.drawn
        await it.press("n")
        await it.until(lambda: "a needle" in it.drawn and reversed_words(it) == ["needle"])
        await it.press("escape")
        await it.until(lambda: reversed_words(it) == [])
        await it.press("alt+up", "n")
        await it.until(lambda: "Find: needle" in it.drawn and reversed_words(it) == ["needle"])
        await it.press("ctrl+n")
        await it.until(lambda: "Find: needle" not in it.drawn and it.composer.has_focus)


async def test_n_goes_on_from_the_last_hit_of_a_session_to_the_first_of_the_next() -> None:
    backend = ScriptedBackend(
        histories={
            "a": [user("a0", "Hay?"), assistant("a1", "A needle and a thread, a needle.")],
            "b": [user("b0", "needle"), user("b1", "A thread"), assistant("b2", "needle, thread")],
            "c": [user("c0", "Only thread")],
        },
        listed=[Session(each, SafeText(f"Title {each}"), updated_at=NOON) for each in "abc"],
    )
    async with stage(backend) as it:
        for session_id in "cba":
            await it.open(session_id)
            await it.settled()
        await searching(it)
        await it.press(*"needle thread")
        await it.until(lambda: listed(it) == [SearchResult("a", "a1"), SearchResult("b", "b2")])
        await it.press("enter")
        where: list[tuple[str, str]] = []
        for key in ("", *"nnnnnn", *"NNNN"):
            await it.press(*[key] * bool(key))
            before = where[-1:]
            await it.until(lambda: [(selected(it), count(it))] != before)  # noqa: B023
            await it.until(lambda: " of " in count(it))
            where.append((selected(it), count(it)))
        assert where == [
            ("a1", "1 of 3"),
            ("a1", "2 of 3"),
            ("a1", "3 of 3"),
            ("b1", "1 of 3"),
            ("b2", "2 of 3"),
            ("b2", "3 of 3"),
            ("a1", "1 of 3"),
            ("b2", "3 of 3"),
            ("b2", "2 of 3"),
            ("b1", "1 of 3"),
            ("a1", "3 of 3"),
        ]
        assert "session 1 of 2" in it.drawn
        await it.press("escape", "n", "n")
        await it.until(lambda: selected(it) == "a1" and "session 1 of" not in it.drawn)


async def test_n_goes_through_what_a_filter_without_words_found() -> None:
    backend = library()
    async with stage(backend) as it:
        for session_id in ("b", "a"):
            await it.open(session_id)
            await it.settled()
        await searching(it)
        await it.press(*"role:assistant")
        await it.until(lambda: listed(it) == [SearchResult("a", "a0"), SearchResult("b", "b0")])
        await it.press("enter")
        await it.until(lambda: selected(it) == "a0" and "session 1 of 2" in it.drawn)
        await it.press("n")
        await it.until(lambda: selected(it) == "b0" and "session 2 of 2" in it.drawn)
        await it.press("escape")
        await it.until(lambda: "session 2 of 2" not in it.drawn)
