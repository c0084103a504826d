from __future__ import annotations

import pytest

from tests.fakes import ScriptedBackend, assistant, user
from tests.ui.harness import Stage, stage
from tests.ui.talks import opened
from tests.ui.terminal.desktop import Desktop
from tui.model import Citation, CitationsPart, Part, ToolPart, ToolState
from tui.safe_text import SafeText
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.dialogs.hint_labels import HintsScreen
from tui.ui.transcript.hint_targets import labels
from tui.ui.transcript.sources import Sources
from tui.ui.widgets.plain_text import Plain

CODE = "Run:\n\n```sh\nmake\tall\n```\n"


def talk(*parts: Part | str) -> ScriptedBackend:
    return ScriptedBackend(histories={"s": [user("q", "Q"), assistant("a", *parts)]})


async def hinted(it: Stage, count: int) -> list[str]:
    """Press the key and return the rows of the screen on which the labels stand."""
    await it.press("f")
    await it.until(lambda: isinstance(it.app.screen, HintsScreen))
    await it.until(lambda: len(shown(it)) == count)
    await it.until(lambda: "Type a label" in it.drawn)
    rows = it.drawn.splitlines()
    return [rows[each.region.y] for each in shown(it)]


def shown(it: Stage) -> list[Plain]:
    return [each for each in it.app.screen.query(".label").results(Plain) if each.display]


async def test_labels_stand_on_tools_links_code_and_sources() -> None:
    tool = ToolPart(0, SafeText("weather"), None, ToolState.DONE, "7 degrees")
    answer = f"See [the docs](https://example.com/a?b=[c]).\n\n{CODE}"
    sources = CitationsPart((Citation(SafeText("1"), SafeText("The handbook")),))
    async with stage(talk(tool, answer, sources)) as it:
        await opened(it)
        rows = await hinted(it, 4)
        wanted = ("a ▶ ✓ weather", "Seesthe docs", "sh", "f ▶ ❝ 1 source")
        for row, words in zip(rows, wanted, strict=True):
            assert words in row
        assert rows[2].rstrip(" ▕│").endswith("d")
        await it.press("a")
        await it.until(lambda: not it.tools[0].collapsed)
        assert it.app.screen is it.chat


async def test_a_label_copies_the_code_as_it_was_written() -> None:
    async with stage(talk(CODE)) as it:
        await opened(it)
        await hinted(it, 1)
        await it.press("a")
        await it.until(lambda: it.app.clipboard == "make\tall\n")


async def test_a_link_is_opened_only_after_asking(desktop: Desktop) -> None:
    address = "https://example.com/" + "long/" * 40 + "end"
    async with stage(talk(f"[docs]({address})")) as it:
        await opened(it)
        await hinted(it, 1)
        await it.press("a")
        await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
        await it.until(lambda: address in "".join(it.drawn.split()).replace("│", ""))
        assert desktop.opened_by() == ""
        await it.press("y")
        await it.until(lambda: desktop.opened_by() == address)


async def test_links_that_are_not_web_or_mail_have_no_label() -> None:
    async with stage(talk("[x](javascript:alert(1)) [y](file:///etc/passwd)")) as it:
        await opened(it)
        await it.press("f")
        await it.until(lambda: bool(it.toasts))
        assert it.toasts == ["There is no link, code block or panel in sight."]


async def test_the_sources_of_an_open_panel_have_labels() -> None:
    cited = CitationsPart(
        (
            Citation(SafeText("1"), SafeText("The handbook"), SafeText("https://example.com/h")),
            Citation(SafeText("2"), SafeText("A file without an address")),
        )
    )
    async with stage(talk("As told.", cited)) as it:
        await opened(it)
        it.one(Sources).collapsed = False
        await it.until(lambda: "The handbook" in it.drawn)
        rows = await hinted(it, 2)
        assert "1 source" in rows[0] or "2 sources" in rows[0]
        assert "The handbook" in rows[1]
        await it.press("s")
        await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
        assert "https://example.com/h" in it.drawn


async def test_only_what_is_in_sight_has_labels() -> None:
    links = "".join(f"[link {n}](https://example.com/{n})\n\n" for n in range(60))
    async with stage(talk(links)) as it:
        await opened(it)
        await it.until(lambda: "link 59" in it.drawn)
        in_sight = it.drawn.count("link ")
        assert 5 < in_sight < 20
        rows = await hinted(it, in_sight)
        assert "link 59" in rows[-1]


async def test_many_labels_have_two_letters_and_narrow_while_typing() -> None:
    links = " ".join(f"[{n}](https://example.com/{n})" for n in range(40))
    async with stage(talk(links)) as it:
        await opened(it)
        await hinted(it, 40)
        await it.press("s")
        await it.until(lambda: len(shown(it)) == 14)
        await it.press("backspace")
        await it.until(lambda: len(shown(it)) == 40)
        await it.press("1", "s", "d")
        await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
        assert "https://example.com/28" in it.drawn


async def test_escape_takes_the_labels_away() -> None:
    async with stage(talk(CODE)) as it:
        await opened(it)
        await it.until(lambda: "make" in it.drawn)
        before = it.rows(it.transcript)
        rows = await hinted(it, 1)
        assert not set(rows) & set(before)
        assert "make" in it.drawn
        await it.press("escape")
        await it.until(lambda: it.app.screen is it.chat)
        await it.until(lambda: it.rows(it.transcript) == before)
        assert it.app.clipboard == ""


@pytest.mark.parametrize("count", [1, 9, 26, 27, 300])
def test_no_label_begins_with_another(count: int) -> None:
    made = labels(count)
    assert len(set(made)) == count
    assert not [(a, b) for a in made for b in made if a != b and b.startswith(a)]


def test_labels_begin_on_the_home_row() -> None:
    assert labels(3) == ["a", "s", "d"]
