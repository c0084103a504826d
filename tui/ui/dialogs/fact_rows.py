"""Facts in two columns: a name, and words that may take several rows."""

from __future__ import annotations

from collections.abc import Sequence

from textual.containers import Horizontal, VerticalScroll

from tui.inspection.summary import Fact
from tui.ui.widgets.plain_text import Plain


class FactRows(VerticalScroll):
    DEFAULT_CSS = """
    FactRows {
        height: 1fr; scrollbar-size-vertical: 1;
        & Horizontal { height: auto; }
        & .name { width: 14; color: $foreground-muted; }
        & .words { width: 1fr; height: auto; }
    }
    """

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._names: list[str] = []

    async def show(self, facts: Sequence[Fact]) -> None:
        """Show these; where their names are those of before only words change."""
        if not self.is_attached:
            return
        names = [each.name for each in facts]
        if names == self._names:
            for words, fact in zip(self.query(".words").results(Plain), facts, strict=True):
                words.update(fact.words)
            return
        self._names = names
        with self.app.batch_update():
            await self.remove_children()
            await self.mount_all(
                Horizontal(Plain(each.name, classes="name"), Plain(each.words, classes="words"))
                for each in facts
            )
