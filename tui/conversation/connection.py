"""Connection to a profile's server: its account and the conversations that are open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice, takewhile

from tui.backends.base import offered
from tui.conversation.account import Account
from tui.conversation.conversation import Conversation
from tui.conversation.history_cache import HistoryCache
from tui.conversation.person_reading import PersonReader
from tui.conversation.sync_choice import OFF, SyncChoice
from tui.conversation.title_reading import TitleReader
from tui.conversation.unfinished import UnfinishedWork
from tui.errors import NotFound
from tui.model import ALWAYS, LONG_AGO, Message, Period, Session, new_own_id
from tui.safe_text import clean_line
from tui.store import TITLE_CHARS, Changes, ChangeTopic, LastSession, Store
from tui.store.copies import CLOCK_SKEW
from tui.tapes.wire import NamedSession
from tui.values import replace

NEWS = timedelta(days=1)
"""Of a server that is new here, so much of the time before is unread."""
GOES_ON = timedelta(days=1)
"""So long after it was made a session is expected to have more questions."""
NAMED_ROWS = 40
"""So many of a list are told to the wire by their names here: a screenful, and some more."""
_LOCAL = frozenset(
    {ChangeTopic.DRAFTS, ChangeTopic.QUEUE, ChangeTopic.QUESTIONS, ChangeTopic.MARKS}
)


@dataclass(eq=False, repr=False)
class Connection(Account):
    """An account with its open conversations, one for each session."""

    histories: HistoryCache = field(default_factory=HistoryCache, kw_only=True)
    """Those in memory: whoever shows one says so."""
    secret_forms: Callable[[], Collection[str]] = field(default=frozenset, kw_only=True)
    """Returns what to look for in a text that must not hold a secret, as `forms_of` does."""
    syncs: str = field(default=OFF, kw_only=True)
    """What the profile says of copying all sessions: `on` or `off`."""
    queries: Mapping[str, str] | None = field(default=None, kw_only=True)
    """Saved queries by name, as they are configured; `None` where none are."""
    notifying: Collection[str] = field(default=(), kw_only=True)
    """Names of the saved queries of which a person wants to be told what they find anew."""
    sync_choice: SyncChoice = field(init=False)
    title_reader: TitleReader = field(init=False)
    person_reader: PersonReader = field(init=False)
    unfinished: UnfinishedWork = field(default_factory=UnfinishedWork, init=False)
    """What is stopped when it closes, and waited for."""
    deleted_ids: set[str] = field(default_factory=set, init=False)
    """Of the sessions that were deleted here in this start."""
    _conversations: dict[str, Conversation] = field(default_factory=dict, init=False)
    """By the id each is known by."""
    _follows_others: bool = field(default=False, init=False)
    _taking_in: set[asyncio.Future[None]] = field(default_factory=set, init=False)

    def __post_init__(self, stores: Store) -> None:
        super().__post_init__(stores)
        self.sync_choice = SyncChoice(self.store, self.syncs)
        self.title_reader = TitleReader(self, self.opened, self.histories)
        self.person_reader = PersonReader(self)

    def conversation(self, session_id: str | None = None, *, asks: str = "") -> Conversation:
        """Return the one conversation of a session; without an id a new one.

        A new one becomes a session at the server with its first send; with `asks` that bot answers
        in it, whichever is picked.
        """
        if session_id is not None and (opened := self.opened(session_id)) is not None:
            return opened
        conversation = Conversation(
            self, session_id, on_listed=self._register, is_current=self._is_current, asks=asks
        )
        if session_id is not None:
            # it has its own copy of what was read ahead
            self.histories.drop(session_id)
            self._register(conversation)
        return conversation

    async def aclose(self) -> None:
        await self.unfinished.end()
        await super().aclose()

    def opened(self, session_id: str) -> Conversation | None:
        """Return the conversation of a session if there is one already."""
        return self._conversations.get(session_id)

    def follow_others(self, open_id: Callable[[], str], told: Callable[[], object]) -> None:
        """Take in from now on what other clients change in the store.

        `open_id` returns the session on the screen: what is written there is not changed. `told`
        hears of each time.
        """
        if not self._follows_others:
            self._follows_others = True

            def take_in(changes: Changes) -> None:
                taking = asyncio.ensure_future(self._take_in(changes, open_id, told))
                self._taking_in.add(taking)
                taking.add_done_callback(self._taking_in.discard)

            self.store.watch(take_in)

    async def _take_in(
        self, changes: Changes, open_id: Callable[[], str], told: Callable[[], object]
    ) -> None:
        forgotten = self.local.forgotten
        if changes.topics & _LOCAL:
            await self.local.take_in(open_id())
        if ChangeTopic.HISTORY in changes.topics:
            await self.local.take_in_failed()
        changed_ids = {*changes.session_ids}
        if ChangeTopic.SENDS in changes.topics:
            # what another client was about when it was killed stands here, too
            changed_ids |= {*await self._recover_sends()}
            await self.local.take_in_sends()
        if ChangeTopic.LISTS in changes.topics:
            is_of_all = self.local.forgotten != forgotten
            for index in [*self._indexes.values()] if is_of_all else [self.session_index]:
                await index.take_in()
            changed_ids |= await self.unmade.take_in()
        for session_id in changed_ids:
            if (conversation := self.opened(session_id)) is not None:
                await conversation.stored.take_in()
        told()

    def note_open(self, conversation: Conversation) -> None:
        """Keep which session is open, for a start that goes on with it."""
        self.wire.note_opened(conversation.session_id)
        self.note_last(conversation)

    def note_last(self, conversation: Conversation) -> None:
        """Keep that a session is the last one that was open, made or not yet."""
        if conversation.session_id is not None or conversation.id in self.unmade:
            is_of_bot = self.backend.capabilities.sessions_belong_to_bot
            bot_id = self.bot_id if is_of_bot else ""
            self.local.note_open(LastSession(conversation.id, bot_id))

    def note_seen(self, conversation: Conversation) -> bool:
        """Note that a person looks at all there is of a conversation; `False` when they had."""
        session = self.known_session(conversation.id)
        if session is None:
            return False
        times = (each.created_at for each in reversed(conversation.messages))
        return self.local.marks.see(session, next(filter(None, times), None))

    def note_asked(self, conversation: Conversation, question_id: str) -> None:
        """Note that a person has read the answer to a question, and nothing else of a conversation.

        What was unread before they asked stays so.
        """
        session = self.known_session(conversation.id)
        earlier = takewhile(lambda each: each.id != question_id, conversation.messages)
        times = [each.sent_at for each in earlier if each.sent_at is not None]
        if session is not None and not self.local.marks.is_unread(
            replace(session, created_at=None, updated_at=max(times, default=None))
        ):
            self.note_seen(conversation)

    @property
    def busy(self) -> list[Conversation]:
        """The conversations in which an answer is coming."""
        return [each for each in self._conversations.values() if each.progress is not None]

    @property
    def unsettled(self) -> list[Conversation]:
        """The conversations of which something is known that stands in no history yet."""
        conversations = self._conversations.values()
        return [each for each in conversations if each.progress is not None or each.open_turns]

    @property
    def queued_count(self) -> int:
        """How many questions are queued in the conversations that were opened in this start."""
        return sum(len(each.queue) for each in self._conversations.values())

    @property
    def failed_questions(self) -> list[Message]:
        """What did not reach the server of the conversations that were opened in this start."""
        turns = (turn for each in self._conversations.values() for turn in each.open_turns)
        return [each.question for each in turns if each.is_unsent]

    def hold_queues(self) -> None:
        """Let nothing that is queued be sent without a person's word."""
        for conversation in self._conversations.values():
            conversation.queue.hold()

    async def sessions(self, period: Period = ALWAYS) -> Sequence[Session]:
        """Read the session list again, newest first, and keep it if it is that of all times."""
        # another bot may be picked while the list is on its way
        index = self.session_index
        await self.load()
        with index.reading() as reading:
            fresh = await self.backend.sessions(self.bot_id, period)
            if period != ALWAYS:
                return await index.merged(fresh, reading)
            # an operator wants to know what was asked since yesterday, at the first start too
            is_operators = any(each.facts is not None for each in fresh)
            self.local.marks.begin_at(self.now() - (NEWS if is_operators else timedelta()))
            # which are busy is for when the list is whole: a question may be asked until then
            rows = await index.replace(
                fresh, reading, self._busy_ids, lambda: self.local.unsent_ids
            )
        self.wire.note_names(_named_here(rows, fresh))
        return rows

    async def arrivals(self, since: datetime) -> Sequence[Session]:
        """Take in what is new since then, and return the sessions that began or went on.

        The newest is first. One is expected to go on for `GOES_ON` after it was made. A host that
        cannot be asked for a span of time tells its whole list.
        """
        index = self.session_index
        await self.load()
        with index.reading() as reading, self.backend.traffic.unhurried():
            fresh = await self.backend.sessions(self.bot_id, Period(since - GOES_ON))
            return await index.take_in_part(fresh, reading)

    def rescue_unsent(self, conversation: Conversation) -> str | None:
        """Let what is not sent in a session that is gone belong to one that is not made yet.

        Return the id which that is listed by; `None` where nothing is queued, and all there is to
        keep has become the draft of the next new one.
        """
        queue = self.local.queues.of(conversation.id)
        own_id = new_own_id() if queue else ""
        if queue:
            self.unmade.put(own_id, queue[0].message, self.now())
        self.local.move(conversation.id, own_id)
        return own_id or None

    async def delete_session(self, session_id: str) -> None:
        """Delete a session at the server, then here; gone already is as good.

        Of one that is marked as gone the server is not asked.

        What was written in it and not sent stays among the earlier questions.
        """
        # another bot may be picked while the server deletes
        opened = self.opened(session_id)
        index = self.session_index if opened is None else opened.session_index
        listed = index.find(session_id)
        is_gone = listed is not None and listed.gone_at is not None
        if not self.unmade.drop(session_id) and not is_gone:
            with suppress(NotFound):
                deletion = offered(self.backend.session_deletion, "delete sessions")
                await deletion.delete_session(session_id)
        self.deleted_ids.add(session_id)
        self._conversations.pop(session_id, None)
        self.histories.drop(session_id)
        self.local.forget(session_id)
        self.store.forget_session(session_id)
        index.remove(session_id)

    async def forget_here(self, sessions: Collection[Session]) -> None:
        """Drop all that is kept of sessions on this machine; the server is not told.

        Those that it has stay in the list. Their messages are read again where a person opens one,
        or something has changed in it since.
        """
        until = {each.id: self._forgotten_until(each) for each in sessions}
        for session_id, changed_at in until.items():
            self._conversations.pop(session_id, None)
            self.histories.drop(session_id)
            if session_id in self.unmade:
                self.unmade.drop(session_id)
            self.store.forgetting.forget(session_id, changed_at)
        self.deleted_ids |= until.keys()
        self.local.note_forgotten(until)
        self.session_index.note_forgotten(until.keys())
        # what was asked in them is among the earlier questions no more
        await self.local.take_in("")

    def _forgotten_until(self, session: Session) -> datetime:
        """Return up to which change a session is forgotten that is forgotten now."""
        is_own = self.local.marks.of(session.id).is_ours or not self.backend.capabilities.operators
        if is_own or session.changed_at is None:
            # the server tells by its clock when it was answered, which may be later
            return max(self.now() + CLOCK_SKEW, session.changed_at or LONG_AGO)
        return session.changed_at

    def _register(self, conversation: Conversation) -> None:
        """Keep a conversation under the id it is known by now, and under no other."""
        self._conversations = {
            known_id: each
            for known_id, each in self._conversations.items()
            if each is not conversation
        }
        self._conversations[conversation.id] = conversation

    def _is_current(self, conversation: Conversation) -> bool:
        return self.opened(conversation.id) is conversation

    def _busy_ids(self) -> list[str]:
        return [each.id for each in self.busy]


def _named_here(rows: Sequence[Session], fresh: Sequence[Session]) -> Iterator[NamedSession]:
    """Yield what the first rows of a list are called that came without a title."""
    untitled = {each.id for each in fresh if not each.title}
    for each in islice(rows, NAMED_ROWS if untitled else 0):
        if each.title and each.id in untitled:
            yield NamedSession(each.id, each.title, clean_line(each.preview, TITLE_CHARS))
