"""Values that a conversation is made of: frozen, no I/O, every text already safe to draw."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from itertools import count
from urllib.parse import quote
from uuid import uuid4

from msgspec import Struct

from tui.errors import RunnelError
from tui.facts import MessageFacts, SessionFacts
from tui.safe_text import JsonValue, SafeText
from tui.values import replace

OWN_ID_START = "local-"
"""Begins every id of ours: of what no server has named."""


_own_numbers: ContextVar[Iterator[int] | None] = ContextVar("own_numbers", default=None)


def new_own_id() -> str:
    """Return an id of ours that nothing else has, or nothing since `count_own_ids`."""
    numbers = _own_numbers.get()
    return f"{OWN_ID_START}{uuid4().hex if numbers is None else next(numbers)}"


def count_own_ids() -> None:
    """Let ids of ours be counted, from 1, in this task and those that it starts: not by chance."""
    _own_numbers.set(count(1))


NO_TITLE = "New session"
"""What a session is called of which nothing is known yet."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)
"""Before any time that is told."""


class Role(enum.StrEnum):
    USER = "user"
    ASSISTANT = "assistant"
    SYSTEM = "system"


class ToolState(enum.StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNANSWERED = "unanswered"
    """The stream ended before a result came."""


class MessageStatus(enum.StrEnum):
    """How far a message can be trusted to be what the server holds."""

    STORED = "stored"
    STREAMING = "streaming"
    PARTIAL = "partial"
    """The stream ended early and the server's text was not found; this is what came."""
    UNCONFIRMED = "unconfirmed"
    """The stream ended well, yet the server's history does not show the answer."""
    UNSENT = "unsent"
    """A question that certainly did not reach the server."""


class Remedy(enum.StrEnum):
    """What a person can do about a failure. Each front end says how: by a key, by a command."""

    SHOW_WHOLE = "show_whole"
    """Read the server's whole answer instead of what came of it."""
    READ_AGAIN = "read_again"
    """Read the history again: the server may have more of the answer by then."""
    CHOOSE_BOT = "choose_bot"
    """Choose what answers; the question was not sent without."""


class Failure(Struct, frozen=True):
    """Why an answer is missing or short, as a person is told."""

    sentence: str
    hint: str = ""
    status: int | None = None
    request_id: str | None = None
    exit_code: int = 1
    remedy: Remedy | None = None
    """What helps besides asking again."""

    @classmethod
    def of(cls, error: RunnelError) -> Failure:
        return cls(error.sentence, error.hint, error.status, error.request_id, error.exit_code)


class TextPart(Struct, frozen=True):
    """Markdown, as the server wrote it."""

    text: SafeText


class ToolPart(Struct, frozen=True):
    """One call of a tool by the bot, and what came back."""

    call: int
    """Position among the tool calls of its message, from 0."""
    name: SafeText
    arguments: JsonValue
    """`None` when the API does not tell them."""
    state: ToolState
    result: JsonValue = None
    duration_s: float | None = None
    """Seconds between call and result as seen by this client, whole ones while it runs; `None`
    when not seen live."""
    progress: SafeText = SafeText("")
    """What a running call last said of itself (`40 % · reading`); empty when it says nothing."""


class Citation(Struct, frozen=True):
    marker: SafeText
    """As it stands in the text, without brackets (`3.4`); empty when the text does not refer."""
    title: SafeText
    url: SafeText = SafeText("")
    excerpt: SafeText = SafeText("")


class CitationsPart(Struct, frozen=True):
    citations: tuple[Citation, ...]


class NotePart(Struct, frozen=True):
    """A word about the message that is not part of its text (`cut at the length limit`)."""

    text: SafeText


Part = TextPart | ToolPart | CitationsPart | NotePart


class Origin(Struct, frozen=True):
    """What only those know of a question or an answer who were there when it came."""

    bot_name: SafeText = SafeText("")
    """Of the chatbot or model that was asked; empty when it is not known."""
    asked_at: datetime | None = None
    """Aware, UTC."""
    duration_s: float | None = None
    """Seconds from the question to the end of the answer; `None` while it comes."""


class Message(Struct, frozen=True, eq=False):
    id: str
    """The server's id, or one of ours starting with `local-` until the server's is known."""
    role: Role
    parts: tuple[Part, ...]
    created_at: datetime | None = None
    """Aware, UTC; `None` when the server does not say."""
    status: MessageStatus = MessageStatus.STORED
    failure: Failure | None = None
    raw: str = ""
    """What a person wrote, where that is not safe to draw; empty where `text` is all of it."""
    origin: Origin | None = None
    """`None` for what did not come while Runnel ran."""
    facts: MessageFacts | None = None
    """`None` where the server tells an operator nothing of it."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and self._told == other._told

    def __hash__(self) -> int:
        return hash(self._told)

    def __repr__(self) -> str:
        return f"Message{self._told!r}"

    @property
    def _told(self) -> tuple[object, ...]:
        # what a server tells of it: neither what was typed nor how it came here
        return (
            self.id,
            self.role,
            self.parts,
            self.created_at,
            self.status,
            self.failure,
            self.facts,
        )

    @property
    def sent_at(self) -> datetime | None:
        """When it was made, as the server says, else when it was asked for; `None`: not known."""
        if self.created_at is None and self.origin is not None:
            return self.origin.asked_at
        return self.created_at

    @property
    def written(self) -> str:
        """The text as a person wrote it, to be sent again; never drawn."""
        return self.raw or self.text

    @property
    def text(self) -> SafeText:
        """All text parts, joined with nothing between them."""
        parts = self.parts
        if len(parts) == 1 and isinstance(only := parts[0], TextPart):
            # most messages are nothing else
            return only.text
        return SafeText("".join(part.text for part in parts if isinstance(part, TextPart)))

    @property
    def tools(self) -> tuple[ToolPart, ...]:
        return tuple(part for part in self.parts if isinstance(part, ToolPart))

    def with_status(self, status: MessageStatus, failure: Failure | None = None) -> Message:
        return replace(self, status=status, failure=failure)


class Session(Struct, frozen=True):
    id: str
    title: SafeText = SafeText("")
    """The server's title; empty when it has none."""
    preview: SafeText = SafeText("")
    """The beginning of the conversation on one line; empty when not known."""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    """When it changed last, as far as the server says, else when it was made."""
    facts: SessionFacts | None = None
    """`None` where sessions are those of the person who reads them."""
    gone_at: datetime | None = None
    """Since when the server does not have it, as far as was noticed; `None` while it has it."""

    @property
    def changed_at(self) -> datetime | None:
        """When it changed last, else when it was made; `None`: the server tells neither."""
        return self.updated_at or self.created_at

    @property
    def label(self) -> str:
        """What a person calls it: title, else first words, else `New session`."""
        return self.title or self.preview or NO_TITLE


def newest_first(sessions: Iterable[Session]) -> list[Session]:
    """Return `sessions` by their last change; those without a time stand behind all others."""
    # not `changed_at`: to call that for each of a long list takes as long as all else
    return sorted(
        sessions, key=lambda each: each.updated_at or each.created_at or LONG_AGO, reverse=True
    )


class Bot(Struct, frozen=True):
    """A chatbot or model: what answers."""

    id: str
    name: SafeText
    detail: SafeText = SafeText("")


class Workflow(Struct, frozen=True):
    """Steps that a server runs in a fixed order when asked to."""

    id: str
    name: SafeText
    detail: SafeText = SafeText("")
    runnable: bool = True
    """`False` for one that nobody has published yet."""


class Run(Struct, frozen=True):
    """One run of a workflow that is still going on."""

    id: str
    question_id: str
    """The stored question that started it; empty when the server does not say."""


class Period(Struct, frozen=True):
    """A span of time, both ends included; `None` is no bound on that side. Aware times."""

    start: datetime | None = None
    end: datetime | None = None

    def holds(self, session: Session) -> bool:
        """Say whether `session` was made in it; one whose time is not known always was."""
        moment = session.created_at or session.updated_at
        return moment is None or self.covers(moment)

    def covers(self, moment: datetime) -> bool:
        return (self.start is None or self.start <= moment) and (
            self.end is None or moment <= self.end
        )


ALWAYS = Period()


class Identity(Struct, frozen=True):
    """Who is signed in at the server; of a key without a person, that it is accepted."""

    name: SafeText
    detail: SafeText = SafeText("")


class Profile(Struct, frozen=True):
    """The facts about a profile that a person may see; never its secrets."""

    name: str
    api: str
    base_url: str
    embedded: bool = False
    account: str = ""
    """Whom the profile signs in as; empty for one with a token, or none."""
    starters: tuple[str, ...] = ()
    """Questions to begin with, of which Enter plays one: only the embedded server has any."""
    web_url: str = ""
    """Where the vendor shows a session, its id in the place of `{session}`; empty: not known."""

    def web_address(self, session_id: str) -> str:
        """Return where the vendor shows a session; empty where nobody has told that."""
        return self.web_url.replace("{session}", quote(session_id, safe=""))
