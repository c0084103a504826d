"""Send queue of one conversation: questions that are sent in their order, one after each answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tui.conversation.account import Account
from tui.conversation.session_binding import SessionBinding
from tui.errors import BadInput, SentElsewhere
from tui.turn import QueuedQuestion

MAX_QUEUED = 20
"""So many can be overlooked; who has more to ask has not seen the answers to these."""


class SendQueue:
    """What a person asked while an answer was coming.

    It goes on by itself only after an answer that ended well and was found in the history. In every
    other case, and when a later start takes it over, it waits for a person's word.

    `going_out` returns the id of the question that is being sent or answered, empty for none;
    `is_alone` says whether nothing but what is queued is known of the conversation.
    """

    def __init__(
        self,
        account: Account,
        session: SessionBinding,
        *,
        going_out: Callable[[], str],
        is_alone: Callable[[], bool],
    ) -> None:
        self._account = account
        self._session = session
        self._going_out = going_out
        self._is_alone = is_alone
        self.is_held = True
        """It waits for a person's word; says nothing of an empty one."""
        self._taken: list[Awaitable[bool]] = []
        """Whether what was taken out to be changed was still there."""
        self._place_before = ""
        """Id of the question before which the one stood that a person took back to change."""

    @property
    def questions(self) -> tuple[QueuedQuestion, ...]:
        """In the order in which they are sent."""
        going_out = self._going_out()
        queue = self._account.local.queues.of(self._session.id)
        return tuple(each for each in queue if each.id != going_out)

    def __len__(self) -> int:
        return len(self.questions)

    def __contains__(self, question_id: str) -> bool:
        return any(each.id == question_id for each in self.questions)

    @property
    def is_full(self) -> bool:
        return len(self) >= MAX_QUEUED

    @property
    def goes_on(self) -> bool:
        """The first question is to be sent now, if nothing is being sent."""
        return bool(self.questions) and not self.is_held

    def add(self, question: QueuedQuestion, before: str = "") -> None:
        """Queue a question before the one of that id, else behind all others.

        Where one stood that was taken back, there it stands without an id.

        Raises:
            BadInput: it is full.
            CustomersSession: a person has to decide first whether to ask here.
        """
        self._session.require_ours()
        self._make_way()
        # so that it cannot be taken for one of another new session
        self._session.take_own_id()
        self._account.local.queues.put(self._session.id, question, before or self._place_before)
        self._place_before = ""
        self.keep_in_reach()

    def requeue(self, question: QueuedQuestion, before: str = "") -> None:
        """Queue a question that was never sent, as `add` does; no other client can send it twice.

        Raises:
            BadInput: it is full.
        """
        self._make_way()
        self._account.local.queues.requeue(self._session.id, question, before)

    def _make_way(self) -> None:
        """Take note that one more is queued: by a person, so what was empty waits for no word.

        Raises:
            BadInput: it is full.
        """
        if self.is_full:
            raise BadInput(
                f"{MAX_QUEUED} questions are queued already.", hint="Your text stays in the box."
            )
        if not self.questions:
            self.is_held = False

    def take_back(self, question_id: str) -> None:
        """Take out a question to be changed.

        Its place is kept until something is asked: what stands behind it is not sent before it.
        """
        ids = [each.id for each in self.questions]
        if question_id in ids:
            self._place_before = next(iter(ids[ids.index(question_id) + 1 :]), "")
            self.take_out(question_id)
            self.keep_in_reach()

    def take_out(self, question_id: str) -> None:
        """Leave a question, queued or never sent, to whoever changes it; not one that goes out."""
        if question_id == self._going_out():
            return
        self._taken.append(self._account.local.queues.take(self._session.id, question_id))

    async def check_taken(self) -> None:
        """Make sure that what was taken out to be changed was not sent by another client.

        Raises:
            SentElsewhere: it was; a person may still want to ask what has become of it.
        """
        taken, self._taken = self._taken, []
        if not all([await each for each in taken]):
            raise SentElsewhere(
                "Another window has sent the question that you took back.",
                hint="Press Enter again to send your text as well.",
            )

    def drop(self, question_id: str) -> None:
        """Take out a question for good; its text is kept among the earlier questions."""
        for question in self.questions:
            if question.id == question_id:
                self._account.local.remember_question(question.written)
                self._account.local.queues.drop(self._session.id, question_id)
        self.keep_in_reach()

    def keep_in_reach(self) -> None:
        """Have a session that is not made listed by what is queued, and not without anything."""
        if self._going_out() or not self._is_alone():
            # listed by what was asked
            return
        if self.questions:
            self._session.list_unmade(self.questions[0].message)
        else:
            self._session.release_own_id()

    def close_place(self) -> None:
        """Keep no place any more: what was taken back is not being changed."""
        self._place_before = ""

    def hold(self) -> None:
        """Let it wait for a person's word."""
        self.is_held = True

    def release(self) -> None:
        """Let it go on: a person said so, by sending something too."""
        self.is_held = False
        self._place_before = ""

    def settle(self, *, ended_well: bool) -> None:
        """Hear how the answer ended before which it has waited."""
        questions = self.questions
        is_being_changed = bool(questions) and questions[0].id == self._place_before
        if not ended_well or is_being_changed:
            self.hold()
