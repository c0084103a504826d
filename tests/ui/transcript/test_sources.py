from __future__ import annotations

import asyncio

from tests.fakes import ScriptedBackend, Step, assistant, user
from tests.ui.harness import Stage, stage
from tests.ui.terminal.desktop import Desktop
from tui.events import Completed, Started, TextDelta
from tui.model import Citation, CitationsPart
from tui.safe_text import SafeText
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.dialogs.hint_labels import HintsScreen
from tui.ui.transcript.sources import SourceList, Sources

ADDRESS = "https://example.com/" + "long/" * 40 + "end"
CITED = CitationsPart(
    (
        Citation(SafeText("3.4"), SafeText("The [b]book"), SafeText(ADDRESS), SafeText("p. 7")),
        Citation(SafeText(""), SafeText("notes.pdf")),
        Citation(SafeText("3.5"), SafeText(""), SafeText("ftp://example.com/x")),
    )
)


def cited(part: CitationsPart = CITED) -> ScriptedBackend:
    return ScriptedBackend(
        histories={"s": [user("q", "Q"), assistant("a", "As told [3.4].", part)]}
    )


async def unfolded(it: Stage) -> None:
    """Open the session, and its sources from the keyboard."""
    await it.open("s")
    await it.settled()
    it.transcript.focus()
    await it.press("tab", "enter")
    await it.until(lambda: it.one(SourceList).has_focus)
    await it.until(lambda: "▸" in it.drawn and "notes.pdf" in it.drawn)


def chosen(it: Stage) -> str:
    """The line of the list that the keys act on."""
    return next((line for line in it.rows(it.one(SourceList)) if "▸" in line), "").strip()


async def test_sources_are_numbered_with_marker_title_and_address() -> None:
    async with stage(cited()) as it:
        await unfolded(it)
        lines = [line.strip() for line in it.rows(it.one(SourceList))]
        assert lines[0] == "▸ 1 [3.4] The [b]book"
        assert lines[1].startswith("https://example.com/long/")
        assert "p. 7" in lines
        assert "2 notes.pdf" in lines
        assert "3 [3.5] ftp://example.com/x" in lines


async def test_a_source_is_opened_after_showing_the_whole_address(desktop: Desktop) -> None:
    async with stage(cited()) as it:
        await unfolded(it)
        await it.press("enter")
        await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
        await it.until(lambda: ADDRESS in "".join(it.drawn.split()).replace("│", ""))
        assert desktop.opened_by() == ""
        await it.press("y")
        await it.until(lambda: desktop.opened_by() == ADDRESS)
        await it.until(lambda: it.app.screen is it.chat)
        await it.press("o")
        await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
        await it.press("n")
        await it.until(lambda: it.app.screen is it.chat)


async def test_a_source_that_is_not_on_the_web_is_not_opened() -> None:
    async with stage(cited()) as it:
        await unfolded(it)
        await it.press("down", "o")
        assert chosen(it) == "▸ 2 notes.pdf"
        await it.until(lambda: it.toasts == ["This source has no web address."])
        await it.press("down", "down", "o")
        assert chosen(it).startswith("▸ 3 [3.5]")
        await it.until(lambda: len(it.toasts) == 2)
        assert it.app.screen is it.chat


async def test_y_copies_the_address_else_the_title() -> None:
    async with stage(cited()) as it:
        await unfolded(it)
        await it.press("y")
        await it.until(lambda: it.app.clipboard == ADDRESS)
        await it.press("j", "y")
        await it.until(lambda: it.app.clipboard == "notes.pdf")


async def test_capital_y_copies_the_whole_list_as_text() -> None:
    async with stage(cited()) as it:
        await unfolded(it)
        await it.press("Y")
        await it.until(lambda: bool(it.app.clipboard))
        assert it.app.clipboard.splitlines() == [
            f"1. [3.4] The [b]book · {ADDRESS}",
            "2. notes.pdf",
            "3. [3.5] ftp://example.com/x",
        ]


