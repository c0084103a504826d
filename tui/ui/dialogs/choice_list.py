"""Option list that puts a bar before the row under the cursor: colour alone tells nothing."""

from __future__ import annotations

from rich.segment import Segment
from textual.strip import Strip
from textual.widgets import OptionList

_BAR = "▌"


class ChoiceList(OptionList):
    """An `OptionList` for rows without markup, of one line each however long what they tell is."""

    COMPONENT_CLASSES = {"choice-list--bar"}
    DEFAULT_CSS = """
    ChoiceList {
        text-wrap: nowrap; text-overflow: ellipsis;
        & > .option-list--option { padding: 0 1; }
        & > .choice-list--bar { color: $border; background: $block-cursor-background; }
    }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)

    def render_line(self, y: int) -> Strip:
        strip = super().render_line(y)
        style = next((segment.style for segment in strip), None)
        # an option that is there has its number on all of its cells
        option = style.meta.get("option") if style is not None else None
        if style is None or option is None or option != self.highlighted:
            return strip
        bar = style + self.get_component_rich_style("choice-list--bar")
        return Strip.join([Strip([Segment(_BAR, bar)]), strip.crop(1)])
