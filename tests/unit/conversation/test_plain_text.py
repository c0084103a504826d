from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.fakes import ScriptedBackend, assistant, user
from tui.conversation.plain_text import plain_text
from tui.errors import NotFound, NotOffered
from tui.formatting.plain_text import plain_text_of
from tui.model import NotePart, ToolPart, ToolState
from tui.safe_text import SafeText

TOOL = ToolPart(0, SafeText("search"), None, ToolState.DONE)
HISTORY = [
    user("q1", "Why?"),
    assistant("a1", TOOL, "Because.\nSo it is.", NotePart(SafeText("cut"))),
    user("q2", "And?"),
    assistant("a2", NotePart(SafeText("No answer yet."))),
]


@dataclass
class Unwriting(ScriptedBackend):
    async def plain_text(self, session_id: str) -> SafeText:
        raise NotOffered("This host cannot export sessions as plain text.")


async def test_the_servers_own_text_comes_first() -> None:
    backend = ScriptedBackend(histories={"s": HISTORY})
    assert await plain_text(backend, "s") == (await backend.plain_text("s"), True)
    assert backend.reads == 0


async def test_where_the_server_writes_none_it_is_made_of_the_messages() -> None:
    backend = Unwriting(histories={"s": HISTORY})
    assert await plain_text(backend, "s") == (plain_text_of(HISTORY), False)
    with pytest.raises(NotFound):
        await plain_text(backend, "gone")