async def test_space_folds_the_list_and_the_focus_stays_at_it() -> None:
    async with stage(cited()) as it:
        await unfolded(it)
        await it.press("space")
        await it.until(lambda: it.one(Sources).collapsed)
        assert it.one(Sources).panel_title.has_focus
        await it.press("space")
        await it.until(lambda: it.one(SourceList).has_focus)


async def test_without_the_focus_the_keys_are_those_of_reading() -> None:
    async with stage(cited()) as it:
        await it.open("s")
        await it.settled()
        it.one(Sources).collapsed = False
        await it.until(lambda: "notes.pdf" in it.drawn)
        assert "▸" not in "\n".join(it.rows(it.one(SourceList)))
        it.transcript.focus()
        await it.press("y")
        assert it.app.clipboard == "As told [3.4]."


async def test_sources_that_change_are_shown_anew_in_the_same_panel() -> None:
    backend = cited()
    async with stage(backend) as it:
        await unfolded(it)
        panel = it.one(Sources)
        other = CitationsPart((Citation(SafeText("9"), SafeText("Another")),))
        backend.histories["s"][1] = assistant("a", "As told [3.4].", other)
        await it.press("f5")
        await it.until(lambda: "1 [9] Another" in it.drawn)
        assert it.one(Sources) is panel
        assert "notes.pdf" not in it.drawn


LONG = "As told [3.4], not [9.9] or `[3.4]`.\n\n" + "More words.\n\n" * 60 + "See [3.5]."


async def back(it: Stage) -> None:
    await it.press("backspace")
    await it.until(lambda: it.one(Sources).collapsed)
    await it.until(lambda: it.transcript.has_focus)


async def test_a_citation_leads_to_its_source_and_back_to_the_same_rows() -> None:
    history = {"s": [user("q", "Q"), assistant("a", LONG, CITED)]}
    async with stage(ScriptedBackend(histories=history), size=(100, 24)) as it:
        await it.open("s")
        await it.settled()
        it.transcript.focus()
        # with a label, from the middle of the text
        it.transcript.scroll_to(y=0, animate=False, immediate=True)
        await it.until(lambda: "As told [3.4]" in it.drawn)
        before = it.rows(it.transcript)
        await it.press("f")
        await it.until(lambda: isinstance(it.app.screen, HintsScreen))
        assert len(it.app.screen.query(".label")) == 1
        await it.press("a")
        await it.until(lambda: chosen(it) == "▸ 1 [3.4] The [b]book")
        assert it.one(SourceList).has_focus
        await back(it)
        await it.until(lambda: it.rows(it.transcript) == before)
        # with the mouse, from the end that is followed
        await it.press("G")
        await it.until(lambda: "See [3.5]" in it.drawn)
        before = it.rows(it.transcript)
        y = next(y for y, row in enumerate(before) if "[3.5]" in row)
        await it.pilot.click(it.transcript, offset=(before[y].index("[3.5]") + 1, y))
        await it.until(lambda: chosen(it).startswith("▸ 3 [3.5]"))
        await back(it)
        await it.until(lambda: it.rows(it.transcript) == before)
        assert it.transcript.following


async def test_citations_lead_nowhere_before_their_sources_are_there() -> None:
    gate = asyncio.Event()
    script: list[Step] = [Started(), TextDelta(SafeText("As told [3.4].")), gate, Completed()]
    backend = ScriptedBackend(
        scripts=[script],
        stores=lambda *_: [user("q", "Q"), assistant("a", "As told [3.4].", CITED)],
    )
    async with stage(backend) as it:
        await it.ask("Q")
        await it.until(lambda: bool(it.replies) and "[3.4]" in it.drawn)
        assert not it.replies[0].targets(0, 9)
        gate.set()
        await it.settled()
        await it.until(lambda: len(it.replies[0].targets(0, 9)) == 1)
