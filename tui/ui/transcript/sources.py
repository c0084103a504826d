"""Sources of an answer: its citations in a folded list, to be opened and copied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msgspec import Struct
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from tui.formatting.counts import counted
from tui.formatting.marked_units import Span
from tui.formatting.search_pattern import SearchPattern
from tui.model import Citation, CitationsPart
from tui.model import Message as ChatMessage
from tui.ui.search.matches import FIELDS, fields_of
from tui.ui.terminal.browser import is_web_address
from tui.ui.widgets.folding_panel import FoldingPanel
from tui.ui.widgets.highlighting import highlighted
from tui.ui.widgets.plain_text import Plain

_INDENT = "    "


class _FieldLine(Struct, frozen=True):
    """Characters of a field of a source, and where its entry shows them."""

    field: int
    searched: int
    shown: int
    length: int


class SourceEntry(Plain):
    """What a source is called, where it is and what it says; to be clicked."""

    @dataclass(eq=False, repr=False)
    class Clicked(Message):
        entry: SourceEntry

    def on_click(self) -> None:
        # a button let go at the end of a selection is no click
        if not self.screen.selections:
            self.post_message(self.Clicked(self))


class SourceList(Vertical, can_focus=True):
    """Numbered sources; with the focus here one of them is what the keys act on.

    Matches of `pattern` in them are highlighted.
    """

    FOCUS_ON_CLICK = False
    DEFAULT_CSS = """
    SourceList { height: auto; width: 1fr; }
    """
    BINDINGS = [
        Binding("up,k", "choose(-1)", "Previous source", show=False, id="source.previous"),
        Binding("down,j", "choose(1)", "Next source", show=False, id="source.next"),
        Binding("enter,o", "open", "Open", id="source.open"),
        Binding("backspace", "back", "Back to the text", id="source.back"),
        Binding("y", "copy", "Copy address", id="source.copy"),
        Binding("Y", "copy_all", "Copy list", id="source.copy-all"),
    ]

    @dataclass(eq=False, repr=False)
    class OpenRequested(Message):
        """Show this address in the browser; empty for a source that has none on the web."""

        url: str

    @dataclass(eq=False, repr=False)
    class BackRequested(Message):
        """Go back to where the reader came from."""

        sources: SourceList

    @dataclass(eq=False, repr=False)
    class CopyRequested(Message):
        text: str
        what: str

    def __init__(self, citations: Sequence[Citation], pattern: SearchPattern | None = None) -> None:
        super().__init__()
        self._citations = citations
        self._pattern = pattern
        self._current: tuple[int, int] | None = None
        """The passage and the character of it at which the current match begins."""
        self._chosen = 0

    def compose(self) -> ComposeResult:
        for number, citation in enumerate(self._citations):
            yield SourceEntry(self._entry(number, citation))

    @property
    def openable(self) -> Sequence[tuple[Plain, str]]:
        """The entries that have an address on the web, with it."""
        entries = zip(self.query(Plain), self._citations, strict=True)
        return [(entry, each.url) for entry, each in entries if is_web_address(each.url)]

    def watch_has_focus(self, _has_focus: bool) -> None:
        super().watch_has_focus(_has_focus)
        self._draw()

    def action_choose(self, step: int) -> None:
        self._chosen = max(0, min(self._chosen + step, len(self._citations) - 1))
        self._draw()
        self.query(Plain)[self._chosen].scroll_visible(animate=False)

    def choose(self, marker: str) -> Plain:
        """Choose the source of a marker, where there is one; return the entry chosen now."""
        markers: list[str] = [citation.marker for citation in self._citations]
        if marker in markers:
            self._chosen = markers.index(marker)
            self._draw()
        return self.query(Plain)[self._chosen]

    def on_source_entry_clicked(self, event: SourceEntry.Clicked) -> None:
        event.stop()
        self._chosen = self.children.index(event.entry)
        self._draw()
        if is_web_address(self._citations[self._chosen].url):
            self.action_open()

    def action_back(self) -> None:
        self.post_message(self.BackRequested(self))

    def action_open(self) -> None:
        url = self._citations[self._chosen].url
        self.post_message(self.OpenRequested(url if is_web_address(url) else ""))

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
                (f"[{citation.marker}] " if citation.marker else "", "$text-secondary"),
                (citation.title or citation.url or "untitled", "bold"),
            )
        ]
        if citation.url and citation.title not in {"", citation.url}:
            lines.append(Content.styled(f"{_INDENT}{citation.url}", "$foreground-muted"))
        lines += [Content(f"{_INDENT}{line}") for line in citation.excerpt.splitlines()]
        entry = Content("\n").join(lines)
        return entry if self._pattern is None else self._highlighted(entry, number, self._pattern)

    # Highlights

    def highlight(self, pattern: SearchPattern | None) -> None:
        """Highlight the matches of `pattern`, `None` for none."""
        if pattern != self._pattern:
            self._pattern, self._current = pattern, None
            self._draw()

    def find_row(self, passage: int, at: int) -> int:
        """Highlight the match at `at` of a passage as the current one; return its row here."""
        number, field = divmod(passage, FIELDS)
        number = min(number, len(self._citations) - 1)
        self._current = (passage, at)
        self._draw()
        entry = self.query(Plain)[number]
        shown = [
            each.shown + max(0, at - each.searched)
            for each in _field_lines(number, self._citations[number])
            if each.field == field and each.searched <= at
        ]
        row = entry.row_of_character(shown[-1]) if shown else 0
        return entry.region.y - self.region.y + row

    def _highlighted(self, entry: Content, number: int, pattern: SearchPattern) -> Content:
        citation = self._citations[number]
        matches = [pattern.spans(field) for field in fields_of(citation)]
        spans: list[Span] = []
        current = None
        for each in _field_lines(number, citation):
            for start, end in matches[each.field]:
                first = max(start - each.searched, 0)
                last = min(end - each.searched, each.length)
                if first < last:
                    spans.append((each.shown + first, each.shown + last))
                    if self._current == (number * FIELDS + each.field, start):
                        current = current or spans[-1][0]
        return highlighted(entry, spans, current)


def _field_lines(number: int, citation: Citation) -> Iterator[_FieldLine]:
    """Yield where the entry of a source shows its fields, in their order."""
    marker, title, url, excerpt = fields_of(citation)
    shown = len(f"  {number + 1} ")
    if marker:
        yield _FieldLine(0, 0, shown + 1, len(marker))
        shown += len(f"[{marker}] ")
    if title:
        yield _FieldLine(1, 0, shown, len(title))
    elif url:
        yield _FieldLine(2, 0, shown, len(url))
    shown += len(title or url or "untitled") + 1
    if url and title:
        yield _FieldLine(2, 0, shown + len(_INDENT), len(url))
        shown += len(_INDENT) + len(url) + 1
    searched = 0
    for line in excerpt.splitlines(keepends=True):
        text = line.splitlines()[0]
        yield _FieldLine(3, searched, shown + len(_INDENT), len(text))
        searched += len(line)
        shown += len(_INDENT) + len(text) + 1


class Sources(FoldingPanel):
    """A folded list: number, marker, title, address and excerpt of each source."""

    def __init__(self, part: CitationsPart) -> None:
        super().__init__(_title(part), collapsed=True)
        self.part = part
        self._pattern: SearchPattern | None = None

    def compose_contents(self) -> ComposeResult:
        yield SourceList(self.part.citations, self._pattern)

    async def show(self, part: CitationsPart) -> None:
        self.part = part
        self.retitle(_title(part))
        contents = self.query_one(self.Contents)
        await contents.query(SourceList).remove()
        await contents.mount(SourceList(part.citations, self._pattern))

    def choose(self, marker: str) -> Plain:
        """Unfold, and choose the source of a marker for the keys to act on; return its entry."""
        self.collapsed = False
        sources = self.query_one(SourceList)
        sources.focus(scroll_visible=False)
        return sources.choose(marker)

    def on_collapsible_expanded(self) -> None:
        # unfolded from the keyboard, it is what the keys are meant for
        if self.panel_title.has_focus:
            self.query_one(SourceList).focus(scroll_visible=False)

    async def action_toggle(self, attribute_name: str) -> None:
        if self.query_one(SourceList).has_focus:
            # before it disappears with the focus on it
            self.panel_title.focus(scroll_visible=False)
        await super().action_toggle(attribute_name)

    # Highlights

    @property
    def is_drawn(self) -> bool:
        return self.is_laid_out

    def highlight(self, pattern: SearchPattern | None) -> None:
        self._pattern = pattern
        # there is no list before this is mounted
        for sources in self.query(SourceList):
            sources.highlight(pattern)

    def find_row(self, passage: int, at: int) -> int:
        """Highlight the match at `at` of a passage as the current one; return its row here.

        The row of the title when the panel is folded.
        """
        sources = self.query_one(SourceList)
        row = sources.find_row(passage, at)
        return 0 if self.collapsed else sources.region.y - self.region.y + row


def markers_of(message: ChatMessage) -> frozenset[str]:
    """Return the markers by which the text of a message may name its sources."""
    return frozenset(
        citation.marker
        for part in message.parts
        if isinstance(part, CitationsPart)
        for citation in part.citations
        if citation.marker
    )


def _title(part: CitationsPart) -> Content:
    return Content.assemble(("❝", "$secondary"), " ", counted(len(part.citations), "source"))


def _line(number: int, citation: Citation) -> str:
    marker = f"[{citation.marker}] " if citation.marker else ""
    words = [each for each in dict.fromkeys((citation.title, citation.url)) if each]
    return f"{number}. {marker}{' · '.join(words) or 'untitled'}"
