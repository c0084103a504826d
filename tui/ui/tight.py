"""Writing of a line only the cells that are to be drawn again."""

from __future__ import annotations

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor
from textual.strip import Strip


class TightUpdate(ChopsUpdate):
    """Begins each span where it begins; Textual's own does where the widget begins."""

    def render_segments(self, console: Console) -> str:
        written: list[str] = []
        last_y = self.spans[-1][0]
        for y, x1, x2 in self.spans:
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                if strip is None or x >= x2 or end <= x1:
                    continue
                shown = strip.crop(0, min(end, x2) - x) if end > x2 else strip
                begin, shown = _begun_at(max(0, x1 - x), shown)
                written += (Control.move_to(x + begin, y).segment.text, shown.render(console))
            if y != last_y:
                written.append("\n")
        return "".join(written)


class TightCompositor(Compositor):
    """Composes a screen of which a part of a line may change every second."""

    def render_partial_update(self) -> ChopsUpdate | None:
        update = super().render_partial_update()
        if update is None:
            return None
        return TightUpdate(update.chops, update.spans, update.chop_ends)


def _begun_at(cells: int, strip: Strip) -> tuple[int, Strip]:
    """Return `strip` without its first cells and how many were left out."""
    if cells == 0:
        return 0, strip
    rest = strip.crop(cells)
    # a letter two cells wide that would be cut is drawn with all that is before it
    if strip.crop(0, cells).text + rest.text != strip.text:
        return 0, strip
    return cells, rest
