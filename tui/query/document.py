"""Documents that queries are asked about: a session with all that is known of it here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from tui.formatting.json_text import chunks_of
from tui.model import CitationsPart, Message, NotePart, Part, Role, Session, TextPart, ToolPart
from tui.query.folding import folded_text
from tui.safe_text import JsonValue, clean_line

MAX_SEARCHED_CHARS = 1_000_000
"""Of one message; what stands behind is not found."""
FIELD_BREAK = "\x01"
"""Between two texts of a message: in no safe text, and no blank, so that no phrase spans it."""
_TITLE_CHARS = 80


class Marks(Struct, frozen=True):
    """What a person noted about a session, as far as queries ask for it."""

    title: str = ""
    is_unread: bool = False
    is_flagged: bool = False
    is_archived: bool = False
    tags: tuple[str, ...] = ()
    note: str = ""
    is_own: bool = False


class Exchange(Struct, frozen=True):
    """A question and all that follows up to the next one; or what stands before the first."""

    messages: tuple[Message, ...]


class Document(Struct, frozen=True):
    """A session with its messages, oldest first, as far as they are kept here."""

    session: Session
    messages: Sequence[Message] = ()
    bots: tuple[str, ...] = ()
    """Names and ids of what answers in it."""
    marks: Marks = Marks()
    draft: str = ""
    first_question: str | None = None
    """On one line; `None` to take it from the messages."""
    kept_count: int | None = None
    """How many messages are kept here; `None` for those that are given."""

    @property
    def exchanges(self) -> Iterator[Exchange]:
        held: list[Message] = []
        for message in self.messages:
            if message.role is Role.USER and held:
                yield Exchange(tuple(held))
                held.clear()
            held.append(message)
        if held:
            yield Exchange(tuple(held))

    @property
    def titles(self) -> tuple[str, ...]:
        """What the session is called: by the person, and by the server or its first question."""
        named = self.session.title or self.session.preview or self._asked_first
        return tuple(filter(None, (self.marks.title, named)))

    @property
    def changed_at(self) -> datetime | None:
        return self.session.changed_at

    @property
    def message_count(self) -> int:
        """Questions and answers: as the server counts them, else those that are kept here."""
        facts = self.session.facts
        if facts is not None and facts.message_count is not None:
            return facts.message_count
        return len(self.messages) if self.kept_count is None else self.kept_count

    @property
    def lead(self) -> Iterator[str]:
        """Who the person is, as far as a form or the site told: the values without their names."""
        if (facts := self.session.facts) is not None:
            yield from (value for _, value in facts.lead if value)
            yield from _texts_in(facts.auth_data)

    @property
    def _asked_first(self) -> str:
        if self.first_question is not None:
            return self.first_question
        texts = (message.text.strip() for message in self.messages if message.role is Role.USER)
        return next(filter(None, (clean_line(text, _TITLE_CHARS) for text in texts)), "")


def searched_text(message: Message) -> str:
    """Return what of a message words are looked for in, folded."""
    return folded_text(unfolded_text(message))


def unfolded_text(message: Message) -> str:
    """Return what of a message words are looked for in, as it is written.

    That is its text as the server wrote it, notes, names of tools with what they took and gave, and
    the titles, addresses and excerpts of its sources.
    """
    match message.parts:
        case (TextPart(only),):
            # most are nothing else
            return only[:MAX_SEARCHED_CHARS]
    pieces: list[str] = []
    size = 0
    for text in _texts_of(message.parts):
        pieces.append(text)
        size += len(text)
        if size > MAX_SEARCHED_CHARS:
            break
    return "".join(pieces)[:MAX_SEARCHED_CHARS]


def fields_of(message: Message) -> Iterator[str]:
    """Yield the texts of a message that words are looked for in, each that has any, as written."""
    for field in "".join(_texts_of(message.parts))[:MAX_SEARCHED_CHARS].split(FIELD_BREAK):
        if field:
            yield field


def _texts_of(parts: Sequence[Part]) -> Iterator[str]:
    """Yield the texts in pieces; between two fields stands a break."""
    is_text = True
    for part in parts:
        # text parts are one text, in however many pieces it came
        if not (is_text and isinstance(part, TextPart)):
            yield FIELD_BREAK
        is_text = isinstance(part, TextPart)
        match part:
            case TextPart(text) | NotePart(text):
                yield text
            case ToolPart():
                yield f"{part.name}{FIELD_BREAK}"
                yield from chunks_of(part.arguments)
                yield FIELD_BREAK
                yield from chunks_of(part.result)
            case CitationsPart(citations):
                for each in citations:
                    yield FIELD_BREAK.join(("", each.title, each.url, each.excerpt))


def _texts_in(value: JsonValue) -> Iterator[str]:
    match value:
        case str():
            yield value
        case bool() | None:
            return
        case int() | float():
            yield str(value)
        case Mapping():
            for item in value.values():
                yield from _texts_in(item)
        case Sequence():
            for item in value:
                yield from _texts_in(item)
