from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence

from rich.style import Style
from textual.theme import BUILTIN_THEMES
from textual.widget import Widget
from textual.widgets import Input, TextArea

from tests.fakes import ScriptedBackend, assistant, user
from tests.fuzz import IS_LONG_RUN
from tests.optional_parts import OFFERS
from tests.ui.contrast import TERMINALS, Cell, contrast
from tests.ui.harness import NO_FOLDER, Stage, stage
from tests.ui.painting import unpainted
from tests.ui.scenes import failing, streaming
from tests.ui.transcript.test_selection import HISTORY
from tui.facts import Feedback, MessageFacts, SessionFacts
from tui.model import Profile, Session
from tui.safe_text import SafeText
from tui.server import HARDWIRE_STARTERS
from tui.ui.composer.queue_panel import QueuePanel
from tui.ui.dialogs.dialog import Dialog
from tui.ui.search.find_bar import FindBar
from tui.ui.sessions.panel import SessionPanel
from tui.ui.themes.catalogue import ThemeCatalogue
from tui.ui.themes.files import shipped_folder
from tui.ui.widgets.folding_panel import FoldingPanel
from tui.values import replace

ALL = ThemeCatalogue(NO_FOLDER, few_colours=False).names
SHIPPED = sorted(file.stem for file in shipped_folder().glob("*.toml"))


def unlike() -> Sequence[str]:
    """Return few of Textual's themes that together set all variables which any of them sets.

    Dark ones and light ones. That their colours hold on every ground is tried without a screen;
    what a screen shows is whether anything is drawn in others.
    """
    names, seen = list[str](), set[tuple[bool, str]]()
    for name in sorted(
        {*ALL} - {*SHIPPED}, key=lambda name: (-len(BUILTIN_THEMES[name].variables), name)
    ):
        theme = BUILTIN_THEMES[name]
        set_here = {(theme.dark, variable) for variable in ("", *theme.variables)}
        if not set_here <= seen:
            names.append(name)
            seen |= set_here
    return names


OTHERS = sorted({*ALL} - {*SHIPPED}) if IS_LONG_RUN else unlike()
TALL = (120, 80)
DEMO = Profile(
    "demo-hardwire",
    "hardwire",
    "http://127.0.0.1:3026",
    embedded=True,
    starters=HARDWIRE_STARTERS,
)
DIVIDERS = "▏▕"
"""Lines between things that would be told apart without."""

OF_OPERATOR = MessageFacts(
    labels=(SafeText("late"),), feedback=Feedback.UP, total_tokens=7, frustration=SafeText("x")
)
SHORT = [
    user("q", "Where?"),
    replace(assistant("a", "At [this place](https://example.org)."), facts=OF_OPERATOR),
]
LEAD = SessionFacts(lead=((SafeText("name"), SafeText("Ada")),), labels=(SafeText("late"),))

Act = Callable[[Stage], Awaitable[None]]


def in_front(it: Stage) -> Iterator[Cell]:
    """Yield the looks of what can be acted on, not those behind a dialog; a cell for each look."""
    screen = it.app.screen
    shown: Sequence[Widget] = [screen]
    if isinstance(screen, Dialog):
        shown = [child for child in screen.children if child.display]
    strips = screen._compositor.render_strips()
    seen: set[tuple[Style | None, str]] = set()
    for widget in shown:
        area = widget.region
        for strip in strips[max(0, area.y) : area.bottom]:
            seen |= {(style, text) for text, style, _ in strip.crop(area.x, area.right)}
    for style, text in seen:
        yield from (Cell(character, style or Style()) for character in set(text))


def illegible(it: Stage, theme: str) -> set[str]:
    """Return what is drawn with too little contrast, a line for each style."""
    shown = [cell for cell in in_front(it) if cell.text.strip() and cell.text not in DIVIDERS]
    by_look = {(str(cell.style), cell.is_mark): cell for cell in shown}
    faults = set()
    for (style, is_mark), cell in by_look.items():
        least = 7.0 if theme == "high-contrast" and not is_mark else cell.least
        ratio = min(contrast(cell.style, terminal) for terminal in TERMINALS)
        if ratio < least:
            faults.add(f"{cell.text!r} has {ratio:.1f}, not {least}: {style}")
    return faults


