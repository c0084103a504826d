"""Reply of the assistant: one text part of it, drawn as Markdown, with a caret while it grows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset, Region, Size
from textual.strip import Strip

from tui.ui.cells import cell_len
from tui.ui.markdown.code_rows import CodeKey
from tui.ui.markdown.page_layout import PageLayout
from tui.ui.markdown.view import MarkdownView

CARET = "▍"


class Reply(MarkdownView):
    """A text that may still come: what is open at its end looks so until it is whole.

    Until then a steady caret stands behind it. It is drawn over the rows and takes none itself.
    """

    DEFAULT_CSS = """
    Reply { margin: 1 0 0 0; }
    Reply:first-child { margin: 0; }
    """

    def __init__(
        self,
        text: str = "",
        *,
        whole: bool = True,
        rows_ahead: Callable[[], int] = lambda: 0,
        code_keys: Sequence[CodeKey] = (),
    ) -> None:
        super().__init__(rows_ahead=rows_ahead, code_keys=code_keys)
        self._caret: Offset | None = None
        self.show(text, whole=whole)

    def _show(self) -> None:
        super()._show()
        before, self._caret = self._caret, self._caret_now()
        if before != self._caret:
            cells = (cell for cell in (before, self._caret) if cell is not None)
            self.refresh(*(Region(*cell, 1, 1) for cell in cells))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        height = super().get_content_height(container, viewport, width)
        self._caret = self._caret_now()
        return height

    def _caret_now(self) -> Offset | None:
        if self._reading.document.is_finished:
            return None
        return caret_cell(self.page, self.page.height + max(0, self.empty_rows))

    def render_lines(self, crop: Region) -> list[Strip]:
        strips = super().render_lines(crop)
        if self._caret is not None and crop.contains_point(self._caret):
            x, y = self._caret - crop.offset
            strips[y] = self._with_caret(strips[y], x)
        return strips

    def _with_caret(self, strip: Strip, x: int) -> Strip:
        colour = Style(color=self._rows.strips.style((".caret",)).color)
        # the ground may be that of code
        below = next(iter(strip.crop(x, x + 1)), Segment(" ")).style or Style.null()
        mark = Strip([Segment(CARET, below + colour)], 1)
        return Strip.join([strip.crop(0, x), mark, strip.crop(x + 1)])


def caret_cell(layout: PageLayout, rows: int) -> Offset | None:
    """Return the cell behind the last letter of a page for which `rows` are laid out.

    `None` where there is none: the last row is full, and no other follows.
    """
    last = layout.height - 1
    if last < 0:
        return None
    column = cell_len("".join(piece.text for piece in layout.row(last)).rstrip())
    if column < layout.width:
        return Offset(column, last)
    return Offset(0, layout.height) if layout.height < rows else None
