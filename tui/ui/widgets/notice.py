"""Lasting notes about what is not part of the conversation."""

from __future__ import annotations

import enum

from textual.content import Content

from tui.errors import RunnelError
from tui.ui.widgets.plain import Plain


class Topic(enum.Enum):
    """What a note is about: there is one note for each at most."""

    START = enum.auto()
    PROFILE = enum.auto()
    READING = enum.auto()
    SENDING = enum.auto()
    ACTION = enum.auto()


class Notice(Plain):
    """Notes that stand until a person closes them or what they tell of is over."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._notes: dict[Topic, Content] = {}

    def show(self, topic: Topic, sentence: str, hint: str = "") -> None:
        self._notes[topic] = Content.assemble(
            ("! ", "bold $warning"), (sentence, "bold"), f"\n  {hint}" if hint else ""
        )
        self._draw()

    def show_error(self, topic: Topic, error: RunnelError) -> None:
        self.show(topic, error.sentence, error.hint)

    @property
    def is_open(self) -> bool:
        return bool(self._notes)

    def end(self, topic: Topic) -> None:
        """Take away the note about something that is over."""
        if self._notes.pop(topic, None) is not None:
            self._draw()

    def close(self) -> None:
        self._notes.clear()
        self._draw()

    def _draw(self) -> None:
        closing = Content.styled("Esc closes this", "$foreground-muted")
        self.update(Content("\n").join([*self._notes.values(), closing]))
        self.set_class(self.is_open, "-open")
