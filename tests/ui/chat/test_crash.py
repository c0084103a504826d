from __future__ import annotations

from tests.fakes import NOON, ScriptedBackend, user
from tests.ui.harness import stage
from tui.model import Session, TextPart
from tui.safe_text import SafeText
from tui.store import AccountKey, MemoryStore, Send


async def test_what_a_crash_cut_off_is_shown_with_what_came_and_not_sent_again() -> None:
    crashed = MemoryStore()
    account = crashed.account(AccountKey("hardwire", "http://127.0.0.1:1", "bot"))
    account.sends.save(Send("local-a", "s", "bot", user("local-q", "Hi"), NOON, is_out=True))
    account.sends.add_arrived("local-a", [TextPart(SafeText("Hello the"))])
    backend = ScriptedBackend(
        histories={"s": [user("m0", "Before")]}, listed=[Session("s", SafeText("Soup"))]
    )
    async with stage(backend, store=MemoryStore(crashed)) as it:
        await it.open("s")
        await it.settled()
        await it.until(lambda: "Hello the" in it.drawn)
        assert "Before" in it.drawn
        assert "not confirmed by the server" in it.drawn
        assert "Runnel ended before this answer did." in it.drawn
        assert backend.reads
        assert backend.sent == []
