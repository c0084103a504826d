"""Markdown view: one widget for one text, which draws only the rows that are asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.selection import Selection
from textual.strip import Strip

from tui.formatting.search_pattern import SearchPattern
from tui.ui.markdown.code_rows import CodeKey
from tui.ui.markdown.document_reading import DocumentReading
from tui.ui.markdown.empty_rows import EmptyRows
from tui.ui.markdown.marked_rows import MarkedRows
from tui.ui.markdown.page_layout import PageLayout
from tui.ui.markdown.scroll_anchor import ScrollAnchor, anchor_at, row_of
from tui.ui.markdown.source_map import source_between
from tui.ui.markdown.styles import STYLES
from tui.ui.markdown.targets import CodeTarget, Target, code_key_at, targets_of
from tui.ui.terminal.drawn_soon import DrawnSoon
from tui.ui.widgets.tall_column import LaidOutOnce


class MarkdownView(DrawnSoon, LaidOutOnce):
    """Shows a document that grows at its end, row by row.

    What was drawn and did not change is not drawn again. While more may come, `rows_ahead` tells
    how many empty rows to lay out below the text: what comes into them moves nothing, and a row
    that needs no layout costs a tenth of one that does.
    """

    DEFAULT_CSS = f"MarkdownView {{ height: auto; width: 1fr; {STYLES} }}"

    @dataclass(eq=False, repr=False)
    class LinkClicked(Message):
        """A link was clicked; nothing has been opened."""

        href: str

    @dataclass(eq=False, repr=False)
    class CitationClicked(Message):
        """A citation of a source was clicked."""

        view: MarkdownView
        marker: str

    @dataclass(eq=False, repr=False)
    class CodeKeyClicked(Message):
        """A key in the head of code was clicked; nothing has been done."""

        action_id: str
        source: str
        """The text that the code stands in."""
        target: CodeTarget

    def __init__(
        self,
        *,
        rows_ahead: Callable[[], int] = lambda: 0,
        code_keys: Sequence[CodeKey] = (),
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        super().__init__(id=id)
        self._empty_rows = EmptyRows(rows_ahead)
        self._reading = DocumentReading(self, self._show)
        self._code_keys = code_keys
        self._layout = PageLayout(0)
        self._rows = MarkedRows(self)

    @property
    def text(self) -> str:
        """The source of what is shown."""
        return self._reading.document.source

    @property
    def is_drawn(self) -> bool:
        """Nothing of the text is still to be read."""
        return self._reading.is_over

    @property
    def empty_rows(self) -> int:
        """Rows that are laid out below the text; less than 0 where it waits for a layout."""
        return self._empty_rows.left(self._layout.height)

    @property
    def page(self) -> PageLayout:
        """The text as it is laid out, without the empty rows; another object at another width."""
        return self._layout

    # The text

    def show(self, text: str, *, whole: bool) -> None:
        """Show a text; what it and the one before begin with stays as it is.

        `whole` when nothing will come after it: what is open is then taken for closed.
        """
        if text == self.text and whole == self._reading.document.is_finished:
            return
        self._reading.replace(text, whole=whole)

    def on_mount(self) -> None:
        self._reading.read()

    def on_unmount(self) -> None:
        # a widget is garbage that has to be looked for: what it holds should not wait for that
        self._reading.forget()
        self._layout = PageLayout(0)
        self._rows.strips.clear()

    # Rows

    def _show(self) -> None:
        """Bring the page in line with the document and have the rows drawn that changed."""
        width = self._layout.width
        if not width:
            self.refresh(layout=True)
            return
        before, document = self._layout.height, self._reading.document
        first = self._layout.show(document.blocks, document.take_changed())
        height = self._layout.height
        changed = self._rows.strips.drop_changed(self._layout, first)
        is_moved = self._empty_rows.take(height - before, is_whole=document.is_finished)
        if changed.first < max(before, height) or is_moved:
            self.refresh(*self._rows.regions(self._layout, changed, before), layout=is_moved)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        if width != self._layout.width:
            self._layout = PageLayout(width, self._code_keys)
            document = self._reading.document
            self._layout.show(document.blocks, document.take_changed())
            self._rows.forget_layout()
        return self._empty_rows.lay_out(self._layout.height)

    def anchor_at(self, row: int) -> ScrollAnchor | None:
        """Return what stands at a row, by which it is found again at another width."""
        return anchor_at(self._layout, row)

    def row_of(self, anchor: ScrollAnchor) -> int:
        return row_of(self._layout, anchor)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._rows.strips.restyle()

    def render_line(self, y: int) -> Strip:
        """Return a row whose pieces know their places: Textual looks there for what is selected."""
        return self._rows.strip(self._layout, y, self.text_selection).apply_offsets(0, y)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return rows of the widget, the same strips as before where nothing changed.

        Textual's own way drops what it kept whenever the height changes: with every line that
        comes it would draw the whole screen again.
        """
        if self.gutter or self.opacity < 1 or "@click" in self.hover_style.meta:
            return super().render_lines(crop)
        selection = self.text_selection
        strips = [self._rows.strip(self._layout, y, selection) for y in crop.line_range]
        if crop.column_span != (0, self.size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    # Selection and links

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the source of what is selected."""
        return source_between(self.text, self._layout, selection), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self.refresh()

    def action_open(self, target: str) -> None:
        self.post_message(self.LinkClicked(target))

    def action_cite(self, marker: str) -> None:
        self.post_message(self.CitationClicked(self, marker))

    def show_citations(self, markers: frozenset[str]) -> None:
        """Have citations of these sources lead to them."""
        if markers != self._rows.markers:
            self._rows.markers = markers
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        # a button let go at the end of a selection is no click
        place = None if self.screen.selections else event.get_content_offset(self)
        clicked = code_key_at(self._layout, place.y, place.x) if place is not None else None
        if clicked is not None:
            event.stop()
            key, target = clicked
            self.post_message(self.CodeKeyClicked(key.action_id, self.text, target))

    def targets(self, first: int, end: int) -> Sequence[Target]:
        """Return the links, citations and code blocks in rows from `first` up to `end`."""
        return list(targets_of(self._layout, first, end, self._rows.markers))

    # Words that are looked for

    def highlight(self, pattern: SearchPattern | None) -> None:
        """Highlight the matches of `pattern`, `None` for none."""
        if self._rows.highlighter.look_for(pattern):
            self.refresh()

    def find_row(self, passage: int, at: int) -> int:
        """Highlight the match at `at` of a passage as the current one; return its row."""
        row = self._rows.highlighter.go_to(self._layout, passage, at)
        self.refresh()
        return row
