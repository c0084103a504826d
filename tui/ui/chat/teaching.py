"""Teaching in the chat: the right answer to a question, asked for, sent once and followed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from textual.app import App

from tui.conversation import Connection
from tui.errors import RunnelError
from tui.facts import BotSource, SourceStatus
from tui.model import Bot, Message, Role
from tui.safe_text import clean_line
from tui.ui.chat.comparing import AnswerComparing
from tui.ui.chat.context import ChatContext
from tui.ui.chat.notice import Topic
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.dialogs.edit_line import EditLineScreen
from tui.ui.dialogs.edit_text import EditTextScreen

if TYPE_CHECKING:
    from tui.conversation.teaching import Teacher

_SHOWN_CHARS = 400


class Lacking(Struct, frozen=True):
    """An answer that a bot is to give otherwise."""

    key: str
    """The id of its question, or what else tells it from others."""
    connection: Connection
    bot: Bot
    question: str
    answer: Sequence[Message]
    session_id: str
    """Where it was given; empty where that is gone."""


class BotTeaching:
    """Teaches bots, tells when they have learnt, and offers to ask again then.

    What was written and not sent is there again where the same question is taught next.
    """

    def __init__(
        self,
        context: ChatContext,
        app: App[None],
        tell: Callable[[str], None],
        comparing: AnswerComparing,
    ) -> None:
        self._context = context
        self._app = app
        self._tell = tell
        self._comparing = comparing
        self._unsent: dict[str, tuple[str, str, str]] = {}
        """By the key of what is lacking: question, answer and link."""
        self._learnt: dict[str, Lacking] = {}
        """What was lacking and has been taken in since, by key, the last at the end."""

    @property
    def has_learnt(self) -> bool:
        return bool(self._learnt)

    def teach(self, message_id: str) -> None:
        """Ask for the right answer to the question of a message's exchange, and teach it."""
        connection, exchange = self._context.connection, self._exchange_of(message_id)
        if connection is not None and exchange and exchange[0].role is Role.USER:
            question, *answer = exchange
            bot_id = connection.bot_id
            bot = connection.bots.get(bot_id) or Bot(bot_id, connection.bot_name(bot_id))
            session_id = self._context.session_id
            self.mend(Lacking(question.id, connection, bot, question.written, answer, session_id))

    def mend(self, lacking: Lacking) -> None:
        """Ask for a right answer in the place of one, and teach it."""
        self._context.spawn(partial(self._teach, lacking), "teaching")

    def ask_again(self, message_id: str) -> bool:
        """Ask again what a message's exchange was taught for; `False` where it was not."""
        exchange = self._exchange_of(message_id)
        learnt = self._learnt.get(exchange[0].id) if exchange else None
        if learnt is not None:
            self._ask_again(learnt)
        return learnt is not None

    def ask_last_again(self) -> None:
        """Ask again what was taught last."""
        self._ask_again([*self._learnt.values()][-1])

    def _ask_again(self, learnt: Lacking) -> None:
        self._context.notice.end(Topic.LEARNT)
        self._comparing.ask_again(learnt.connection, learnt.question, learnt.bot, learnt.answer)

    def _exchange_of(self, message_id: str) -> Sequence[Message]:
        conversation = self._context.conversation
        return conversation.stored.history.exchange_of(message_id) if conversation else ()

    async def _teach(self, lacking: Lacking) -> None:
        # with the first lesson, not with the chat
        from tui.conversation.teaching import Teacher, unmarked_answer

        teacher = Teacher(lacking.connection, lacking.bot.id)
        texts = self._unsent.get(
            lacking.key, (lacking.question, unmarked_answer(lacking.answer), "")
        )
        if (written := await self._written(lacking.key, texts)) is None:
            return
        try:
            teacher.check(*written)
        except RunnelError as error:
            self._context.notice.show_error(Topic.ACTION, error)
            return
        if await self._is_agreed(*written):
            # beside all else: another lesson may be begun while this one goes out
            sent = self._send(teacher, lacking, written)
            self._app.run_worker(sent, group="lessons", description="lesson", exclusive=False)

    async def _send(self, teacher: Teacher, lacking: Lacking, texts: tuple[str, str, str]) -> None:
        try:
            source = await teacher.teach(*texts, session_id=lacking.session_id)
        except RunnelError as error:
            self._context.notice.show_error(Topic.ACTION, error)
            return
        if self._unsent.get(lacking.key) == texts:
            del self._unsent[lacking.key]
        self._tell("Stored at the server. The bot takes it in now.")
        await self._follow(teacher, lacking, source)

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

    async def _follow(self, teacher: Teacher, lacking: Lacking, source: BotSource) -> None:
        try:
            async for changed in teacher.follow(source):
                source = changed
        except RunnelError as error:
            self._context.notice.show_error(Topic.ACTION, error)
            return
        match source.status:
            case SourceStatus.READY:
                self._offer(lacking, source)
            case SourceStatus.FAILED:
                sentence = f"The bot could not learn “{clean_line(source.title, 60)}”."
                self._context.notice.show(Topic.ACTION, sentence, source.reason)
            case _:
                self._tell("The bot has not learnt it yet. runnel sources shows when it has.")

    def _offer(self, learnt: Lacking, source: BotSource) -> None:
        """Offer to ask again, in the transcript too, where it was taught."""
        self._learnt.pop(learnt.key, None)
        self._learnt[learnt.key] = learnt
        key_of, transcript = self._context.key_of, self._context.transcript
        transcript.offers[learnt.key] = f"taught: {key_of('read.retry')} asks it again"
        transcript.show_names()
        self._context.notice.show(
            Topic.LEARNT,
            f"The bot has learnt “{clean_line(source.title, 60)}”.",
            f"{key_of('chat.ask-taught')} asks it again, beside the old answer.",
        )
        # its key is one that acts now
        self._context.draw()
