"""Exported session: what of one conversation goes into a file, and its exchanges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from tui.facts import MessageFacts
from tui.formatting.counts import counted
from tui.model import NO_TITLE, Message, Role, Session
from tui.safe_text import SafeText, clean_line

_TITLE_CHARS = 80


def one_line(text: str) -> SafeText:
    """Return all of a text on one line."""
    # what stands for a control may be two characters
    return clean_line(text, 2 * len(text) + 1)


def told_of_forgotten(count: int) -> str:
    """Return a sentence of sessions in an export that were forgotten here."""
    stay, them = ("stays", "it") if count == 1 else ("stay", "them")
    return f"{counted(count, 'session')} forgotten here {stay} so: only the export has {them}."


class About(Struct, frozen=True):
    """What an export tells of itself."""

    exported_at: datetime
    """Aware."""
    profile: str = ""
    api: str = ""
    is_redacted: bool = False


class ExportedSession(Struct, frozen=True):
    session: Session
    messages: tuple[Message, ...]
    """Oldest first."""

    @property
    def title(self) -> SafeText:
        """The server's title, else the first question, else the first words, on one line."""
        if self.session.title:
            return clean_line(self.session.title)
        questions = (each.text for each in self.messages if each.role is Role.USER)
        first_question = next(filter(str.strip, questions), "")
        return clean_line(first_question, _TITLE_CHARS) or clean_line(
            self.session.preview or NO_TITLE, _TITLE_CHARS
        )


class ExportedExchange(Struct, frozen=True):
    """A question with the messages that follow it; none for what stands before the first one."""

    question: Message | None
    answers: tuple[Message, ...]

    @property
    def messages(self) -> tuple[Message, ...]:
        return self.answers if self.question is None else (self.question, *self.answers)

    @property
    def facts(self) -> MessageFacts:
        """The facts of the last of its messages that has any; an answer's has more."""
        told = [each.facts for each in self.messages if each.facts is not None]
        return told[-1] if told else MessageFacts()


def exchanges_of(messages: Sequence[Message]) -> list[ExportedExchange]:
    """Return the exchanges of a history, oldest first."""
    groups: list[list[Message]] = []
    for message in messages:
        if message.role is Role.USER or not groups:
            groups.append([])
        groups[-1].append(message)
    return [
        ExportedExchange(group[0], tuple(group[1:]))
        if group[0].role is Role.USER
        else ExportedExchange(None, tuple(group))
        for group in groups
    ]
