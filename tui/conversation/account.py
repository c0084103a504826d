"""Account at one server: backend, local store, clocks, chatbot and session lists."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from datetime import UTC, datetime

from tui.backends.base import MAX_ROWS, Backend
from tui.conversation.bot_choice import BotChoice
from tui.conversation.local_state import LocalState
from tui.conversation.recovery import recovered_turn
from tui.conversation.session_index import SessionIndex
from tui.conversation.shared_reading import SharedReading
from tui.conversation.unmade_sessions import UnmadeSessions
from tui.model import OWN_ID_START, Bot, Profile, Session
from tui.safe_text import SafeText
from tui.store import AccountKey, AccountStore, Store
from tui.tapes.wire import Wire

TITLE_WAITS = 2
"""How many times the server's own limit a new session's title is waited for."""


def account_key(profile: Profile, bot_id: str, apart_as: str = "") -> AccountKey:
    """Return what the store keeps an account apart by, whatever its profile is called.

    `apart_as` stands in where neither a user nor a bot is told: a token is never kept.
    """
    # the embedded server has another address with each start
    base_url = "" if profile.embedded else profile.base_url
    return AccountKey(profile.api, base_url, profile.account or bot_id or apart_as)


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(eq=False, repr=False)
class Account:
    """A profile at its server, as far as a single conversation needs it."""

    profile: Profile
    backend: Backend
    stores: InitVar[Store]
    bot_id: str = ""
    """The chatbot or model that new questions go to; empty until one is settled."""
    apart_as: str = field(default="", kw_only=True)
    """As `account_key` takes it."""
    clock: Callable[[], float] = field(default=time.monotonic, kw_only=True)
    """Returns seconds and only ever grows."""
    sleep: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep, kw_only=True)
    """Waits for seconds of that clock."""
    now: Callable[[], datetime] = field(default=utc_now, kw_only=True)
    """Returns the aware time."""
    wire: Wire = field(default_factory=Wire, kw_only=True)
    """What its calls ask and get, for who listens; its log is what came last."""
    store: AccountStore = field(init=False)
    """What is kept of this account here; the screen and the command line go through the rest."""
    local: LocalState = field(init=False)
    """Drafts, pins and earlier questions."""
    unmade: UnmadeSessions = field(init=False)
    """The sessions that could not be made, by ids of ours."""
    bots: Mapping[str, Bot] = field(default_factory=dict, init=False)
    """By id, as the server offered them last; none until they were read."""
    _kept_bot_names: Mapping[str, SafeText] = field(default_factory=dict, init=False)
    """By id, as the server offered them at an earlier start."""
    _bot_choice: BotChoice = field(init=False)
    _settling: SharedReading[str] = field(init=False)
    _listed_bot_id: str = field(default="", init=False)
    """The bot whose list was read last at an earlier start; empty for none."""
    _preferring: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _indexes: dict[str, SessionIndex] = field(default_factory=dict, init=False)
    _loading: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _is_loaded: bool = field(default=False, init=False)
    _recalling: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _has_recalled: bool = field(default=False, init=False)

    def __post_init__(self, stores: Store) -> None:
        self.store = stores.account(account_key(self.profile, self.bot_id, self.apart_as))
        self.local = LocalState(self.store)
        self.unmade = UnmadeSessions(self.store.lists)
        self._bot_choice = BotChoice(self.store, self.bot_id)
        self._settling = SharedReading(self._settle)

    async def load(self) -> None:
        """Take in what is stored of the account and of the list that belongs to its bot.

        What is loaded already is not loaded again.
        """
        async with self._loading:
            if not self._is_loaded:
                await self._recall_bot()
                await self.local.load()
                await self._recover_sends()
                await self.local.take_in_failed()
                await self.local.take_in_sends()
                await self.unmade.load()
                lists_read_at = await self.store.copies.lists_read_at()
                self._listed_bot_id = max(lists_read_at, key=lists_read_at.__getitem__, default="")
                self._kept_bot_names = (await self.store.choices.all()).bots
                self._is_loaded = True
                self._keep_bot_names()
            await self.session_index.load()

    async def _recover_sends(self) -> Sequence[str]:
        """Make open turns of the sends that a crash cut off: they are shown, and never repeated.

        Return the sessions in which there are some now.
        """
        session_ids = []
        for send in await self.store.sends.unfinished():
            if send.is_of_checks and not send.is_out:
                # nobody waits for it any more; one of a comparison was typed for that alone
                self.local.remember_question(send.question.written)
                self.store.sends.end(send.id)
                continue
            is_ours = await self.store.sends.recover(send.id, send.session_id, recovered_turn)
            if is_ours:
                session_ids.append(send.session_id)
            if is_ours and send.session_id.startswith(OWN_ID_START):
                self.unmade.put(send.session_id, send.question, send.began_at)
        return session_ids

    def begin_settling(self) -> None:
        """Begin with what `settle` does, for who will ask for it."""
        self._settling.begin()

    @property
    def is_settling(self) -> bool:
        """The server is being asked what can answer, and which of these is to."""
        return self._settling.goes_on

    async def settle(self) -> str:
        """Ask the server what can answer, and return the bot to use as `settle_bot` does.

        All who want to know at once wait for the same reading.
        """
        return await self._settling.result()

    async def _settle(self) -> str:
        # the server need not wait for the store to be opened
        await asyncio.gather(self._recall_bot(), self.read_bots())
        recalled = await self._bot_choice.recalled()
        if recalled and recalled == self.bot_id and self.bots and recalled not in self.bots:
            # it is not offered any more
            self.bot_id = self._bot_choice.configured
        return await self.settle_bot()

    async def _recall_bot(self) -> None:
        """Use once what was picked at an earlier start in place of what is configured."""
        choice, preference = self._bot_choice, self.backend.bot_preference
        async with self._recalling:
            # later another may be used for a while, which may be the one that is configured
            if self._has_recalled:
                return
            if choice.configured or preference is None or self.profile.embedded:
                recalled = await choice.recalled()
                # a person may pick one meanwhile
                if recalled and self.bot_id == choice.configured:
                    self.bot_id = recalled
            # else the server is asked first, where it may have been changed from elsewhere
            self._has_recalled = True

    def choose_bot(self, bot_id: str) -> None:
        """Ask this bot from now on, at the next start too."""
        self.bot_id = bot_id
        self._bot_choice.keep(bot_id)

    def reconsider_secret(self) -> None:
        """Let a person be asked again for the key that they did not want to tell."""
        self.store.choices.go_without_key(False)

    async def read_bots(self) -> None:
        """Ask the server what can answer."""
        self.bots = {bot.id: bot for bot in await self.backend.bots()}
        self._keep_bot_names()

    def bot_name(self, bot_id: str) -> SafeText:
        """Return what a bot is called, or was at an earlier start; empty when it is not known."""
        if (bot := self.bots.get(bot_id)) is not None:
            return bot.name
        return self._kept_bot_names.get(bot_id, SafeText(""))

    def _keep_bot_names(self) -> None:
        names = {bot.id: bot.name for bot in self.bots.values()}
        # what is kept is not known before the store was read
        if names and self._is_loaded and names != self._kept_bot_names:
            self._kept_bot_names = names
            self.store.choices.note_bots(names)

    async def settle_bot(self) -> str:
        """Return the bot to use: picked or configured, else the server's choice, else the only one.

        Empty means that a person must pick.
        """
        # a person may pick one while the server is asked
        if not self.bot_id:
            preferred = await self.backend.preferred_bot()
            recalled = await self._bot_choice.recalled(self.bots or None)
            self.bot_id = self.bot_id or preferred or recalled
        if not self.bot_id:
            if not self.bots:
                await self.read_bots()
            # on the embedded server nobody should have to pick before seeing anything
            if len(self.bots) == 1 or self.profile.embedded:
                self.bot_id = self.bot_id or next(iter(self.bots), "")
        return self.bot_id

    async def pick_bot(self, bot_id: str) -> None:
        """Ask this bot from now on, here and wherever the server keeps the choice."""
        self.bot_id = bot_id
        # one after the other, so that the server keeps the last; those between need not be told
        async with self._preferring:
            preference = self.backend.bot_preference
            if self.bot_id == bot_id and preference is not None:
                await preference.prefer_bot(bot_id)

    @property
    def session_index(self) -> SessionIndex:
        """The session list that belongs to the bot, or to all where they share one."""
        # until a bot is settled, the list that was read last is better than none
        return self.session_index_of(self.bot_id or self._listed_bot_id)

    def session_index_of(self, bot_id: str) -> SessionIndex:
        """Return the session list that belongs to a bot, or to all where they share one."""
        key = bot_id if self.backend.capabilities.sessions_belong_to_bot else ""
        if key not in self._indexes:
            self._indexes[key] = SessionIndex(self.store, key, self.now)
        return self._indexes[key]

    def known_sessions(self) -> Sequence[Session]:
        """Return the sessions as last read, newest first, without asking the server.

        The same object until something in it changes.
        """
        return self.session_index.sessions()

    def listed_sessions(self) -> Sequence[Session]:
        """Return the known sessions and those that could not be made, newest first.

        The same object until something in it changes.
        """
        return self.unmade.merged_into(self.known_sessions())

    @property
    def list_is_cut(self) -> bool:
        """The server has more sessions than are read."""
        return len(self.known_sessions()) >= MAX_ROWS

    def known_session(self, session_id: str) -> Session | None:
        """Return a session of the list as last read, or one that could not be made."""
        return self.unmade.find(session_id) or self.session_index.find(session_id)

    def rename(self, session_id: str, title: SafeText) -> None:
        """Give a listed session the title that the server gave it."""
        self.session_index.rename(session_id, title)

    def describe(self, session_id: str) -> Session | None:
        """Fill in title and preview of a listed session from what is known of its history."""
        return self.session_index.describe(session_id)

    async def follow_title(self, session_id: str) -> bool:
        """Wait until the server names a session, and name it so; `False` when it did not."""
        titles = self.backend.titles
        if titles is None:
            return False
        for _ in range(TITLE_WAITS):
            # it takes its time, and nothing else has to wait for it
            with self.backend.traffic.unhurried():
                title = await titles.new_title(session_id)
            if title:
                self.rename(session_id, title)
                return True
        return False

    async def aclose(self) -> None:
        await self.backend.aclose()
