"""Backend protocol: a chatbot API as the rest of Runnel knows it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from msgspec import Struct

from tui.backends.traffic import Traffic
from tui.errors import NotOffered
from tui.events import StreamEvent
from tui.facts import BotSource, SessionFacts
from tui.model import ALWAYS, Bot, Identity, Message, Period, Run, Session, Workflow
from tui.safe_text import SafeText

T = TypeVar("T")
A = TypeVar("A")

MAX_ROWS = 100_000
"""Longest list that is read: sessions, or messages of one session."""


class Capabilities(Struct, frozen=True):
    """Facts about an API that a person notices; what it offers besides is with its `Backend`."""

    bot_noun: str
    """What this API calls the thing that answers: `chatbot` or `model`."""
    sessions_belong_to_bot: bool
    """`True` when another bot has other sessions."""
    operators: bool = False
    """Its sessions are held with customers of whoever runs the bot.

    A person at the other end may take one over; its answers are empty until then.
    """
    max_send_bytes: int | None = None
    """Longest question in UTF-8 bytes as this API sends it; `None` when no limit is known."""
    proof: str = ""
    """Field of a request that proves who asks, with a variable of a shell in place of the secret;
    empty when none is needed."""


class BodyDecoder(Protocol):
    """Reads the body of one answer, piece by piece."""

    def feed(self, data: bytes) -> Iterator[StreamEvent]:
        """Yield what is known once `data` has come.

        Raises:
            RunnelError: it tells of a failure, or makes no sense.
        """
        ...

    def finish(self) -> Iterator[StreamEvent]:
        """Yield what was held back, now that nothing more comes.

        Raises:
            RunnelError: as `feed` does.
        """
        ...


class SessionDeletion(Protocol):
    async def delete_session(self, session_id: str) -> None:
        """Delete a session and its messages at the server.

        Raises:
            NotFound: it is gone already.
            NotOffered: this host cannot delete, as it turns out.
        """
        ...


class MessageDeletion(Protocol):
    async def delete_messages(self, session_id: str, message_ids: Sequence[str]) -> None:
        """Delete the exchanges, question and answer together, that the messages belong to."""
        ...


class PlainTexts(Protocol):
    async def plain_text(self, session_id: str) -> SafeText:
        """Return the history as the server writes it out as plain text."""
        ...


class WholeAnswers(Protocol):
    async def answer(self, session_id: str, bot_id: str, text: str) -> Message:
        """Send `text` once by the API's way without streaming and return the whole answer."""
        ...


class People(Protocol):
    async def of_session(self, session_id: str) -> SessionFacts:
        """Return what the server tells of a session beside its messages: who it is held with."""
        ...


class Teaching(Protocol):
    """What an operator has a bot answer from."""

    async def teach(self, bot_id: str, question: str, answer: str, link: str = "") -> BotSource:
        """Have a bot answer a question so from now on, once it has taken that in.

        `link` is where the answer is from. This is sent once and never repeated here.

        Raises:
            NotOffered: this host cannot be taught, as it turns out.
        """
        ...

    async def sources(self, bot_id: str) -> list[BotSource]:
        """Return all that a bot answers from, newest first."""
        ...

    async def delete_source(self, bot_id: str, source_id: str) -> None:
        """Take a source away from a bot.

        Raises:
            NotFound: it has none of that id.
        """
        ...


class Titles(Protocol):
    """Names that the server gives new sessions, some time after their first question."""

    async def new_title(self, session_id: str) -> SafeText:
        """Return the title that the server gives next; empty when it gave none in its time."""
        ...


class WorkflowRunner(Protocol):
    """Steps that the server runs in a fixed order."""

    async def available(self) -> list[Workflow]: ...

    def run(
        self, session_id: str, bot_id: str, workflow_id: str, text: str
    ) -> AsyncGenerator[StreamEvent, None]:
        """Start a workflow with `text` as its question, once, and yield what `follow` does.

        Raises:
            ServerFailed: with status 409 when a run is going on in this session already; nothing
                was started or stored.
            AnswerFailed: the question was taken, and the run failed or did not begin.
        """
        ...

    async def running(self, session_id: str) -> Run | None:
        """Return the run that is going on in a session, `None` when there is none."""
        ...

    def follow(self, session_id: str, run_id: str) -> AsyncGenerator[StreamEvent, None]:
        """Yield the steps of a run as tool calls, and its answer, from the first step on.

        Raises:
            AnswerFailed: the run failed.
            StreamBroken: the stream ended before the run did.
        """
        ...


