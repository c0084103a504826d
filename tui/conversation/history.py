"""History of one session: the server's messages, with the turns it does not hold yet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence

from tui.conversation.history_size import size_of
from tui.conversation.open_turns import OpenTurns
from tui.conversation.outcome import GONE
from tui.conversation.reading import Reading, Readings
from tui.conversation.reconcile import adopt_copy, reconcile
from tui.events import Settled
from tui.model import Failure, Message, Role
from tui.turn import PendingTurn
from tui.unexpected import in_our_words
from tui.values import replace


class History:
    """What was read and what was taken in, oldest first.

    `save` is called after every change: with the messages, and with the turns of which they lack
    the answer.
    """

    def __init__(
        self,
        save: Callable[[Sequence[Message], Sequence[PendingTurn]], None],
        *,
        is_verified: bool = False,
    ) -> None:
        self.messages: tuple[Message, ...] = ()
        self.is_verified = is_verified
        """`messages` come from the server, not only from the local copy."""
        self._save = save
        self.open_turns = OpenTurns()
        self._own: tuple[Message, ...] = ()
        """What was let go of and told more than the server does."""
        self._renamed: dict[str, str] = {}
        self._readings = Readings()
        self._wants_whole = False
        self._positions: dict[str, int] = {}
        self._positions_of: tuple[Message, ...] = ()
        self._size_bytes = 0
        self._size_of: tuple[Message, ...] = ()

    def load(self, messages: Iterable[Message], turns: Iterable[PendingTurn]) -> None:
        """Begin with what was saved; a turn that it does not show yet comes last.

        Another client may have read what became of one, and saved that.
        """
        self.messages = tuple(messages)
        self.open_turns.load(turns)
        for turn in self.open_turns:
            self._show(turn.question, turn.answer.id, turn.answer)
        if self.open_turns:
            ours = self.open_turns.message_ids
            stored = [each for each in self.messages if each.id not in ours]
            self._reconcile(stored, self.messages)

    def save(self) -> None:
        """Have what is known now saved."""
        self._save(self.messages, self.open_turns.to_save())

    @property
    def size_bytes(self) -> int:
        """About how much memory the messages take."""
        if self._size_of is not self.messages:
            self._size_bytes, self._size_of = size_of(self.messages), self.messages
        return self._size_bytes

    def let_go(self) -> bool:
        """Have no messages until they are loaded or read again.

        `False` when the server does not have them all, or they are just being read.
        """
        if not self.is_verified or self.open_turns or self._readings.are_going_on:
            return False
        self._own = tuple(
            each
            for each in self.messages
            if each.id in self.open_turns.owned_ids and (each.tools or each.failure or each.raw)
        )
        self.messages, self.is_verified = (), False
        self._positions, self._positions_of = {}, ()
        self._size_bytes, self._size_of = 0, ()
        return True

    def position(self, message_id: str) -> int | None:
        """Return where a message stands, without looking through all of them each time."""
        if self._positions_of is not self.messages:
            self._positions = {message.id: at for at, message in enumerate(self.messages)}
            self._positions_of = self.messages
        return self._positions.get(message_id)

    def current_id(self, message_id: str) -> str:
        """Return the id a message has now: the server's, once one of ours was found there."""
        return self._renamed.get(message_id, message_id)

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(message.id for message in self.messages)

    def shows(self, message_id: str) -> bool:
        """Say whether a message, by its id now or before, is among the messages."""
        return self.position(self.current_id(message_id)) is not None

    def add(self, turn: PendingTurn) -> None:
        """Look for `turn` from the next reading on, and for no earlier one of its question."""
        exchange_ids = [each.id for each in self.exchange_of(turn.question.id)]
        self._drop(self.open_turns.add(turn, exchange_ids))

    def want_whole(self) -> None:
        """Let the next reading show the whole of what a person stopped."""
        self._wants_whole = True

    async def read(
        self,
        fetch: Callable[[], Awaitable[Sequence[Message]]],
        is_in_the_way: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Put what `fetch` brings in place, with the turns that it does not hold.

        `False`, and nothing changes, when a later reading was faster, or when `is_in_the_way`
        afterwards.

        Raises:
            NotFound: the session is not, or no longer, there.
        """
        with in_our_words():
            with self._readings.begin(wants_whole=self._wants_whole) as reading:
                self._wants_whole = False
                stored = await fetch()
            if self._readings.is_overtaken(reading):
                return False
            if is_in_the_way():
                self._wants_whole |= reading.wants_whole
                return False
            self._readings.take(reading)
            self._take_in(stored, reading)
            return True

    def _take_in(self, stored: Sequence[Message], reading: Reading) -> None:
        left, known = _without(stored, reading.gone), (*self._own, *self.messages)
        self._reconcile(left, known, shows_whole=reading.wants_whole)
        self._own = ()
        self.is_verified = True
        self.save()

    def _reconcile(
        self, stored: Iterable[Message], known: Iterable[Message], *, shows_whole: bool = False
    ) -> None:
        reconciled = reconcile(
            stored,
            known,
            self.open_turns,
            self.open_turns.owned_ids,
            shows_whole=shows_whole,
        )
        self.messages = reconciled.history
        self.open_turns.take_in(reconciled)
        self._renamed |= reconciled.renamed

    def keep(self, turn: PendingTurn, failure: Failure | None = None) -> None:
        """Show a turn as it came, if it was added and the history as read does not hold it.

        `failure` says why, where its answer has none of its own. A copy of the answer that the
        stream ended with stands for it.
        """
        open_turn = self.open_turns.find(turn.id)
        if open_turn is None:
            return
        shown = open_turn.answer
        answer = shown if shown.failure is not None else replace(shown, failure=failure)
        if (copy := adopt_copy(replace(open_turn, answer=answer))) is not None:
            # when the session is gone nobody holds it any more, whatever the stream ended with
            is_gone = answer.failure == GONE
            answer = copy.with_status(answer.status, GONE) if is_gone else copy
            self._renamed[shown.id] = answer.id
        self.open_turns.put_answer(open_turn, answer)
        self._show(open_turn.question, shown.id, answer)
        self.save()

    def withdraw(self, question_id: str) -> None:
        """Forget a turn that never reached the server."""
        self._drop(self.open_turns.withdraw(question_id))
        self.save()

    def exchange_of(self, message_id: str) -> tuple[Message, ...]:
        """Return the question that a message is or answers, with its answers; oldest first."""
        exchange: list[Message] = []
        for message in self.messages:
            if message.role is Role.USER:
                if any(each.id == message_id for each in exchange):
                    break
                exchange = []
            exchange.append(message)
        is_in = any(each.id == message_id for each in exchange)
        return tuple(exchange) if is_in else ()

    def asked(self, question_id: str) -> Message | None:
        """Return the question of that id, else the last one; `None` where nothing was asked."""
        asked = [each for each in self.messages if each.role is Role.USER]
        named = [each for each in asked if each.id == question_id]
        return next(reversed(named or asked), None)

    def exchange_ids(self, message_ids: Iterable[str]) -> set[str]:
        """Return the ids of all messages in the exchanges of these, known by ids now or before."""
        current_ids = map(self.current_id, message_ids)
        return {each.id for message_id in current_ids for each in self.exchange_of(message_id)}

    def stored_among(self, message_ids: Collection[str]) -> list[str]:
        """Return those of the ids that the server knows, in the order of the history."""
        ours = self.open_turns.message_ids
        return [each.id for each in self.messages if each.id in message_ids and each.id not in ours]

    def forget(self, message_ids: Collection[str]) -> None:
        """Drop messages that were deleted, and turns that were made of them."""
        self._readings.note_gone(message_ids)
        self._drop({*message_ids, *self.open_turns.forget(message_ids)})
        self.save()

    def settled(self, turn: PendingTurn) -> Settled:
        """Say where `turn` stands in the messages now."""
        by_id = {message.id: message for message in self.messages}
        return Settled(
            by_id.get(self.current_id(turn.question.id), turn.question),
            by_id.get(self.current_id(turn.answer.id), turn.answer),
            self.messages,
        )

    def _show(self, question: Message, shown_id: str, answer: Message) -> None:
        """Put an answer where `shown_id` is shown, else behind its question, else both last."""
        if (shown_at := self.position(shown_id)) is not None:
            before, after = self.messages[:shown_at], self.messages[shown_at + 1 :]
        elif (asked_at := self.position(question.id)) is not None:
            before, after = self.messages[: asked_at + 1], self.messages[asked_at + 1 :]
        else:
            before, after = (*self.messages, question), ()
        self.messages = (*before, answer, *after)

    def _drop(self, message_ids: Collection[str]) -> None:
        self.messages = tuple(each for each in self.messages if each.id not in message_ids)


def _without(stored: Iterable[Message], gone: Collection[str]) -> list[Message]:
    """Return what is left without the exchanges of the messages that are `gone`."""
    left: list[Message] = []
    is_gone = False
    for message in stored:
        if message.role is Role.USER:
            is_gone = message.id in gone
        if not is_gone and message.id not in gone:
            left.append(message)
    return left
