"""Store protocol: the local side of an account, made so that a file on disk can stand behind it.

Reads are awaited, because a worker thread may answer them. Writes are taken at once and carried out
in order: a key press, a token and a send that is being cancelled cannot wait. A read sees every
write before it, and `flush` waits until they would survive a crash. One call is one change: it is
there whole or not at all. A store whose file fails goes on in memory: no call here raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tui.formatting.plain_line import plain_line
from tui.formatting.search_pattern import SearchPattern
from tui.model import Message, MessageStatus, Part, Role, Session, TextPart, ToolPart
from tui.safe_text import SafeText, clean_line
from tui.store.changes import Changes
from tui.store.choices import AccountChoices, Chosen, LastSession
from tui.store.copies import CopyStore
from tui.store.marks import SessionMarks
from tui.store.retention import Retention
from tui.turn import PendingTurn, QueuedQuestion

if TYPE_CHECKING:
    # made of much, and no start waits for a search
    from tui.query.found import Catalogue, Found, Page
    from tui.query.matching import Matcher

TITLE_CHARS = 80
PREVIEW_CHARS = 200


@dataclass(frozen=True, slots=True)
class AccountKey:
    """What keeps accounts apart, whatever their profiles are called."""

    api: str
    base_url: str
    owner: str = ""
    """Whom the profile signs in as; where a token is all there is, the chatbot it is set to."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What a list tells of a history without loading it."""

    first_question: SafeText = SafeText("")
    """On one line, `TITLE_CHARS` at most; empty when nothing was asked."""
    last_answer: SafeText = SafeText("")
    """On one line, `PREVIEW_CHARS` at most; empty when nothing was answered."""
    is_unsent: bool = False
    """Questions were asked, and none of them reached the server."""
    last_question: SafeText = SafeText("")
    """On one line, `PREVIEW_CHARS` at most; empty when nothing was asked."""
    message_count: int | None = None
    """Questions and answers; `None` where no history is known."""
    labels: tuple[SafeText, ...] = ()
    """Those that the server gave its messages, none twice."""


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """One row of a session list."""

    session: Session
    """As it was saved: title, preview and times."""
    digest: Digest = Digest()
    """Of the messages that are stored."""


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message and where it stands: a history is told in ascending positions, with gaps."""

    position: int
    message: Message


@dataclass(frozen=True, slots=True)
class Send:
    """A question on its way, as far as it is needed to show it again after a crash."""

    id: str
    """Our id of its answer, and so of the turn that becomes of it."""
    session_id: str
    """Of ours, starting with `local-`, until the server has made the session."""
    bot_id: str
    question: Message
    began_at: datetime
    workflow_id: str = ""
    is_out: bool = False
    """The server may have the question."""
    known_ids: frozenset[str] = frozenset()
    """Ids of the messages that stood in the history before."""
    named_ids: frozenset[str] = frozenset()
    """Ids by which the stream named the question or the answer."""
    arrived: tuple[Part, ...] = ()
    """What came of the answer."""


class QueueStore(Protocol):
    """The questions of one account that wait to be sent."""

    async def by_session(self) -> Mapping[str, Sequence[QueuedQuestion]]:
        """Return them by session, in their order."""
        ...

    def put(self, session_id: str, question: QueuedQuestion, before: str = "") -> None:
        """Queue a question before the one of that id, else behind all others of the session.

        One that is queued already, in whatever session, is moved.
        """
        ...

    def drop(self, question_id: str) -> None:
        """Take a question out of its queue."""
        ...


class SessionListStore(Protocol):
    """The session lists of one account. Each belongs to a bot, or to `""`."""

    async def rows(self, bot_id: str) -> Sequence[SessionSummary]:
        """Return a list in its order, without loading a history."""
        ...

    def replace(self, bot_id: str, sessions: Sequence[Session]) -> None:
        """Let a list be these, in this order; what is stored of other sessions stays."""
        ...

    def put_first(self, bot_id: str, session: Session) -> None:
        """Put a session, in the list before or not, at its head."""
        ...

    def update(self, bot_id: str, session: Session) -> None:
        """Put what is known now of a session in its place; nothing when it is not in the list."""
        ...

    def drop(self, bot_id: str, session_id: str) -> None:
        """Take a session out of a list."""
        ...


class SendStore(Protocol):
    """The sends of one account that are not over, to be shown again after a crash."""

    async def unfinished(self) -> Sequence[Send]:
        """Return the sends that a start which is over left unfinished, oldest first.

        Those begun through this store are on their way.
        """
        ...

    def save(self, send: Send) -> None:
        """Write down a send, or what is known now of it but for what arrived.

        From the first time on its question is queued no more, in the same change.
        """
        ...

    def add_arrived(
        self, send_id: str, parts: Sequence[Part], named_ids: frozenset[str] = frozenset()
    ) -> None:
        """Add what came of an answer since the last time, as `joined` does.

        Nothing when the send has ended.
        """
        ...

    def end(self, send_id: str) -> None: ...


class AccountStore(Protocol):
    """The local side of one account."""

    @property
    def is_lasting(self) -> bool:
        """Histories are there at the next start, as far as that is known by now."""
        ...

    @property
    def retention(self) -> Retention:
        """Beyond which limits histories go."""
        ...

    @property
    def lists(self) -> SessionListStore: ...

    @property
    def sends(self) -> SendStore: ...

    @property
    def queue(self) -> QueueStore: ...

    @property
    def copies(self) -> CopyStore: ...

    def forget_session(self, session_id: str) -> None:
        """Drop all that belongs to a session that was deleted, but for its rows in lists."""
        ...

    def let_go(self, session_id: str) -> None:
        """Hear that nobody looks at a history, and that the server has all of its messages.

        A store that holds them in memory alone forgets them, unless a turn is open or a list says
        that the server does not have the session any more; nothing else of the session.
        """
        ...

    async def messages(self, session_id: str) -> Sequence[StoredMessage]:
        """Return the history as last saved, oldest first; empty when nothing is stored."""
        ...

    def upsert_messages(self, session_id: str, messages: Sequence[StoredMessage]) -> None:
        """Add messages, or put what is known now of them in their place, which may be another."""
        ...

    def drop_messages(self, session_id: str, message_ids: Sequence[str]) -> None: ...

    async def open_turns(self, session_id: str) -> Sequence[PendingTurn]:
        """Return the turns of which the history does not hold the answer, oldest first."""
        ...

    def save_turn(self, session_id: str, turn: PendingTurn) -> None:
        """Add a turn behind the others, or put what is known now of it in its place."""
        ...

    def drop_turn(self, session_id: str, turn_id: str) -> None: ...

    async def drafts(self) -> Mapping[str, str]:
        """Return the unsent texts by session; that of a session not made yet is at ""."""
        ...

    def save_draft(self, session_id: str, text: str) -> None:
        """Keep an unsent text, or with an empty one none."""
        ...

    async def questions(self) -> Sequence[str]:
        """Return what was asked before, newest first, no text twice."""
        ...

    def remember_question(self, text: str) -> None:
        """Put a text before all earlier questions."""
        ...

    async def choices(self) -> AccountChoices: ...

    def choose_bot(self, chosen: Chosen | None) -> None: ...

    def choose_sync(self, chosen: Chosen | None) -> None: ...

    def note_last_session(self, session: LastSession | None) -> None: ...

    async def marks(self) -> Mapping[str, SessionMarks]:
        """Return the marks by session, of those that have any.

        At "" is what holds of all that have none.
        """
        ...

    def save_marks(
        self, session_id: str, marks: SessionMarks, before: SessionMarks | None = None
    ) -> None:
        """Keep the marks of a session; with `before` only what differs from that is changed."""
        ...

    async def search(
        self, pattern: SearchPattern, session_ids: Sequence[str]
    ) -> Mapping[str, Sequence[Message]]:
        """Return of each of these sessions with a copy here the messages that may show the words.

        Oldest first. No message is missing that shows them; without an index it is all of them.
        """
        ...

    def watch(self, told: Callable[[Changes], object]) -> None:
        """Have `told` called in the running loop, soon after another client has changed something.

        It is not told of what was changed before.
        """
        ...

    async def find(self, matcher: Matcher, catalogue: Catalogue, page: Page) -> Found:
        """Return a page of what a query finds among these sessions.

        Of their messages those count that have a copy here. The sessions tell their first question
        and not their messages. Whoever is cancelled while it waits stops the search.
        """
        ...

    async def flush(self) -> None:
        """Wait until every write so far would survive a crash."""
        ...


class Store(Protocol):
    """All that Runnel keeps on its own side."""

    def account(self, key: AccountKey) -> AccountStore:
        """Return the side of one account; what one holds no other sees."""
        ...

    async def aclose(self) -> None:
        """Carry out every write so far, and let go of what stands behind."""
        ...


def digest_of(messages: Sequence[Message]) -> Digest:
    """Return what a list tells of a history, given oldest first."""
    # a question is shown as it was written, an answer is Markdown
    first_question = _first_line(messages, Role.USER, TITLE_CHARS)
    last_answer = _first_line(reversed(messages), Role.ASSISTANT, PREVIEW_CHARS, plain_line)
    last_question = _first_line(reversed(messages), Role.USER, PREVIEW_CHARS)
    questions = (message for message in messages if message.role is Role.USER)
    is_unsent = all(question.status is MessageStatus.UNSENT for question in questions)
    labels = (label for each in messages if each.facts is not None for label in each.facts.labels)
    return Digest(
        first_question,
        last_answer,
        is_unsent and bool(first_question),
        last_question,
        sum(message.role is not Role.SYSTEM for message in messages) or None,
        tuple(dict.fromkeys(labels)),
    )


def joined(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Return parts as they arrived as parts of a message.

    Texts that follow one another become one; what is known of a tool call takes the place of what
    was known of it before.
    """
    message_parts: list[Part] = []
    texts: list[str] = []
    call_places: dict[int, int] = {}
    for part in parts:
        if isinstance(part, TextPart):
            texts.append(part.text)
            continue
        if isinstance(part, ToolPart) and part.call in call_places:
            message_parts[call_places[part.call]] = part
            continue
        if texts:
            message_parts.append(TextPart(SafeText("".join(texts))))
            texts.clear()
        if isinstance(part, ToolPart):
            call_places[part.call] = len(message_parts)
        message_parts.append(part)
    if texts:
        message_parts.append(TextPart(SafeText("".join(texts))))
    return tuple(message_parts)


def _first_line(
    messages: Iterable[Message],
    role: Role,
    limit_chars: int,
    line_of: Callable[[str, int], SafeText] = clean_line,
) -> SafeText:
    for message in messages:
        if message.role is role and (line := line_of(message.text.strip(), limit_chars)):
            return line
    return SafeText("")
