"""Wire of a connection: what is asked and what comes, told as it happens, the last of it kept."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from itertools import islice

from msgspec import Struct

SESSION = "runnel.session"
"""Extension of a request: the id of the session that it belongs to, a `str`."""
PRIVATE = "runnel.private"
"""Extension of a request that proves who asks: `True` keeps its bodies and its answer untold."""

MAX_LOG_BYTES = 4_000_000
"""So much of the wire is kept at most."""
MAX_LOG_AGE_S = 900.0
"""What came longer ago is not kept."""
_MAX_HEAD_BYTES = 100_000
"""A larger request goes with what is as old."""
_EVENT_BYTES = 200
"""Room that an event takes beside its bytes."""

KEPT_HEADERS = frozenset(
    {
        "retry-after",
        "x-retry-after",
        *(
            f"{prefix}ratelimit-{each}"
            for prefix in ("", "x-")
            for each in ("limit", "remaining", "reset")
        ),
    }
)
"""Fields of an answer whose values are told: when to ask again, and how often."""


class End(StrEnum):
    """How a call ended."""

    WHOLE = "whole"
    """The body was read to its end."""
    LEFT = "left"
    """Whoever asked wanted no more of it, or did not wait for its head."""
    BROKEN = "broken"
    """The body failed on its way."""
    UNANSWERED = "unanswered"
    """No head came."""


class Asked(Struct, frozen=True, gc=False):
    """A request goes out."""

    call: int
    """Number of the call, from 1; each attempt is a call of its own."""
    at_s: float
    """By the clock of the `Wire`, which only ever grows."""
    method: str
    path: str
    """With its query, as it is sent."""
    session: str
    """Id of the session that it belongs to; empty for what belongs to none yet, or to no one."""
    body: bytes
    """Empty where there is none, and where it `is_private`."""
    is_private: bool = False
    """Part of a sign-in: nothing of its bodies is told."""


class Answered(Struct, frozen=True, gc=False):
    """The head of an answer came."""

    call: int
    at_s: float
    status: int
    content_type: str
    headers: tuple[tuple[str, str], ...]
    """Names in lower case, no others than `KEPT_HEADERS`."""


class Arrived(Struct, frozen=True, gc=False):
    """A piece of the body came; unpacked, where it was compressed."""

    call: int
    at_s: float
    data: bytes


class Ended(Struct, frozen=True, gc=False):
    """The last that is told of a call."""

    call: int
    at_s: float
    how: End
    errors: tuple[str, ...] = ()
    """Names of the error's class and of those of its causes, when it failed."""


WireEvent = Asked | Answered | Arrived | Ended


class Opened(Struct, frozen=True, gc=False):
    """A person looks at a session."""

    at_s: float
    session: str
    """Empty for a new one."""


class Sent(Struct, frozen=True, gc=False):
    """A person asks, or what they queued has its turn."""

    at_s: float
    session: str
    """Empty where the question makes it."""
    text: str
    streaming: bool = True
    workflow: str = ""
    """Id of the workflow that it starts; empty for none."""
    bot: str = ""
    """Id of what is to answer; empty where the server is to be asked first."""


class Stopped(Struct, frozen=True, gc=False):
    """A person ends the answer that comes."""

    at_s: float
    session: str


class NamedSession(Struct, frozen=True, gc=False):
    """What a list shows of a session."""

    id: str
    title: str
    preview: str = ""


class Named(Struct, frozen=True, gc=False):
    """Sessions are listed whose names the server does not tell, and this machine knows."""

    at_s: float
    sessions: tuple[NamedSession, ...]


Act = Opened | Sent | Stopped | Named
"""What a person does, and what is known here beside what comes."""
Told = WireEvent | Act
Listener = Callable[[Told], object]


