from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_nothing_is_imported_on_the_loop_while_histories_are_copied(tmp_path: Path) -> None:
    script = """
import asyncio, sys, threading
from contextlib import aclosing
from importlib.abc import MetaPathFinder
from pathlib import Path
from tests.fakes import NOON, ScriptedBackend, assistant, connection, user
from tui.conversation.sync import HistorySync, SyncScope
from tui.model import Session
from tui.store.sqlite import SqliteStore

class Noted(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if threading.current_thread() is threading.main_thread():
            imported.append(name)

async def main():
    history = [user("q", "Q"), assistant("a", "- `A`")]
    backend = ScriptedBackend({"s": history}, listed=[Session("s", updated_at=NOON)])
    store = SqliteStore(Path(sys.argv[1]), sys.exit)
    link = connection(backend, store=store)
    await link.load()
    sys.meta_path.insert(0, Noted())
    async with aclosing(HistorySync(link).run(SyncScope())) as events:
        told = [each async for each in events]
    assert len(told) == 2 and "markdown_it" in sys.modules
    del sys.meta_path[0]
    await store.aclose()

imported = []
asyncio.run(main())
print(*imported)
"""
    command = [sys.executable, "-c", script, str(tmp_path / "store.db")]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout == "\n"
