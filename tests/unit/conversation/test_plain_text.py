from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from tests.fakes import ScriptedBackend, assistant, user
from tui.conversation.plain_text import plain_text, written_out
from tui.errors import NotFound, NotOffered
from tui.model import Message, NotePart, Role, ToolPart, ToolState
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
        raise NotOffered("This host does not write sessions out as plain text.")


@pytest.mark.parametrize(
    ("history", "text"),
    [
        (HISTORY, "User: Why?\nAssistant: Because.\nSo it is.\n\nUser: And?"),
        ([assistant("a", "Hello."), user("q", "Hi.")], "Assistant: Hello.\n\nUser: Hi."),
        ([Message("s", Role.SYSTEM, HISTORY[0].parts)], "System: Why?"),
        ([], ""),
    ],
)
def test_what_was_said_is_written_out_as_servers_do(history: Sequence[Message], text: str) -> None:
    assert written_out(history) == text


async def test_the_servers_own_text_comes_first() -> None:
    backend = ScriptedBackend(histories={"s": HISTORY})
    assert await plain_text(backend, "s") == (await backend.plain_text("s"), True)
    assert backend.reads == 0


async def test_where_the_server_writes_none_it_is_made_of_the_messages() -> None:
    backend = Unwriting(histories={"s": HISTORY})
    assert await plain_text(backend, "s") == (written_out(HISTORY), False)
    with pytest.raises(NotFound):
        await plain_text(backend, "gone")
