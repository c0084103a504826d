"""Answers side by side: to one question, from several bots or from one before and now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing

from tui.checks.case_report import facts_of
from tui.checks.comparison import comparison_plan
from tui.checks.run import TurnResult
from tui.checks.running import Asked, CheckRunner, answer_of
from tui.conversation import Connection, Conversation
from tui.conversation.teaching import unmarked_answer
from tui.errors import RunnelError
from tui.formatting.word_diff import word_diff
from tui.model import Bot, Message, Role
from tui.safe_text import clean_line

BEFORE, NOW = "Before", "Now"
_NAME_CHARS = 60


class Side:
    """One of the answers, as far as it came."""

    def __init__(self, name: str, bot_name: str, messages: Sequence[Message] = ()) -> None:
        """`messages` are those of an answer that is there already; else it is asked for."""
        self.name = name
        self.bot_name = bot_name
        self._messages = messages
        self._conversation: Conversation | None = None
        self.result: TurnResult | None = None
        """`None` while it is not there, or not judged."""
        if messages:
            self.result = TurnResult("", answer_of(messages))

    def watch(self, conversation: Conversation) -> None:
        self._conversation = conversation

    @property
    def messages(self) -> Sequence[Message]:
        """What answers the question, oldest first, with the one that is coming."""
        if self._conversation is None:
            return self._messages
        return [each for each in self._conversation.timeline if each.role is not Role.USER]

    @property
    def exchange(self) -> Sequence[Message]:
        """The question and its answers; empty while they are not whole, and where they are old."""
        conversation = self._conversation
        is_there = self.result is not None and self.result.answer is not None
        return conversation.messages if conversation is not None and is_there else ()

    def current_id(self, message_id: str) -> str:
        """Return the id that one of the messages has now."""
        conversation = self._conversation
        return message_id if conversation is None else conversation.current_id(message_id)

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
        self._by_bot: Mapping[str, Side] = {
            each.id: Side(NOW if earlier else clean_line(each.name, _NAME_CHARS), each.name)
            for each in bots
        }
        before = [Side(BEFORE, bots[0].name, earlier)] if earlier else []
        self.sides = [*before, *self._by_bot.values()]
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
            async with aclosing(self._runner.run()) as checked:
                async for each in checked:
                    self._by_bot[each.attempt.bot_id].result = each.attempt.turns[0]
                    self.changed()
            self.trouble = self._runner.refusal
        except RunnelError as error:
            self.trouble = error
        finally:
            self.is_over = True
            self.changed()

    def _watch(self, asked: Asked) -> None:
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
