from __future__ import annotations

from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, Step, StillClock, assistant, user
from tests.unit.conversation.watch import (
    delta,
    opened,
    send,
    settled,
)
from tui.errors import (
    StreamBroken,
)
from tui.events import (
    Completed,
    Started,
    ToolCalled,
    ToolReturned,
)
from tui.model import TextPart, ToolPart, ToolState
from tui.safe_text import SafeText


@unhurried
async def test_streamed_tool_panels_are_kept_when_the_stored_message_has_none() -> None:
    script: list[Step] = [
        Started(),
        delta("Looking. "),
        ToolCalled(0, SafeText("search"), {"q": "x"}),
        ToolReturned(0, ["hit"]),
        delta("Found."),
        Completed(),
    ]
    clock = StillClock()
    backend = ScriptedBackend(
        scripts=[script],
        stores=lambda *_: [user("q", "Hi"), assistant("a", "Looking. Found. Truly.")],
    )
    conversation = opened(backend, clock)
    tool = ToolPart(0, SafeText("search"), {"q": "x"}, ToolState.DONE, ["hit"], 0.0)
    answer = settled(await send(conversation, "Hi")).answer
    whole = assistant("a", "Looking. ", tool, "Found. Truly.")
    assert answer == whole
    assert (await conversation.reread())[1] == whole


@unhurried
async def test_text_after_the_last_tool_comes_after_its_panel() -> None:
    script: list[Step] = [
        delta("Looking. "),
        ToolCalled(0, SafeText("search"), None),
        StreamBroken("Cut."),
    ]
    backend = ScriptedBackend(
        scripts=[script], stores=lambda *_: [user("q", "Hi"), assistant("a", "Looking. Found.")]
    )
    answer = settled(await send(opened(backend), "Hi")).answer
    tool = ToolPart(0, SafeText("search"), None, ToolState.UNANSWERED)
    assert answer.parts == (
        TextPart(SafeText("Looking. ")),
        tool,
        TextPart(SafeText("Found.")),
    )


@unhurried
async def test_stored_tool_panels_win_over_streamed_ones() -> None:
    stored = ToolPart(0, SafeText("search"), {"full": True}, ToolState.DONE, "all")
    backend = ScriptedBackend(
        scripts=[[ToolCalled(0, SafeText("search"), None), delta("Done."), Completed()]],
        stores=lambda *_: [user("q", "Hi"), assistant("a", stored, "Done.")],
    )
    assert settled(await send(opened(backend), "Hi")).answer == assistant("a", stored, "Done.")
