from __future__ import annotations

from tests.fakes import NOON, ScriptedBackend, assistant, connection, user
from tests.ui.harness import stage
from tui.errors import RunnelError, Unreachable
from tui.model import ALWAYS, Message, Period, Session
from tui.safe_text import SafeText
from tui.store import MemoryStore, Store
from tui.ui.dialogs.confirm import ConfirmScreen

GONE = "deleted at the server · kept here"


class LostBackend(ScriptedBackend):
    """Answers no reading while there is an `error`."""

    error: RunnelError | None = Unreachable("Cannot reach the server.")

    async def sessions(self, bot_id: str, period: Period = ALWAYS) -> list[Session]:
        if self.error is not None:
            raise self.error
        return await super().sessions(bot_id, period)

    async def messages(self, session_id: str, bot_id: str = "") -> list[Message]:
        if self.error is not None:
            raise self.error
        return await super().messages(session_id, bot_id)


async def synced(*session_ids: str) -> Store:
    """Return the store of a start in which these sessions were opened."""
    store, backend = MemoryStore(), ScriptedBackend()
    for each in session_ids:
        backend.listed.append(Session(each, SafeText(f"Session {each}"), updated_at=NOON))
        backend.histories[each] = [user(f"q{each}", "What?"), assistant(f"a{each}", "That.")]
    link = connection(backend, store=store)
    await link.sessions()
    for each in session_ids:
        await link.conversation(each).reread()
    return MemoryStore(store)


async def test_without_a_line_what_is_stored_is_shown_with_its_age() -> None:
    async with stage(LostBackend(), store=await synced("a", "b")) as it:
        assert (it.status.state, it.status.age) == ("offline", "as of 12:00")
        await it.open("b")
        await it.settled()
        assert it.texts == ["What?", "That."]
        assert (it.status.state, it.status.age) == ("offline", "as of 12:00")


async def test_a_line_that_is_there_again_ends_the_age() -> None:
    backend = LostBackend()
    async with stage(backend, store=await synced("a")) as it:
        backend.error = None
        await it.press("f5")
        await it.until(lambda: it.status.state == "ready")
        assert it.status.age == ""


async def test_what_the_server_deleted_is_marked_read_and_cleared_here() -> None:
    backend = LostBackend(offers=frozenset())
    backend.error = None
    async with stage(backend, store=await synced("a")) as it:
        assert [row.session.gone_at for row in it.list.rows] == [NOON]
        assert GONE.split(" · ")[0] in it.drawn
        await it.open("a")
        await it.settled()
        assert it.texts == ["What?", "That."]
        assert "The server has deleted this session." in it.notice
        assert f"Session a · {GONE}" in it.drawn
        await it.press("ctrl+s", "ctrl+d")
        await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
        await it.press("y")
        await it.until(lambda: not it.list.rows)
