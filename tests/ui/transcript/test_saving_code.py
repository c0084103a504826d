from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from tests.ui.harness import Stage, stage
from tests.ui.talks import opened
from tests.ui.transcript.one_answer import talk
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.dialogs.name_file import NameFileScreen


async def at_file_name(it: Stage, name: Path | str) -> None:
    """Open the dialog that asks where to save code, with this in its field."""
    await it.press("s")
    await it.until(lambda: isinstance(it.app.screen, NameFileScreen))
    it.app.screen.query_one(Input).value = str(name)


async def test_s_saves_the_code_under_a_name_with_the_ending_of_its_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with stage(talk("```python\nprint(1)\n```")) as it:
        await opened(it)
        await it.press("s")
        await it.until(lambda: isinstance(it.app.screen, NameFileScreen))
        assert it.app.screen.query_one(Input).value == "code.py"
        await it.press("enter")
        await it.until(lambda: bool(it.toasts))
        assert (tmp_path / "code.py").read_text() == "print(1)\n"


async def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with stage(talk("```\nx\n```")) as it:
        await opened(it)
        await at_file_name(it, "~/x.txt")
        await it.press("enter")
        await it.until(lambda: bool(it.toasts))
        assert (tmp_path / "x.txt").read_text() == "x\n"


@pytest.mark.parametrize(("key", "kept"), [("y", "x\n"), ("n", "mine"), ("escape", "mine")])
async def test_a_file_is_overwritten_only_after_asking(tmp_path: Path, key: str, kept: str) -> None:
    file = tmp_path / "x.txt"
    file.write_text("mine")
    async with stage(talk("```\nx\n```")) as it:
        await opened(it)
        await at_file_name(it, file)
        await it.press("enter")
        await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
        assert file.read_text() == "mine"
        await it.press(key)
        await it.until(lambda: it.app.screen is it.chat)
        await it.until(lambda: file.read_text() == kept)


async def test_code_that_cannot_be_saved_is_told(tmp_path: Path) -> None:
    async with stage(talk("```\nx\n```")) as it:
        await opened(it)
        await at_file_name(it, tmp_path / "no" / "x.txt")
        await it.press("enter")
        await it.until(lambda: "could not be saved as" in it.notice)
        assert "No such file or directory" in it.notice


async def test_s_without_code_says_so() -> None:
    async with stage(talk("no code")) as it:
        await opened(it)
        await it.press("s")
        await it.until(lambda: it.toasts == ["There is no code block in this message."])


@pytest.mark.parametrize("target", ["nowhere.txt", "there.txt"])
async def test_code_is_never_saved_through_a_link(tmp_path: Path, target: str) -> None:
    (tmp_path / "there.txt").write_text("mine")
    (tmp_path / "x.txt").symlink_to(tmp_path / target)
    async with stage(talk("```\nx\n```")) as it:
        await opened(it)
        await at_file_name(it, tmp_path / "x.txt")
        await it.press("enter")
        await it.until(lambda: "it is a link to another place" in " ".join(it.notice.split()))
    assert (tmp_path / "there.txt").read_text() == "mine"
    assert not (tmp_path / "nowhere.txt").exists()
