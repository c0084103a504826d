"""Store protocol: the local side of an account, made so that a file on disk can stand behind it.

Reads are awaited, because a worker thread may answer them. Writes are taken at once and carried out
in order: a key press, a token and a send that is being cancelled cannot wait. A read sees every
write before it, and `flush` waits until they would survive a crash. One call is one change: it is
there whole or not at all. A store whose file fails goes on in memory: no call here raises.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from tui.store.changes import Changes
from tui.store.choices import ChoiceStore
from tui.store.copies import CopyStore
from tui.store.drafts import DraftStore, QuestionStore
from tui.store.forgetting import ForgettingStore
from tui.store.histories import HistoryStore
from tui.store.lessons import LessonStore
from tui.store.lists import SessionListStore
from tui.store.marks import MarkStore
from tui.store.retention import Retention
from tui.store.runs import RunStore
from tui.store.sends import QueueStore, SendStore

if TYPE_CHECKING:
    # made of much, and no start waits for a search
    from tui.query.found import Catalogue, Found, Page
    from tui.query.matching import Matcher
    from tui.query.tree import TextKey

MOST_TEXTS = 500
"""More of one field nobody looks through."""


class AccountKey(Struct, frozen=True):
    """What keeps accounts apart, whatever their profiles are called."""

    api: str
    base_url: str
    owner: str = ""
    """Whom the profile signs in as; where a token is all there is, the chatbot it is set to."""


class AccountStore(HistoryStore, Protocol):
    """The local side of one account."""

    @property
    def is_lasting(self) -> bool:
        """Histories are there at the next start, as far as that is known by now."""
        ...

    @property
    def retention(self) -> Retention:
        """Beyond which limits histories go."""
        ...

    @property
    def lists(self) -> SessionListStore: ...

    @property
    def sends(self) -> SendStore: ...

    @property
    def queue(self) -> QueueStore: ...

    @property
    def copies(self) -> CopyStore: ...

    @property
    def drafts(self) -> DraftStore: ...

    @property
    def questions(self) -> QuestionStore: ...

    @property
    def choices(self) -> ChoiceStore: ...

    @property
    def marks(self) -> MarkStore: ...

    @property
    def runs(self) -> RunStore: ...

    @property
    def lessons(self) -> LessonStore: ...

    @property
    def forgetting(self) -> ForgettingStore: ...

    def forget_session(self, session_id: str) -> None:
        """Drop all that belongs to a session that was deleted, but for its rows in lists."""
        ...

    def let_go(self, session_id: str) -> None:
        """Hear that nobody looks at a history, and that the server has all of its messages.

        A store that holds them in memory alone forgets them, unless a turn is open or a list says
        that the server does not have the session any more; nothing else of the session.
        """
        ...

    def watch(self, told: Callable[[Changes], object]) -> None:
        """Have `told` called in the running loop, soon after another client has changed something.

        It is not told of what was changed before.
        """
        ...

    async def find(self, matcher: Matcher, catalogue: Catalogue, page: Page) -> Found:
        """Return a page of what a query finds among these sessions.

        Of their messages those count that have a copy here. The sessions tell their first question
        and not their messages. Whoever is cancelled while it waits stops the search.
        """
        ...

    async def index_is_whole(self) -> bool:
        """Say whether no search has to read what the index lacks, which takes longer."""
        ...

    async def told_texts(self, field: TextKey) -> Sequence[str]:
        """Return what is told of the messages here by a field of them, folded, each text once.

        They are in their order, and no more than `MOST_TEXTS`. Those of messages that came just now
        may follow.
        """
        ...

    async def flush(self) -> None:
        """Wait until every write so far would survive a crash."""
        ...


class Store(Protocol):
    """All that Runnel keeps on its own side."""

    def account(self, key: AccountKey) -> AccountStore:
        """Return the side of one account; what one holds no other sees."""
        ...

    async def aclose(self) -> None:
        """Carry out every write so far, and let go of what stands behind."""
        ...
