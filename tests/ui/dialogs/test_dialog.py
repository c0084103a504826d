from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from tests.fakes import ScriptedBackend, assistant, user
from tests.ui.harness import Stage, stage
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.dialogs.dialog import Dialog


class Sized(Static):
    def on_resize(self) -> None:
        assert isinstance(self.screen, Probe)
        self.screen.laid_out.append((*self.size, *sorted(self.screen.classes)))


class Probe(Dialog[None]):
    def __init__(self) -> None:
        super().__init__()
        self.laid_out: list[tuple[object, ...]] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Sized("words")


@pytest.mark.parametrize("size", [(120, 40), (60, 16), (20, 5)])
async def test_a_dialog_has_its_final_shape_from_the_first_frame_on(size: tuple[int, int]) -> None:
    app = App[None]()
    async with app.run_test(size=size) as pilot:
        probe = Probe()
        app.push_screen(probe)
        await pilot.pause()
        await pilot.pause()
        assert len(probe.laid_out) == 1


@pytest.mark.parametrize(("theme", "is_dim"), [("sixteen", True), ("runnel-dark", False)])
async def test_what_lies_behind_a_dialog_is_faint_where_colours_cannot_be_mixed(
    theme: str, is_dim: bool
) -> None:
    async with stage(ScriptedBackend(), size=(80, 24), theme=theme) as it:
        assert not {*styles_of(it, "ready")} & {True}
        it.app.push_screen(ConfirmScreen("Begin anew?"))
        await it.until(lambda: "Begin anew?" in it.drawn)
        assert {*styles_of(it, "ready")} == {is_dim}
        assert {*styles_of(it, "Begin anew?")} == {False}


def styles_of(it: Stage, words: str) -> list[bool]:
    """Return whether each piece of text that holds some words is drawn faintly."""
    return [
        bool(each.style is not None and each.style.dim)
        for strip in it.app.screen._compositor.render_strips()
        for each in strip
        if words in each.text
    ]


async def test_what_is_behind_a_dialog_is_laid_out_anew_only_if_it_changed() -> None:
    layouts: list[object] = []
    backend = ScriptedBackend(histories={"s": [user("q", "Q"), assistant("a", "A")]})
    async with stage(backend) as it:
        await it.open("s")
        await it.settled()
        before = it.drawn
        it.chat.screen_layout_refresh_signal.subscribe(it.chat, layouts.append, immediate=True)

        async def covered(key: str) -> None:
            await it.press(key)
            await it.until(lambda: it.app.screen is not it.chat)

        async def uncovered() -> None:
            await it.press("escape")
            await it.until(lambda: it.app.screen is it.chat)
            await it.pilot.pause()

        for key in ("f1", "ctrl+p", "f3", "f7", "ctrl+r"):
            await covered(key)
            await uncovered()
            assert it.drawn == before
        assert layouts == []
        await covered("f1")
        it.composer.type("two\nlines")
        await uncovered()
        assert layouts
        assert [row.strip(" │┃▌▐").strip() for row in it.rows(it.composer)][1:3] == ["two", "lines"]
        await covered("f1")
        await it.pilot.resize_terminal(80, 24)
        await uncovered()
        assert (it.chat.size, it.composer.region.bottom <= 24) == ((80, 24), True)
        assert "two" in it.drawn
