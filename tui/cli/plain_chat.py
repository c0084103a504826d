"""Chat of a plain terminal: the connection and the conversation that are open in it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from tui.backends.base import offered
from tui.cli.chat_lines import AnswerLines, hint_of, note, say_failure, say_messages
from tui.cli.following import follow
from tui.cli.waits import narrate_waits, silence_told
from tui.errors import BadInput
from tui.events import TurnEvent
from tui.formatting.search_pattern import pattern_of
from tui.formatting.times import relative_time
from tui.model import Message, Profile, Role
from tui.safe_text import clean_line

if TYPE_CHECKING:
    from tui.conversation import Connection, Conversation

MAX_LISTED = 50
"""So many sessions are listed; with words those that hold them."""


class Connector(Protocol):
    """The profiles there are, and their connections."""

    first_profile: str

    @property
    def profiles(self) -> Sequence[Profile]: ...

    async def connect(self, name: str) -> Connection:
        """Return the one connection of a profile."""
        ...


class Confirmation(Struct, frozen=True):
    """What is done only when a person says yes to it."""

    question: str
    act: Callable[[], Coroutine[Any, Any, None]]


class PlainChat:
    """What the commands of a plain terminal act on. Every method says by itself what came of it."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self._connection: Connection | None = None
        self._conversation: Conversation | None = None
        self._listed: Sequence[str] = ()
        """Ids of the sessions in the order in which they were numbered last."""
        self.exit_code = 0
        """That of the last failure."""

    async def begin(self, session_id: str | None) -> None:
        """Connect the first profile, and open a session or a new one."""
        await self.use_profile(self._connector.first_profile)
        if session_id is not None:
            await self._open(session_id)
        note("Type a question. /help lists commands, Ctrl+D ends the chat.")

    @property
    def connection(self) -> Connection:
        assert self._connection is not None, "begin comes first"
        return self._connection

    @property
    def conversation(self) -> Conversation:
        assert self._conversation is not None, "begin comes first"
        return self._conversation

    @property
    def earlier_questions(self) -> Sequence[str]:
        """What was asked before, oldest first."""
        return self.connection.local.questions()[::-1]

    async def use_profile(self, name: str) -> None:
        """Connect another profile, with a new session."""
        connection = await self._connector.connect(name)
        await connection.load()
        narrate_waits(connection.backend.traffic, note)
        await connection.settle_bot()
        if not connection.bots:
            await connection.read_bots()
        self._connection, self._listed = connection, ()
        self.begin_session()
        if connection.bot_id:
            noun = connection.backend.capabilities.bot_noun
            note(f"Profile {name}, {noun} {self._bot_name(connection.bot_id)}.")
        else:
            note(f"Profile {name}.")
            self.list_bots()

    def list_profiles(self) -> None:
        for each in self._connector.profiles:
            note(f"{each.name}, {each.api}, {each.base_url or 'embedded server'}")

    def list_bots(self) -> None:
        """Say what can answer; without one no question is sent."""
        connection = self.connection
        noun = connection.backend.capabilities.bot_noun
        if not connection.bots:
            note(f"The server offers no {noun}.")
        for number, bot in enumerate(connection.bots.values(), start=1):
            is_used = " (answers now)" if bot.id == connection.bot_id else ""
            note(f"{number}. {bot.name}{is_used}")
        if connection.bots and not connection.bot_id:
            note(f"No {noun} chosen yet. /bot NUMBER chooses one.")

    async def use_bot(self, wanted: str) -> None:
        """Let another bot answer, given by number, id or name; in a session of its own."""
        connection = self.connection
        bots = list(connection.bots.values())
        bot = next((each for each in bots if wanted in (each.id, each.name)), None)
        if bot is None and wanted.isdecimal() and 0 < int(wanted) <= len(bots):
            bot = bots[int(wanted) - 1]
        if bot is None:
            noun = connection.backend.capabilities.bot_noun
            raise BadInput(f"There is no {noun} '{clean_line(wanted)}'.", hint="/bot lists them.")
        await connection.pick_bot(bot.id)
        if connection.backend.capabilities.sessions_belong_to_bot:
            self.begin_session()
        note(f"{bot.name} answers from now on.")

    def begin_session(self) -> None:
        self._conversation = self.connection.conversation()

    async def list_sessions(self, words: str) -> None:
        """List the sessions, newest first, with the numbers that `open` takes."""
        connection = self.connection
        sessions = await connection.sessions()
        pattern = pattern_of(words)
        shown = [
            each
            for each in sessions
            if pattern is None or pattern.spans(f"{each.title} {each.preview}")
        ]
        self._listed = [each.id for each in shown[:MAX_LISTED]]
        if not shown:
            note("No session has these words in its title." if sessions else "No sessions yet.")
        for number, each in enumerate(shown[:MAX_LISTED], start=1):
            age = relative_time(each.changed_at, connection.now())
            note(f"{number}. {clean_line(each.label)}" + (f", {age}" if age else ""))
        if len(shown) > MAX_LISTED:
            note(f"{len(shown) - MAX_LISTED} more. /sessions WORDS lists those that have them.")

    async def open_session(self, wanted: str) -> None:
        """Open a session by its number in the list, or its id, and read it."""
        if wanted.isdecimal() and 0 < int(wanted) <= len(self._listed):
            wanted = self._listed[int(wanted) - 1]
        elif wanted.isdecimal() and len(wanted) < 5:
            raise BadInput(f"No session was listed as {wanted}.", hint="/sessions lists them.")
        await self._open(wanted)

    async def _open(self, session_id: str) -> None:
        conversation = self.connection.conversation(session_id)
        # it stays what it was where the server knows no such session
        await conversation.reread()
        self._conversation = conversation
        self.read_messages()

    async def reload(self) -> None:
        """Read the session from the server, whole answers instead of stopped ones too."""
        await self.conversation.reread(whole=True)
        self.read_messages()

    def read_messages(self) -> None:
        say_messages(self.conversation.messages)
        if not self.conversation.messages:
            note("Nobody has written in this session yet.")

    def find(self, words: str) -> None:
        """Say the messages of this session that hold some words."""
        pattern, messages = pattern_of(words), self.conversation.messages
        found = [each for each in messages if pattern is not None and pattern.spans(each.text)]
        note(f"{len(found)} of {len(messages)} messages have these words.")
        say_messages(found)

    def delete(self) -> Confirmation:
        """Return what asks a person whether the session is to be deleted at the server."""
        session_id = self.conversation.session_id
        if session_id is None:
            raise BadInput("This session is not at the server.", hint="/new leaves it.")
        return Confirmation(
            "Delete this session from the server? This cannot be undone.",
            partial(self._delete, session_id),
        )

    async def _delete(self, session_id: str) -> None:
        await self.connection.delete_session(session_id)
        self.begin_session()
        note("Deleted. This is a new session.")

    async def ask_here(self) -> None:
        """Let questions stand in this session though it is a customer's."""
        await self.conversation.ask_here()
        note("Your questions stand in this session from now on.")

    async def ask(self, text: str, *, streaming: bool = True, workflow_id: str = "") -> None:
        """Send a question and write the answer as it comes; in a new session if this is gone."""
        self._require_ready()
        if self.conversation.is_gone:
            unsent_id = self.connection.rescue_unsent(self.conversation)
            self._conversation = self.connection.conversation(unsent_id)
            note("The server has deleted this session. This question begins a new one.")
        conversation = self.conversation
        await self._follow(conversation.send(text, streaming=streaming, workflow_id=workflow_id))

    async def ask_again(self, *, streaming: bool = True) -> None:
        """Send the last question once more."""
        conversation = self.conversation
        asked = [each for each in conversation.messages if each.role is Role.USER]
        if not asked:
            raise BadInput("Nothing was asked in this session yet.", hint="Type a question.")
        self._require_ready()
        question: Message = asked[-1]
        if conversation.is_gone:
            await self.ask(question.written, streaming=streaming)
        else:
            await self._follow(conversation.send_again(question, streaming=streaming))

    async def run_workflow(self, wanted: str, text: str) -> None:
        """Let a workflow answer, given by its number; without one, list them."""
        workflows = offered(self.connection.backend.workflows, "run workflows")
        available = await workflows.available()
        if wanted.isdecimal() and 0 < int(wanted) <= len(available) and text.strip():
            await self.ask(text, workflow_id=available[int(wanted) - 1].id)
            return
        for number, each in enumerate(available, start=1):
            note(f"{number}. {each.name}")
        note(
            "/workflow NUMBER QUESTION starts one." if available else "This server has no workflow."
        )

    def _require_ready(self) -> None:
        """Make sure that it is known what answers, and that questions may stand in this session."""
        connection = self.connection
        if not connection.bot_id and connection.bots:
            noun = connection.backend.capabilities.bot_noun
            raise BadInput(
                f"No {noun} chosen yet, and nothing was sent.", hint="/bot lists what there is."
            )
        if self.conversation.is_customers:
            raise BadInput(
                "This is a customer's session: your question would stand in it. Nothing was sent.",
                hint="/new begins one of your own; /here lets you ask in this one.",
            )

    async def _follow(self, events: AsyncGenerator[TurnEvent, None]) -> None:
        shown = AnswerLines()
        async with silence_told(self.connection, self.conversation, note):
            followed = await follow(self.conversation, events, shown.show)
        if not followed.is_interrupted:
            self.connection.note_asked(self.conversation, followed.settled.question.id)
        failure = followed.settled.answer.failure
        self.exit_code = 0 if failure is None else failure.exit_code
        if failure is not None:
            say_failure(failure.sentence, hint_of(failure))

    def _bot_name(self, bot_id: str) -> str:
        bot = self.connection.bots.get(bot_id)
        return clean_line(bot.name if bot is not None else bot_id)