class Wire:
    """Numbers the calls of one connection, and tells all who listen what happens to them.

    `log` keeps the last of it; `None` keeps nothing.
    """

    def __init__(
        self, log: WireLog | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.log = log
        self.clock = clock
        self._listeners: tuple[Listener, ...] = () if log is None else (log.add,)
        self._calls = 0

    @property
    def is_heard(self) -> bool:
        return bool(self._listeners)

    @contextmanager
    def heard_by(self, listener: Listener) -> Iterator[None]:
        """Tell `listener` too for the time inside; it must be quick, and may not raise."""
        self._listeners = (*self._listeners, listener)
        try:
            yield
        finally:
            self._listeners = tuple(each for each in self._listeners if each is not listener)

    def begin_call(self) -> int:
        """Return the number of a new call."""
        self._calls += 1
        return self._calls

    def tell(self, event: Told) -> None:
        for listener in self._listeners:
            listener(event)

    def note_opened(self, session: str | None) -> None:
        """Tell that a person looks at a session, `None` for a new one."""
        self.tell(Opened(self.clock(), session or ""))

    def note_sent(
        self, session: str | None, text: str, *, streaming: bool, workflow: str, bot: str
    ) -> None:
        """Tell that a question is sent in a session, `None` where it makes one."""
        self.tell(Sent(self.clock(), session or "", text, streaming, workflow, bot))

    def note_names(self, sessions: Iterable[NamedSession]) -> None:
        """Tell what sessions are called here that were listed just now without a name."""
        if self.is_heard and (named := tuple(sessions)):
            self.tell(Named(self.clock(), named))

    def note_stopped(self, session: str | None) -> None:
        """Tell that a person ends the answer that comes in a session."""
        self.tell(Stopped(self.clock(), session or ""))


class WireLog:
    """The last events of a wire, oldest first; nothing is copied or decoded.

    Not more than `max_bytes` are kept, and nothing older than `max_age_s`: of a long call the
    beginning of its body goes first, and its request and head with the last of it.
    """

    def __init__(self, *, max_bytes: int = MAX_LOG_BYTES, max_age_s: float = MAX_LOG_AGE_S) -> None:
        self.added = 0
        """How many events there ever were: who shows them sees by it that there is more."""
        self.cut_calls: set[int] = set()
        """Those of which a part of the body is kept, and another no more."""
        self._max_bytes = max_bytes
        self._max_age_s = max_age_s
        self._heads: list[Asked | Answered] = []
        """Older than all other events, of calls of which something newer is kept or will come."""
        self._events: deque[Told] = deque()
        self._size_bytes = 0

    def add(self, event: Told) -> None:
        self.added += 1
        self._events.append(event)
        self._size_bytes += _size_of(event)
        oldest_s = event.at_s - self._max_age_s
        while self._events and (
            self._size_bytes > self._max_bytes or self._events[0].at_s < oldest_s
        ):
            self._let_go(self._events.popleft())

    def _let_go(self, event: Told) -> None:
        match event:
            case Asked() | Answered() if _size_of(event) <= _MAX_HEAD_BYTES:
                self._heads.append(event)
                return
            case Arrived(call):
                self.cut_calls.add(call)
            case Ended(call):
                # the last that is told of a call
                self.cut_calls.discard(call)
                self._size_bytes -= sum(_size_of(each) for each in self._heads if each.call == call)
                self._heads = [each for each in self._heads if each.call != call]
        self._size_bytes -= _size_of(event)

    @property
    def began_s(self) -> float:
        """When the oldest event came, heads of long calls aside; 0 where nothing is kept."""
        return self._events[0].at_s if self._events else 0.0

    def told_since(self, added: int) -> tuple[Told, ...]:
        """Return what came after the first `added` events, as far as it is kept."""
        unread = self.added - added
        if unread >= len(self._events):
            return self.told()
        return tuple(islice(self._events, len(self._events) - unread, None))

    def told(self) -> tuple[Told, ...]:
        """Return all that is kept, with what a person did between."""
        return (*self._heads, *self._events)


def _size_of(event: Told) -> int:
    match event:
        case Sent(text=text):
            return _EVENT_BYTES + len(text)
        case Named(sessions=sessions):
            return _EVENT_BYTES * (1 + len(sessions))
        case Asked(body=data) | Arrived(data=data):
            return _EVENT_BYTES + len(data)
        case _:
            return _EVENT_BYTES
