"""Teaching in the chat: the right answer to a question, asked for, sent once and followed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.app import App

from tui.conversation import Connection
from tui.errors import RunnelError
from tui.facts import BotSource, SourceStatus
from tui.model import Message, Role
from tui.safe_text import clean_line
from tui.ui.chat.context import ChatContext
from tui.ui.chat.notice import Topic
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.dialogs.edit_line import EditLineScreen
from tui.ui.dialogs.edit_text import EditTextScreen

if TYPE_CHECKING:
    from tui.conversation.teaching import Teacher

_SHOWN_CHARS = 400


class BotTeaching:
    """Teaches the bot of the open session, and tells when it has learnt.

    What was written and not sent is there again where the same question is taught next.
    """

    def __init__(self, context: ChatContext, app: App[None], tell: Callable[[str], None]) -> None:
        self._context = context
        self._app = app
        self._tell = tell
        self._unsent: dict[str, tuple[str, str, str]] = {}
        """By the id of the question: question, answer and link."""

    def teach(self, message_id: str) -> None:
        """Ask for the right answer to the question of a message's exchange, and teach it."""
        connection, conversation = self._context.connection, self._context.conversation
        exchange = (
            conversation.stored.history.exchange_of(message_id) if conversation is not None else ()
        )
        if connection is not None and exchange and exchange[0].role is Role.USER:
            session_id = self._context.session_id
            self._context.spawn(partial(self._teach, connection, exchange, session_id), "teaching")

    async def _teach(
        self, connection: Connection, exchange: Sequence[Message], session_id: str
    ) -> None:
        # with the first lesson, not with the chat
        from tui.conversation.teaching import Teacher, answer_of

        key = exchange[0].id
        teacher = Teacher(connection)
        texts = self._unsent.get(key, (exchange[0].written, answer_of(exchange), ""))
        if (written := await self._written(key, texts)) is None:
            return
        try:
            teacher.check(*written)
        except RunnelError as error:
            self._context.notice.show_error(Topic.ACTION, error)
            return
        if await self._is_agreed(*written):
            # beside all else: another lesson may be begun while this one goes out
            sent = self._send(teacher, key, written, session_id)
            self._app.run_worker(sent, group="lessons", description="lesson", exclusive=False)

    async def _send(
        self, teacher: Teacher, key: str, texts: tuple[str, str, str], session_id: str
    ) -> None:
        try:
            source = await teacher.teach(*texts, session_id=session_id)
        except RunnelError as error:
            self._context.notice.show_error(Topic.ACTION, error)
            return
        if self._unsent.get(key) == texts:
            del self._unsent[key]
        self._tell("Stored at the server. The bot takes it in now.")
        await self._follow(teacher, source)

    async def _written(self, key: str, texts: tuple[str, str, str]) -> tuple[str, str, str] | None:
        """Return question, answer and link as a person wants them taught; `None` for not at all."""
        question, answer, link = texts
        ask = self._context.ask
        typed = await ask(
            EditTextScreen("Question that the bot will be asked", question, done="next")
        )
        if typed is None:
            return None
        self._unsent[key] = (question := typed, answer, link)
        typed = await ask(EditTextScreen("The right answer to it", answer, done="next"))
        if typed is None:
            return None
        self._unsent[key] = (question, answer := typed, link)
        title = "Web address of its source; empty for none"
        typed = await ask(EditLineScreen(title, link, done="next"))
        if typed is None:
            return None
        self._unsent[key] = (question, answer, link := typed)
        return question, answer, link

    async def _is_agreed(self, *texts: str) -> bool:
        detail = "\n\n".join(clean_line(each, _SHOWN_CHARS) for each in texts if each)
        title = "Store this at the server, for all who ask?"
        agreed = await self._context.ask(ConfirmScreen(title, detail))
        return bool(agreed)

    async def _follow(self, teacher: Teacher, source: BotSource) -> None:
        try:
            async for changed in teacher.follow(source):
                source = changed
        except RunnelError as error:
            self._context.notice.show_error(Topic.ACTION, error)
            return
        match source.status:
            case SourceStatus.READY:
                self._tell(f"The bot has learnt “{clean_line(source.title, 60)}”.")
            case SourceStatus.FAILED:
                sentence = f"The bot could not learn “{clean_line(source.title, 60)}”."
                self._context.notice.show(Topic.ACTION, sentence, source.reason)
            case _:
                self._tell("The bot has not learnt it yet. runnel sources shows when it has.")
