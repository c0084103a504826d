"""Question of a person, drawn as it was typed."""

from __future__ import annotations

from tui.safe_text import SafeText
from tui.ui.widgets.highlighted_text import HighlightedText


class Question(HighlightedText):
    """Plain text, searched from end to end."""

    def __init__(self, text: SafeText) -> None:
        super().__init__(text, classes="question")
