"""The sources an answer names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from tui.model import Citation, CitationsPart
from tui.ui.widgets.folding_panel import FoldingPanel
from tui.ui.widgets.plain import Plain

OPENABLE = ("https://", "http://")


class SourceList(Vertical, can_focus=True):
    """Numbered sources; with the focus here one of them is what the keys act on."""

    DEFAULT_CSS = """
    SourceList { height: auto; width: 1fr; }
    """
    BINDINGS = [
        Binding("up,k", "choose(-1)", "Previous source", show=False, id="source.previous"),
        Binding("down,j", "choose(1)", "Next source", show=False, id="source.next"),
        Binding("enter,o", "open", "Open", key_display="o", id="source.open"),
        Binding("y", "copy", "Copy address", id="source.copy"),
        Binding("Y", "copy_all", "Copy list", id="source.copy-all"),
    ]

    @dataclass
    class OpenRequested(Message):
        """Show this address in the browser; empty for a source that has none on the web."""

        url: str

    @dataclass
    class CopyRequested(Message):
        text: str
        what: str

    def __init__(self, citations: Sequence[Citation]) -> None:
        super().__init__()
        self._citations = citations
        self._chosen = 0

    def compose(self) -> ComposeResult:
        for number, citation in enumerate(self._citations):
            yield Plain(self._entry(number, citation))

    @property
    def openable(self) -> Sequence[tuple[Plain, str]]:
        """The entries that have an address on the web, with it."""
        entries = zip(self.query(Plain), self._citations, strict=True)
        return [(entry, each.url) for entry, each in entries if each.url.startswith(OPENABLE)]

    def watch_has_focus(self, _has_focus: bool) -> None:
        super().watch_has_focus(_has_focus)
        self._draw()

    def action_choose(self, step: int) -> None:
        self._chosen = max(0, min(self._chosen + step, len(self._citations) - 1))
        self._draw()
        self.query(Plain)[self._chosen].scroll_visible(animate=False)

    def action_open(self) -> None:
        url = self._citations[self._chosen].url
        self.post_message(self.OpenRequested(url if url.startswith(OPENABLE) else ""))

    def action_copy(self) -> None:
        citation = self._citations[self._chosen]
        what = "address" if citation.url else "title"
        self.post_message(self.CopyRequested(citation.url or citation.title, what))

    def action_copy_all(self) -> None:
        text = "\n".join(
            _line(number, each) for number, each in enumerate(self._citations, start=1)
        )
        self.post_message(self.CopyRequested(text, "list of sources"))

    def _draw(self) -> None:
        # there are no entries yet, or no longer, when the focus comes and goes with the widget
        entries = zip(self.query(Plain), self._citations, strict=False)
        for number, (entry, citation) in enumerate(entries):
            entry.update(self._entry(number, citation))

    def _entry(self, number: int, citation: Citation) -> Content:
        is_chosen = self.has_focus and number == self._chosen
        lines = [
            Content.assemble(
                ("▸ " if is_chosen else "  ", "bold $accent"),
                (f"{number + 1} ", "$foreground-muted"),
                (f"[{citation.marker}] " if citation.marker else "", "$secondary"),
                (citation.title or citation.url or "untitled", "bold"),
            )
        ]
        if citation.url and citation.title:
            lines.append(Content.styled(f"    {citation.url}", "$foreground-muted"))
        lines += [Content(f"    {line}") for line in citation.excerpt.splitlines()]
        return Content("\n").join(lines)


class Sources(FoldingPanel):
    """A folded list: number, marker, title, address and excerpt of each source."""

    def __init__(self, part: CitationsPart) -> None:
        super().__init__(_title(part), collapsed=True)
        self.part = part

    def compose(self) -> ComposeResult:
        yield self._title
        with self.Contents():
            yield SourceList(self.part.citations)

    async def show(self, part: CitationsPart) -> None:
        self.part = part
        self.retitle(_title(part))
        contents = self.query_one(self.Contents)
        await contents.query(SourceList).remove()
        await contents.mount(SourceList(part.citations))

    def on_collapsible_expanded(self) -> None:
        # unfolded from the keyboard, it is what the keys are meant for
        if self._title.has_focus:
            self.query_one(SourceList).focus(scroll_visible=False)

    async def action_toggle(self, attribute_name: str) -> None:
        if self.query_one(SourceList).has_focus:
            # before it disappears with the focus on it
            self._title.focus(scroll_visible=False)
        await super().action_toggle(attribute_name)


def _title(part: CitationsPart) -> Content:
    count = len(part.citations)
    return Content.assemble(("❝", "$secondary"), " ", f"{count} source{'s' * (count != 1)}")


def _line(number: int, citation: Citation) -> str:
    marker = f"[{citation.marker}] " if citation.marker else ""
    words = [each for each in (citation.title, citation.url) if each]
    return f"{number}. {marker}{' · '.join(words) or 'untitled'}"
