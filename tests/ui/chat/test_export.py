from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from textual.widgets import Input

from tests.fakes import NOON, ScriptedBackend, assistant, present, user
from tests.ui.harness import Stage, offered, stage
from tui.errors import ServerFailed
from tui.model import Session
from tui.safe_text import SafeText
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.dialogs.name_file import NameFileScreen
from tui.ui.dialogs.pick import PickScreen
from tui.ui.sessions.panel import SessionPanel


def three_sessions() -> ScriptedBackend:
    backend = ScriptedBackend()
    for name, title in (("a", "Apples, ada@e.example"), ("b", "Pears"), ("c", "More pears")):
        backend.listed.append(Session(name, SafeText(title), created_at=NOON, updated_at=NOON))
        backend.histories[name] = [
            user(f"{name}-q", f"What of {title}?"),
            assistant(f"{name}-a", "Ask ada@e.example."),
        ]
    return backend


async def picked(it: Stage, words: str) -> None:
    """Pick in the dialog that comes what holds these words."""
    await it.until(lambda: isinstance(it.app.screen, PickScreen))
    screen = it.app.screen
    await it.press(*("space" if each == " " else each for each in words), "enter")
    await it.until(lambda: it.app.screen is not screen)


async def suggested(it: Stage, path: Path) -> str:
    """Save under another name than the one that was suggested, which is returned."""
    await it.until(lambda: isinstance(it.app.screen, NameFileScreen))
    field = it.app.screen.query_one(Input)
    name, field.value = field.value, str(path)
    await it.press("enter")
    return name


async def test_capital_e_exports_the_open_session_redacted_or_not(tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    async with stage(three_sessions()) as it:
        assert "read.export" in offered(it)
        await it.open("a")
        await it.settled()
        it.transcript.focus()
        await it.press("E")
        await picked(it, "html")
        assert await suggested(it, tmp_path / "page.html") == "Apples-ada-e-example.html"
        await it.until(lambda: it.toasts == [f"Exported 1 session to {tmp_path}/page.html"])
        assert (tmp_path / "page.html").read_text().startswith("<!doctype html>")
        await it.press("E")
        await picked(it, "json) masked")
        assert await suggested(it, file) == "sessions-2026-03-12.json"
        await it.until(lambda: "Masked: 4 × e-mail (1 different)." in it.notice)
        assert f"Exported1sessionto{file}." in "".join(it.notice.split())
        told = json.loads(file.read_text())
        assert [each["title"] for each in told["sessions"]] == ["Apples, [e-mail 1]"]
        assert file.stat().st_mode & 0o777 == 0o600
        # what is there is not overwritten without a word
        before = file.read_bytes()
        await it.press("E")
        await picked(it, "csv")
        await suggested(it, file)
        await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
        await it.press("n")
        await it.until(lambda: it.app.screen is it.chat)
        assert file.read_bytes() == before
        await it.press("E")
        await picked(it, "csv")
        await suggested(it, tmp_path / "none" / "x.csv")
        await it.until(lambda: "No such file or directory" in it.notice)


async def test_the_format_is_told_where_the_name_of_the_file_says_another_or_none(
    tmp_path: Path,
) -> None:
    async with stage(three_sessions()) as it:
        await it.open("a")
        await it.settled()
        it.transcript.focus()
        told: list[str] = []
        for name, words in (
            ("app.jsonl", " as html"),
            ("app", " as html"),
            ("app.HTML", ""),
            ("app.htm", ""),
        ):
            await it.press("E")
            await picked(it, "html")
            await suggested(it, tmp_path / name)
            told.append(f"Exported 1 session to {tmp_path}/{name}{words}")
            await it.until(lambda: it.toasts[-1:] == told[-1:])
        assert it.toasts == told
        await it.press("E")
        await picked(it, "html) masked")
        await suggested(it, tmp_path / "masked.csv")
        await it.until(lambda: "/masked.csvashtml." in "".join(it.notice.split()))


async def exported(it: Stage, file: Path, sessions: str, shape: str) -> None:
    await picked(it, sessions)
    await picked(it, shape)
    await suggested(it, file)


async def test_from_the_list_one_the_filtered_or_all_are_exported(tmp_path: Path) -> None:
    backend = three_sessions()
    before = NOON - timedelta(days=2)
    backend.listed[0] = Session("a", SafeText("Apples"), created_at=before, updated_at=before)
    async with stage(backend) as it:
        panel = it.chat.query_one(SessionPanel)
        panel.take_keys()
        await it.press(*"pears", "ctrl+e")
        await exported(it, tmp_path / "pears.jsonl", "2 sessions", "jsonl")
        await it.until(lambda: f"Exported 2 sessions to {tmp_path}/pears.jsonl" in it.toasts)
        lines = (tmp_path / "pears.jsonl").read_text().splitlines()
        assert {json.loads(each)["id"] for each in lines} == {"b", "c"}
        panel.action_clear()
        await it.press("home", "insert", "insert", "ctrl+e")
        await exported(it, tmp_path / "picked.jsonl", "2 sessions picked", "jsonl")
        await it.until(lambda: f"Exported 2 sessions to {tmp_path}/picked.jsonl" in it.toasts)
        lines = (tmp_path / "picked.jsonl").read_text().splitlines()
        assert {json.loads(each)["id"] for each in lines} == set(it.list.picked)
        panel.action_clear()
        # those of today alone
        await it.press("ctrl+r", "ctrl+e")
        await exported(it, tmp_path / "today.jsonl", "2 listed sessions", "jsonl")
        await it.until(lambda: f"Exported 2 sessions to {tmp_path}/today.jsonl" in it.toasts)
        await it.press(*["ctrl+r"] * 4)
        backend.read_errors = [ServerFailed("Broken.")]
        await it.press("ctrl+e")
        await picked(it, "all 3")
        await it.until(lambda: "Export all 3 sessions as" in it.drawn)
        await picked(it, "markdown")
        await suggested(it, tmp_path / "all.md")
        await it.until(lambda: "1 session could not be read, and is not in it." in it.notice)
        assert (tmp_path / "all.md").read_text().count("\n# ") == 2
        # what was forgotten here is read for the export alone
        link = present(it.chat.open_chat.connection)
        await link.forget_here([session for session in await link.sessions() if session.id == "c"])
        await it.press("ctrl+e")
        await exported(it, tmp_path / "all.jsonl", "all 3", "jsonl")
        await it.until(
            lambda: "1 session forgotten here stays so: only the export has it." in it.notice
        )
        assert link.local.forgotten.keys() == {"c"}