async def everything(it: Stage) -> None:
    """A list of sessions in every state, and a conversation with every kind of part."""
    for session_id in ("failed", "streaming"):
        await it.open(session_id)
        await it.ask("What happens here?")
        await it.until(lambda: "overloaded" in it.drawn or "Use mosh" in it.drawn)
    await it.open("draft")
    await it.write("A question that is not yet sent")
    await it.open("s")
    await it.ask("And what of this one?")
    await it.until(lambda: "overloaded" in it.drawn)
    for panel in it.transcript.query(FoldingPanel):
        panel.collapsed = False
    it.app.notify("Copied", markup=False)
    await it.press("ctrl+f", *"key")
    await it.until(lambda: "hits" in it.drawn)
    it.one(SessionPanel).take_keys()
    await it.press("down")


async def selecting(it: Stage) -> None:
    it.transcript.focus()
    await it.pilot.pause()
    await it.press("alt+up", "alt+up", "alt+up", "x")
    assert "marked" in it.drawn
    it.transcript.query(FoldingPanel).first().panel_title.focus(scroll_visible=False)
    await it.pilot.pause()


async def finding(it: Stage) -> None:
    """The field that has the focus; and little else, so that what follows is quickly drawn."""
    await it.pilot.resize_terminal(80, 30)
    await it.open("quiet")
    await it.press("ctrl+f")
    await it.until(lambda: it.one(FindBar).query_one(Input).has_focus)


async def beginning(it: Stage) -> None:
    """The first screen of the demo, with a starter under the mouse."""
    await it.press("escape", "ctrl+n")
    it.chat.first_screen.hovered = 1
    await it.until(lambda: "❯ A train" in it.drawn)


async def queueing(it: Stage) -> None:
    """Two questions behind an answer, one of them under the cursor."""
    await it.open("streaming")
    await it.ask("And then?")
    await it.ask("And after that?")
    await it.press("shift+tab")
    assert it.one(QueuePanel).has_focus


def opening(*keys: str) -> Act:
    async def act(it: Stage) -> None:
        if it.app.screen is not it.chat:
            await it.press("escape")
            await it.until(lambda: it.app.screen is it.chat)
        it.transcript.focus()
        await it.press(*keys)
        await it.until(lambda: it.app.screen is not it.chat)
        await it.pilot.pause()

    return act


STATES: Sequence[tuple[str, Act]] = [
    ("everything", everything),
    ("selecting", selecting),
    ("finding", finding),
    ("themes", opening("f7")),
    ("sessions", opening("f2")),
    ("help", opening("f1")),
    ("palette", opening("ctrl+p")),
    ("search", opening("f3")),
    ("lines", opening("alt+up", "v")),
    ("hints", opening("f")),
    ("beginning", beginning),
    ("queueing", queueing),
]


async def test_all_can_be_read_in_every_theme_and_state_and_nothing_blinks_or_glides() -> None:
    names = ("s", "failed", "streaming", "draft", "quiet")
    backend = ScriptedBackend(
        histories={name: HISTORY if name == "s" else SHORT for name in names},
        scripts=[failing(), streaming(), failing()],
        offers=OFFERS | {"message_deletion"},
    )
    backend.listed = [
        Session(name, SafeText(f"Session {name}"), SafeText("A preview of it"), facts=LEAD)
        for name in names
    ]
    faults = set()
    async with stage(backend, profile=DEMO, size=TALL, notices=["A note to be read."]) as it:
        for number, (state, act) in enumerate(STATES):
            await act(it)
            assert it.app.animation_level == "none"
            assert not any(field.cursor_blink for field in it.app.screen.query(Input))
            assert not any(area.cursor_blink for area in it.app.screen.query(TextArea))
            # each begins with what the last one ended with: to show another takes longest
            themes = SHIPPED[::-1] if number % 2 else SHIPPED
            for theme in [*OTHERS, *themes] if state == "everything" else themes:
                it.app.theme_switch.show(theme)
                with unpainted():
                    await it.pilot.pause()
                faults |= {f"{theme}, {state}: {fault}" for fault in illegible(it, theme)}
    assert not faults, "\n".join(sorted(faults))
