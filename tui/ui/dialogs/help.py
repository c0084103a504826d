"""Help on the keys, by where they do something."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content

from tui.ui.cells import cell_len
from tui.ui.dialogs.dialog import Dialog
from tui.ui.key_bindings import KeyHelp
from tui.ui.widgets.plain_text import Plain

_KEY_CELLS = 22


class HelpScreen(Dialog[None]):
    """`sections` are headings with the keys under them, made from the bindings in force."""

    DEFAULT_CSS = """
    HelpScreen > .box { height: 90%; }
    HelpScreen .keys { height: 1fr; scrollbar-size-vertical: 1; }
    """

    def __init__(self, sections: Sequence[tuple[str, Sequence[KeyHelp]]]) -> None:
        super().__init__()
        self._sections = sections

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain("Keys", classes="title")
            with VerticalScroll(classes="keys"):
                for heading, helps in self._sections:
                    yield Plain(_section(heading, helps))
            yield Plain(
                'Remap any of them under [keys] in config.toml: id = "key" · Esc close',
                classes="hint",
            )

    def on_mount(self) -> None:
        self.query_one(".keys").focus()


def _section(heading: str, helps: Sequence[KeyHelp]) -> Content:
    lines = [Content.styled(heading, "bold $text-primary")]
    for each in helps:
        keys = "  " + ", ".join(each.keys)
        gap = " " * max(1, _KEY_CELLS - cell_len(keys))
        lines.append(
            Content.assemble(
                (keys + gap, "$text-accent"),
                each.description,
                ("  " + each.action_id, "$foreground-muted"),
            )
        )
    return Content("\n").join([*lines, Content("")])
