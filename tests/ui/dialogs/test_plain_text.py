from __future__ import annotations

from tests.fakes import NOON, ScriptedBackend, assistant, user
from tests.ui.harness import Stage, offered, said, stage
from tui.errors import NotOffered, Unreachable
from tui.model import Session
from tui.safe_text import SafeText
from tui.ui.dialogs.plain_text import SHOWN_LINES, PlainTextScreen
from tui.ui.widgets.plain_text import Plain


def talk(backend: ScriptedBackend) -> ScriptedBackend:
    backend.histories["s"] = [user("q", "Why [b]me[/b]?"), assistant("a", "Because.")]
    backend.listed = [Session("s", SafeText("S"), updated_at=NOON)]
    return backend


async def shown(it: Stage) -> str:
    """Open the session and its plain text, and return what the dialog says."""
    await it.open("s")
    await it.settled_reading()
    await it.app.front.catalogue.run("chat.plain-text")
    await it.until(lambda: isinstance(it.app.screen, PlainTextScreen))
    await it.until(lambda: bool(it.app.screen.query(Plain)))
    return "\n".join(said(each) for each in it.app.screen.query(Plain))


async def test_the_plain_text_is_the_servers_where_it_has_one() -> None:
    async with stage(talk(ScriptedBackend())) as it:
        words = await shown(it)
        assert "as the server writes it" in words
        assert "Why [b]me[/b]?\nBecause." in words
        await it.press("y")
        assert it.app.clipboard == "Why [b]me[/b]?\nBecause."
        await it.press("escape")
        assert it.app.screen is it.chat


class WordlessBackend(ScriptedBackend):
    async def plain_text(self, session_id: str) -> SafeText:
        raise NotOffered("This server cannot give plain text.")


class SilentBackend(ScriptedBackend):
    async def plain_text(self, session_id: str) -> SafeText:
        raise Unreachable("No connection.")


async def test_a_host_without_it_has_it_made_from_the_messages() -> None:
    async with stage(talk(WordlessBackend())) as it:
        words = await shown(it)
        assert "as it stands here" in words
        assert "User: Why [b]me[/b]?\nAssistant: Because." in words


async def test_without_a_connection_what_is_known_is_shown() -> None:
    async with stage(talk(SilentBackend())) as it:
        words = await shown(it)
        assert "as it stands here" in words
        assert "User: Why [b]me[/b]?\nAssistant: Because." in words


async def test_a_very_long_session_is_cut_on_the_screen_but_copied_whole() -> None:
    backend = talk(ScriptedBackend())
    long = "\n".join("x" for _ in range(SHOWN_LINES + 100))
    backend.histories["s"] = [user("q", long)]
    async with stage(backend) as it:
        assert "more characters" in await shown(it)
        await it.press("y")
        assert it.app.clipboard == long


async def test_a_session_that_is_not_made_yet_has_no_plain_text_in_the_palette() -> None:
    async with stage(talk(ScriptedBackend())) as it:
        assert "chat.plain-text" not in offered(it)
        await it.open("s")
        assert "chat.plain-text" in offered(it)
