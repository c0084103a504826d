"""Inspector of a message: all that is known of it, as JSON."""

from __future__ import annotations

import json
from datetime import datetime

from msgspec import Struct
from msgspec.structs import asdict
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll

from tui.formatting.counts import counted
from tui.model import Message
from tui.ui.dialogs.dialog import Dialog
from tui.ui.widgets.plain_text import Plain

SHOWN_CHARS = 20_000


class InspectorScreen(Dialog[None]):
    """The facts of one message as JSON."""

    DEFAULT_CSS = """
    InspectorScreen .facts { height: auto; max-height: 60vh; }
    """

    def __init__(self, message: Message, session_id: str | None) -> None:
        super().__init__()
        self._message = message
        self._session_id = session_id

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(f"Message {self._message.id}", classes="title")
            with VerticalScroll(classes="facts"):
                yield Plain(self._facts())
            yield self.hint("Up/Down scroll · {dialog.close} close")

    def on_mount(self) -> None:
        self.query_one(".facts").focus()

    def _facts(self) -> str:
        facts = {"session": self._session_id, **asdict(self._message)}
        del facts["raw"]
        facts["parts"] = [
            {"kind": type(part).__name__, **asdict(part)} for part in self._message.parts
        ]
        text = json.dumps(facts, indent=2, ensure_ascii=False, default=_told)
        if len(text) > SHOWN_CHARS:
            cut = counted(len(text) - SHOWN_CHARS, "more character")
            return f"{text[:SHOWN_CHARS]}\n… {cut}"
        return text


def _told(value: object) -> object:
    match value:
        case Struct():
            return asdict(value)
        case datetime():
            return value.isoformat()
        case _:
            return str(value)