class BotPreference(Protocol):
    async def prefer_bot(self, bot_id: str) -> None:
        """Tell the server which bot this account uses from now on."""
        ...


class AccountSignIn(Protocol):
    """A sign-in at the server that lasts."""

    async def sign_out(self) -> None:
        """End it at the server and forget it here."""
        ...


class Unlock(Protocol):
    """Has a person tell the secret, and returns what `attempt` makes of it in the end.

    Without what is `vital` no question can be asked: who declined before is asked again.

    Raises:
        SecretDeclined: the person does not want to tell.
    """

    def __call__(
        self, attempt: Callable[[str], Awaitable[T]], /, *, vital: bool = False
    ) -> Awaitable[T]: ...


class Backend(Protocol):
    """One account at one server.

    Every method raises the errors of `tui.errors` and nothing of the HTTP library. Every value
    returned holds safe text only. Reads are repeated when they fail for a passing reason, and
    `traffic` tells of it; `stream`, `answer` and `run` are never repeated here, because the server
    stores the question first.

    The properties below `aclose` are what not every API offers, `None` where it is not offered.
    One that a host turns out to lack raises `NotOffered` then and is `None` from then on: read
    them when they are needed.
    """

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def traffic(self) -> Traffic: ...

    async def identify(self) -> Identity:
        """Check the key or sign in, and say who we are.

        Raises:
            AccessRefused: wrong key, wrong password, unverified e-mail.
        """
        ...

    async def bots(self) -> list[Bot]:
        """Return what can answer, in the server's order."""
        ...

    async def preferred_bot(self) -> str:
        """Return the id of the bot the account uses unless told otherwise, empty when none."""
        ...

    async def sessions(self, bot_id: str, period: Period = ALWAYS) -> list[Session]:
        """Return the sessions made in `period` (by that bot, where they belong to one), newest
        first, `MAX_ROWS` at most.

        Sessions of which the server tells no time come last.
        """
        ...

    async def create_session(self, bot_id: str) -> Session:
        """Return a new session; APIs that make it with the first question only name it here."""
        ...

    async def messages(self, session_id: str, bot_id: str = "") -> list[Message]:
        """Return the history, oldest first; empty for a session nobody has written to.

        `bot_id` is the bot that the session belongs to, where that is known: what it is set to
        tells more about its answers.

        Raises:
            NotFound: no such session.
        """
        ...

    def stream(self, session_id: str, bot_id: str, text: str) -> AsyncGenerator[StreamEvent, None]:
        """Send `text` once and yield the answer as it comes.

        Ends normally only when the server finished the answer. Closing the generator closes the
        socket. `text` goes out as it is, but for lone surrogates.

        Raises:
            BadInput: the text is over the server's limit; nothing was sent.
            Unreachable: `sent` tells whether the question may have arrived.
            AnswerFailed: the server reported a failure after it took the question.
            StreamBroken: the body ended early or made no sense.
        """
        ...

    async def aclose(self) -> None: ...

    def answer_decoder(self, method: str, path: str, media_type: str) -> BodyDecoder | None:
        """Return what reads again the body of an answer that came over the wire.

        `path` is that of the request, without its query. `None` for one that brings no answer.
        """
        return None

    @property
    def takes_period(self) -> bool:
        """Sessions of a span of time can be asked for without reading all of them."""
        return False

    @property
    def session_deletion(self) -> SessionDeletion | None:
        return None

    @property
    def message_deletion(self) -> MessageDeletion | None:
        return None

    @property
    def plain_texts(self) -> PlainTexts | None:
        return None

    @property
    def whole_answers(self) -> WholeAnswers | None:
        return None

    @property
    def titles(self) -> Titles | None:
        return None

    @property
    def people(self) -> People | None:
        return None

    @property
    def teaching(self) -> Teaching | None:
        return None

    @property
    def workflows(self) -> WorkflowRunner | None:
        return None

    @property
    def bot_preference(self) -> BotPreference | None:
        return None

    @property
    def sign_in(self) -> AccountSignIn | None:
        return None


def offered(ability: A | None, what: str) -> A:
    """Return `ability` where a backend has it; `what` it is for goes behind “cannot”.

    Raises:
        NotOffered: it is `None`.
    """
    if ability is None:
        raise NotOffered(f"This server cannot {what}.")
    return ability
