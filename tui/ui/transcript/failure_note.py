"""Failure note behind a message: why it failed, and the keys that help."""

from __future__ import annotations

from textual.content import Content

from tui.model import Failure
from tui.ui.transcript.next_keys import NextKeys
from tui.ui.widgets.plain_text import Plain


class FailureNote(Plain):
    """Cause, HTTP status, request id and the next keys; takes no room without a failure."""

    DEFAULT_CSS = """
    FailureNote {
        display: none; height: auto; margin: 1 0 0 2; padding: 0 1; border-left: thick $error;
        &.-failed { display: block; }
    }
    """

    def __init__(self, failure: Failure | None, keys: NextKeys) -> None:
        super().__init__(_content(failure, keys))
        self.set_class(failure is not None, "-failed")

    def show(self, failure: Failure | None, keys: NextKeys) -> None:
        """Show why, and what can be done now."""
        self.update(_content(failure, keys))
        self.set_class(failure is not None, "-failed")


def _content(failure: Failure | None, keys: NextKeys) -> Content:
    if failure is None:
        return Content()
    facts = [
        fact
        for fact in (
            f"HTTP {failure.status}" if failure.status else "",
            f"request {failure.request_id}" if failure.request_id else "",
        )
        if fact
    ]
    return Content.assemble(
        ("✗ ", "bold $error"),
        (failure.sentence, "bold"),
        (" · " + " · ".join(facts) if facts else "", "$foreground-muted"),
        ("\n" + keys.hint if keys.hint else ""),
        ("\n" + keys.keys if keys.keys else "", "$foreground-muted"),
    )
