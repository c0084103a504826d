from __future__ import annotations

from textual.geometry import Offset
from textual.widget import Widget
from textual.widgets import Input

from tests.fakes import ScriptedBackend, assistant, user
from tests.ui.contrast import TERMINALS, Cell, cells, colours, contrast
from tests.ui.harness import Stage, stage
from tui.model import Citation, CitationsPart, NotePart, ToolPart, ToolState
from tui.safe_text import SafeText
from tui.ui.dialogs.select_lines import LineSelectionScreen
from tui.ui.dialogs.source_lines import SourceLines
from tui.ui.search.find_bar import FindBar
from tui.ui.themes.files import shipped_folder

THEMES = sorted(file.stem for file in shipped_folder().glob("*.toml"))
TEXT = """# Head

Plain, **bold**, *italic*, ~~gone~~, `code`, a [link](https://example.org), 漢字 and 🎉.

> quoted [link](https://example.org)

- one
- [ ] two

| head | of |
|---|---|
| a | `b` |

```python
def f(x):  # a comment
    return "text", 1
```

---

![image](https://example.org/i.png)
"""
HISTORY = [
    user("q", "A question about the keys"),
    assistant(
        "a",
        TEXT,
        ToolPart(
            0, SafeText("tool"), {"key": [1, None, "two"]}, ToolState.FAILED, "no result", 1.2
        ),
        CitationsPart((Citation(SafeText("1"), SafeText("T"), SafeText("https://e.org/a")),)),
        NotePart(SafeText("a note")),
    ),
]
WORDS = (
    "question Head Plain bold italic gone code link 漢 🎉 quoted one two head of comment return"
    " image arguments key null result e.org/a note"
)
SIZE = (110, 60)


async def opened(it: Stage) -> None:
    await it.open("s")
    await it.settled()
    for panel in it.transcript.query("Sources"):
        panel.collapsed = False  # type: ignore[attr-defined]
    await it.pilot.pause()


async def drag(it: Stage, start: Offset, end: Offset) -> None:
    await it.pilot.mouse_down(offset=start)
    await it.pilot.hover(offset=end)
    await it.pilot.mouse_up(offset=end)
    await it.pilot.pause()


def inside(it: Stage, widget: Widget) -> list[Cell]:
    return [cell for row in cells(it, widget) for cell in row]


def assert_shown(before: list[Cell], after: list[Cell], least: float, words: str) -> None:
    """Hold that what is selected can be read and told from what is not."""
    selected = [
        (old, new)
        for old, new in zip(before, after, strict=True)
        if old.style != new.style and new.text.strip()
    ]
    shown = "".join(new.text for _, new in selected)
    for word in words.split():
        assert word in shown
    for terminal in TERMINALS:
        for old, new in selected:
            ratio = contrast(new.style, terminal)
            assert ratio >= least, f"{new.text!r} has {ratio:.1f} in {new.style}"
            grounds = colours(old.style, terminal)[1], colours(new.style, terminal)[1]
            assert grounds[0] != grounds[1], f"{new.text!r} looks as before"


async def test_what_is_selected_can_be_read_on_every_ground_and_in_every_field() -> None:
    backend = ScriptedBackend(histories={"s": HISTORY})
    async with stage(backend, size=SIZE) as it:
        await opened(it)
        for theme in THEMES:
            it.app.theme_switch.show(theme)
            least = 7 if theme == "high-contrast" else 4.5
            await it.press("escape", "escape")
            before, after = await dragged(it)
            assert_shown(before, after, least, WORDS)

            await it.write("a draft of words")
            before, after = await dragged_along(it, it.composer, 16)
            assert_shown(before, after, least, "draft of words")

            await it.press("ctrl+f", *"key")
            await it.until(lambda: "hits" in it.drawn)
            before, after = await dragged(it)
            assert_shown(before, after, least, WORDS)

            before, after = await dragged_along(it, it.one(FindBar).query_one(Input), 3)
            assert_shown(before, after, least, "key")


async def dragged(it: Stage) -> tuple[list[Cell], list[Cell]]:
    """Select all that is in sight of the transcript; return its cells before and after."""
    it.app.screen.clear_selection()
    it.transcript.scroll_home(animate=False, immediate=True)
    area = it.transcript.region
    await drag(it, Offset(area.x + 3, area.y + 1), Offset(area.x + 3, area.y + 1))
    await it.pilot.pause()
    before = inside(it, it.transcript)
    await drag(it, Offset(area.x + 3, area.y + 1), Offset(area.right - 4, area.bottom - 2))
    await it.until(lambda: bool(it.app.screen.selections))
    await it.pilot.pause()
    return before, inside(it, it.transcript)


async def dragged_along(it: Stage, field: Widget, columns: int) -> tuple[list[Cell], list[Cell]]:
    """Select the beginning of the first line of a field."""
    # what stands beside a field may tell of the focus, and give it another width
    await drag(it, field.content_region.offset, field.content_region.offset)
    before = inside(it, field)
    start = field.content_region.offset
    await drag(it, start, start + Offset(columns, 0))
    return before, inside(it, field)


async def test_a_mouse_drawn_over_list_composer_or_lines_selects_nothing_unseen() -> None:
    async with stage(ScriptedBackend(histories={"s": HISTORY}), size=SIZE) as it:
        await opened(it)
        await it.write("a draft")
        for widget in (it.list, it.composer):
            area = widget.region
            await drag(it, area.offset + Offset(2, 1), Offset(area.right - 3, area.bottom - 2))
            assert not it.app.screen.selections
        it.transcript.focus()
        await it.press("v")
        await it.until(lambda: isinstance(it.app.screen, LineSelectionScreen))
        area = it.app.screen.query_one(SourceLines).region
        await drag(it, area.offset + Offset(2, 1), area.offset + Offset(20, 4))
        assert not it.app.screen.selections
