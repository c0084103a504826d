"""Answers side by side: to one question, from several bots or from one before and now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Protocol

from tui.checks.case_report import facts_of
from tui.checks.comparison import comparison_plan
from tui.checks.run import TurnResult
from tui.checks.running import AskedCase, CheckRunner, answer_of
from tui.conversation import Connection, Conversation
from tui.conversation.teaching import unmarked_answer
from tui.errors import RunnelError
from tui.formatting.word_diff import word_diff
from tui.model import Bot, Message, Role
from tui.safe_text import clean_line
from tui.unexpected import in_our_words

BEFORE, NOW = "Before", "Now"
_NAME_CHARS = 60


class Side(Protocol):
    """One of the answers, as far as it came."""

    name: str
    bot_name: str

    @property
    def result(self) -> TurnResult | None:
        """`None` while it is not there, or not judged."""

    @property
    def messages(self) -> Sequence[Message]:
        """What answers the question, oldest first, with the one that is coming."""

    @property
    def exchange(self) -> Sequence[Message]:
        """The question and its answers; empty while they are not whole, and where they are old."""

    def current_id(self, message_id: str) -> str:
        """Return the id that one of the messages has now."""

    @property
    def facts(self) -> str:
        """Times, length, sources, tools; or what is waited for; on one line."""
        if self.result is not None:
            return facts_of(self.result)
        return "coming …" if self.messages else "asked …"

    @property
    def text(self) -> str:
        """Markdown, as far as it came."""
        return "\n\n".join(each.text for each in self.messages)

    @property
    def compared(self) -> str:
        """The text without marks of sources, which differ each time; empty while it comes."""
        return "" if self.result is None else unmarked_answer(self.messages)


class EarlierSide(Side):
    """An answer that was there before; nothing of it changes."""

    def __init__(self, bot_name: str, messages: Sequence[Message]) -> None:
        self.name = BEFORE
        self.bot_name = bot_name
        self._messages = messages
        self._result = TurnResult("", answer_of(messages))

    @property
    def result(self) -> TurnResult:
        return self._result

    @property
    def messages(self) -> Sequence[Message]:
        return self._messages

    @property
    def exchange(self) -> Sequence[Message]:
        return ()

    def current_id(self, message_id: str) -> str:
        return message_id


class AskedSide(Side):
    """An answer that is asked for now, in a conversation of its own once that has begun."""

    def __init__(self, name: str, bot_name: str) -> None:
        self.name = name
        self.bot_name = bot_name
        self._conversation: Conversation | None = None
        self._result: TurnResult | None = None

    def watch(self, conversation: Conversation) -> None:
        self._conversation = conversation

    def judge(self, result: TurnResult) -> None:
        self._result = result

    @property
    def result(self) -> TurnResult | None:
        return self._result

    @property
    def messages(self) -> Sequence[Message]:
        if self._conversation is None:
            return ()
        return [each for each in self._conversation.timeline if each.role is not Role.USER]

    @property
    def exchange(self) -> Sequence[Message]:
        asked, result = self._conversation, self._result
        is_there = result is not None and result.answer is not None
        return asked.messages if asked is not None and is_there else ()

    def current_id(self, message_id: str) -> str:
        asked = self._conversation
        return message_id if asked is None else asked.current_id(message_id)


class SideBySide:
    """Asks `bots` one question, once each, in sessions that are deleted afterwards.

    With `earlier` messages that answered it before, these stand first. `changed` is told of
    everything that comes. Asking is begun by `ask`, and what is coming ends with it.
    """

    def __init__(
        self,
        connection: Connection,
        question: str,
        bots: Sequence[Bot],
        earlier: Sequence[Message] = (),
    ) -> None:
        self.question = question
        self._by_bot: Mapping[str, AskedSide] = {
            each.id: AskedSide(NOW if earlier else clean_line(each.name, _NAME_CHARS), each.name)
            for each in bots
        }
        before = [EarlierSide(bots[0].name, earlier)] if earlier else []
        self.sides: Sequence[Side] = [*before, *self._by_bot.values()]
        self.trouble: RunnelError | None = None
        """Why not all were asked."""
        self.is_over = False
        self.changed: Callable[[], None] = lambda: None
        self._runner = CheckRunner(
            connection, comparison_plan(question, bots, keep=False), {}, self._watch
        )

    async def ask(self) -> None:
        """Ask all of them at the same time, and wait for their answers."""
        try:
            with in_our_words():
                async with aclosing(self._runner.run()) as checked:
                    async for each in checked:
                        self._by_bot[each.attempt.bot_id].judge(each.attempt.turns[0])
                        self.changed()
            self.trouble = self._runner.refusal
        except RunnelError as error:
            self.trouble = error
        finally:
            self.is_over = True
            self.changed()

    def _watch(self, asked: AskedCase) -> None:
        self._by_bot[asked.bot.id].watch(asked.conversation)
        self.changed()

    @property
    def differences(self) -> Sequence[tuple[str, str]]:
        """Return each side behind the first with what its words change in that one.

        Empty text: they say the same. Where one of both is not there, there is none to tell.
        """
        first, *others = self.sides
        if not (before := first.compared):
            return []
        texts = ((each.name, each.compared) for each in others)
        return [(name, word_diff(before, text)) for name, text in texts if text]
