"""Notes that last, about what is not part of the conversation."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection

from textual.content import Content

from tui.errors import RunnelError
from tui.ui.widgets.key_line import KeyLine


class Topic(enum.Enum):
    """What a note is about: there is one note for each at most."""

    START = enum.auto()
    PROFILE = enum.auto()
    ADDED = enum.auto()
    READING = enum.auto()
    SESSION = enum.auto()
    """The open session is gone; it stays on show."""
    DRAFT = enum.auto()
    """What was written in the open session is not in the box any more."""
    UNSEEN = enum.auto()
    """A question was not sent, because nobody could see what stood before it in the box."""
    STEPPING = enum.auto()
    """A question was not sent, because another session is to be opened, and is not yet."""
    DRAFT_ELSEWHERE = enum.auto()
    """Another window has a draft in the open session."""
    ASKED_ELSEWHERE = enum.auto()
    """Another window has a question on its way in the open session."""
    SIGNED_OUT = enum.auto()
    OUTBOX = enum.auto()
    """Questions of other sessions were not sent."""
    SENDING = enum.auto()
    ACTION = enum.auto()
    SIGN_IN = enum.auto()
    FAULT = enum.auto()
    EXPORTED = enum.auto()
    LEARNT = enum.auto()
    """A bot was taught, and can be asked again."""
    SYNC = enum.auto()
    KEEPING = enum.auto()
    """Something chosen is not kept for the next start."""
    STOPPED = enum.auto()
    STALLED = enum.auto()
    """While it stands, `escape` stops the answer instead of closing notes."""


_GOOD_NEWS = frozenset({Topic.ADDED, Topic.EXPORTED, Topic.LEARNT})


class Notice(KeyLine):
    """Notes that stand until a person closes them or what they tell of is over.

    `key_of` tells the key of an action id.
    """

    def __init__(self, key_of: Callable[[str], str], *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._key_of = key_of
        self._notes: dict[Topic, Content] = {}

    def show(self, topic: Topic, sentence: str, hint: str = "") -> None:
        """Tell this of a topic, in place of what was told of it."""
        self._put(topic, _note(topic, sentence, hint))

    def add(self, topic: Topic, sentence: str) -> None:
        """Tell this, too, of a topic."""
        note, before = _note(topic, sentence), self._notes.get(topic)
        if before is None:
            self._put(topic, note)
        elif sentence not in before.plain:
            self._put(topic, Content("\n").join([before, note]))

    def show_error(self, topic: Topic, error: RunnelError) -> None:
        self.show(topic, error.sentence, error.hint)

    @property
    def is_open(self) -> bool:
        return bool(self._notes)

    @property
    def topics(self) -> Collection[Topic]:
        """What the notes that stand are about."""
        return self._notes.keys()

    def end(self, topic: Topic) -> None:
        """Take away the note about something that is over."""
        if self._notes.pop(topic, None) is not None:
            self._draw()

    def close(self) -> None:
        if self.is_open:
            self._notes.clear()
            self._draw()

    def _put(self, topic: Topic, note: Content) -> None:
        if self._notes.get(topic) != note:
            self._notes[topic] = note
            self._draw()

    def _draw(self) -> None:
        lines = list(self._notes.values())
        if Topic.STALLED not in self._notes:
            lines.append(Content.styled(f"{self._key_of('chat.back')} close", "$foreground-muted"))
        self.update(Content("\n").join(lines))
        self.set_class(self.is_open, "-open")


def _note(topic: Topic, sentence: str, hint: str = "") -> Content:
    sign = ("✓ ", "bold $text-success") if topic in _GOOD_NEWS else ("! ", "bold $text-warning")
    return Content.assemble(sign, (sentence, "bold"), f"\n  {hint}" if hint else "")
