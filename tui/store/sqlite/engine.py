"""Engine of the store: a thread that makes changes in their order, and others that read.

Changes are taken at once and made in transactions of as many as come together. A read waits for the
changes before it that concern what it reads, for no others. When the file fails, memory takes its
place with what is ours and what was not written yet; where that may pass, the changes since then
are made in the file as soon as it can be written again.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from sqlite3 import Connection
from typing import TypeVar

from tui.store.sqlite.batch import Batch
from tui.store.sqlite.chores import Chore, Chores
from tui.store.sqlite.deriving import Derive, Deriving
from tui.store.sqlite.looked_at import LookedAt
from tui.store.sqlite.media import (
    Change,
    FileMedium,
    Medium,
    MemoryMedium,
    begun_anew,
    memory_for,
    written_again,
)
from tui.store.sqlite.opening import Connect
from tui.store.sqlite.reading import InterruptibleRead
from tui.store.sqlite.trouble import Trouble, kept_again, seen_on_disk, sentence_of, trouble_of
from tui.store.sqlite.upkeep import Upkeep
from tui.store.sqlite.watching import Watcher
from tui.unexpected import reported

CLOSE_S = 10.0
"""So long the end of the program waits for a disk."""
READERS = 4
WAITERS = 16
"""As many may wait for a disk at once: a question that goes out waits behind no search."""
_MAX_TOPICS = 1_000

T = TypeVar("T")
Make = Callable[[Change], bool]


class Engine:
    """The threads over the file at `path`; they start with the first read or change.

    `on_open` is called with what makes changes before all others, and says whether the file has
    them. `derive` makes some of what is made of the other tables while nothing else is made.
    `on_trouble` is called, in any thread, with a sentence for a person. How long a transaction
    takes and when chores are due goes by `clock`, in seconds.
    """

    def __init__(
        self,
        path: Path,
        *,
        on_trouble: Callable[[str], None],
        connect: Connect,
        watcher: Watcher,
        derive: Derive,
        on_open: Callable[[Make], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = path
        self._on_trouble = on_trouble
        self._connect = connect
        self._clock = clock
        self._due = Chores(clock)
        self._upkeep = Upkeep(self._due, watcher, self._is_awaited)
        self._deriving = Deriving(self._due, derive, self._is_awaited)
        self._on_open = on_open
        self._medium: Medium | None = None
        self._replacing = threading.RLock()
        """Held by whoever writes, and by whoever puts another medium in the place of one."""
        self._changed = threading.Condition()
        self._waiting: deque[Change] = deque()
        self._taken = self._made = 0
        """How many changes there were, and how many of them were made."""
        self._last_of: dict[Hashable, int] = {}
        """By topic: the number of its last change."""
        self._unwritten: list[Change] | None = None
        """What memory has and the file lacks; `None` while the file stands, or will not again."""
        self._thread: threading.Thread | None = None
        self._readers: ThreadPoolExecutor | None = None
        self._waiters: ThreadPoolExecutor | None = None
        self._is_open = self._is_closing = self._is_over = False
        self.looked_at = LookedAt()

    @property
    def has_file(self) -> bool:
        """The tables stand on the file, or it was not opened yet."""
        return self._medium is None or isinstance(self._medium, FileMedium)

    def write(self, change: Change, *topics: Hashable) -> None:
        """Have a change made, after all before it."""
        with self._changed:
            if self._is_closing:
                return
            self._waiting.append(change)
            self._taken += 1
            for topic in topics:
                self._last_of[topic] = self._taken
            if len(self._last_of) > _MAX_TOPICS:
                self._last_of = {each: at for each, at in self._last_of.items() if at > self._made}
            self._start()
            self._changed.notify_all()

    async def read(self, question: Callable[[Connection], T], otherwise: T, *topics: Hashable) -> T:
        """Return what a question gives, after the changes of these topics; whatever fails, a value.

        A reader that is cancelled is interrupted.
        """
        with self._changed:
            if self._is_closing:
                return otherwise
            self._start()
            number = max((self._last_of.get(topic, 0) for topic in topics), default=0)
            readers = self._readers
        assert readers is not None
        reading = InterruptibleRead(question)
        try:
            return await asyncio.get_running_loop().run_in_executor(
                readers, self._answered, reading, otherwise, number
            )
        except asyncio.CancelledError:
            reading.interrupt()
            raise

    async def flush(self) -> None:
        """Wait until every change so far would survive the end of the process."""
        with self._changed:
            number, waiters = self._taken, self._waiters
        if waiters is not None and not self._is_closing:
            await asyncio.get_running_loop().run_in_executor(waiters, self._wait_until, number)

    def close(self) -> None:
        """Make the changes there are, as far as the disk takes them in time; none after that."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(CLOSE_S)
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
        for pool in (self._readers, self._waiters):
            if pool is not None:
                pool.shutdown(wait=True, cancel_futures=True)
        with self._replacing:
            if self._medium is not None:
                self._medium.close()
                self._medium = None

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
            self._thread.start()
            self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")
            self._waiters = ThreadPoolExecutor(WAITERS, thread_name_prefix="store-waiter")

    def _answered(self, reading: InterruptibleRead[T], otherwise: T, number: int) -> T:
        self._wait_until(number)
        for _ in range(2):
            medium = self._medium
            if medium is None:
                return otherwise
            try:
                with medium.reading() as db:
                    return reading.answered(db, is_shared=isinstance(medium, MemoryMedium))
            except Exception as error:  # noqa: BLE001 - no call of a store raises
                if reading.is_over:
                    return otherwise
                trouble = trouble_of(error)
                if trouble is None or isinstance(medium, MemoryMedium):
                    reported(error)
                    return otherwise
                self._replace(medium, trouble)
        return otherwise

    def _wait_until(self, number: int) -> None:
        with self._changed:
            self._changed.wait_for(
                lambda: (self._made >= number and self._is_open) or self._is_over
            )

    # The thread that writes

    def _run(self) -> None:
        with self._replacing:
            self._medium = self._opened()
        try:
            self._on_open(self._make_first)
        except Exception as error:  # noqa: BLE001 - no call of a store raises
            reported(error)
        self._upkeep.begin()  # an earlier process may have left some
        with self._changed:
            self._is_open = True
            self._changed.notify_all()
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._waiting or self._is_closing or self._due.is_any,
                    self._due.patience_s,
                )
                is_idle, is_over = not self._waiting, self._is_closing and not self._waiting
            is_retrying = self._due.take(Chore.RETRY) or is_over
            if self._unwritten is not None and is_retrying:
                self._write_again(self._unwritten)
            if is_over:
                return
            if not is_idle:
                self._upkeep.begin(was_full=self._make_waiting())
            self._do_chores()

    def _is_awaited(self) -> bool:
        """Say whether a change waits for what the thread that writes does of itself."""
        return bool(self._waiting) or self._is_closing

    def _do_chores(self) -> None:
        with self._replacing:
            if self._medium is not None:
                self._deriving.attend(self._medium)
        if self._unwritten is not None:
            self._due.begin(Chore.RETRY)
        # a reader that finds the file at fault would close it in the middle of that
        with self._replacing:
            medium = self._medium
            if medium is not None and not self._upkeep.attend(medium):
                # what fails now is told with the next change
                with suppress(Exception):
                    self._replace(medium, Trouble.TAKEN_AWAY)

    def _make_first(self, change: Change) -> bool:
        self._make([change])
        return isinstance(self._medium, FileMedium)

    def _opened(self) -> Medium:
        try:
            return FileMedium(self._path, self._connect)
        except Exception as error:  # noqa: BLE001 - no call of a store raises
            return self._in_place(None, trouble_of(error) or Trouble.UNREACHABLE)

    def _make_waiting(self) -> bool:
        """Make changes that wait; say whether they took as long as a transaction may."""
        batch = Batch(self._next, self._clock)
        try:
            self._make([batch], batch.changes)
        finally:
            with self._changed:
                self._made += len(batch.changes)
                self._changed.notify_all()
        return batch.is_full

    def _next(self) -> Change | None:
        with self._changed:
            return self._waiting.popleft() if self._waiting else None

    def _make(self, changes: list[Change], again: list[Change] | None = None) -> None:
        """Make changes in one transaction; where it fails, each of `again` in one of its own."""
        with self._replacing:
            medium = self._medium
            assert medium is not None
            repeated = changes if again is None else again
            try:
                with medium.transaction() as db:
                    for change in changes:
                        change(db)
            except Exception as error:  # noqa: BLE001 - no call of a store raises
                trouble = trouble_of(error)
                if trouble is not None and isinstance(medium, FileMedium):
                    self._replace(medium, trouble)
                elif len(repeated) < 2:
                    reported(error)
                    return
                for change in repeated:
                    self._make([change])
            else:
                if self._unwritten is not None:
                    self._unwritten += repeated

    # A file that fails

    def _replace(self, medium: Medium, trouble: Trouble) -> None:
        """Put another medium in the place of one that failed, unless that was done before."""
        with self._replacing:
            if self._medium is medium:
                self._medium = self._in_place(medium, trouble)

    def _tell(self, sentence: str) -> None:
        try:
            self._on_trouble(sentence)
        except Exception as error:  # noqa: BLE001 - who is told may be ending; the file goes on
            reported(error)

    def _in_place(self, medium: Medium | None, trouble: Trouble) -> Medium:
        """Return what takes the place of a file, and tell of it."""
        if isinstance(medium, FileMedium) and not medium.is_in_place:
            with suppress(Exception):
                found, trouble = medium.found_again()
                self._tell(sentence_of(self._path, trouble))
                return found
            trouble = Trouble.NO_PLACE
        if medium is not None:
            medium.close()
        trouble = seen_on_disk(self._path, trouble)
        if trouble is Trouble.BROKEN:
            with suppress(Exception):
                anew, aside = begun_anew(self._path, self._connect)
                self._tell(sentence_of(self._path, trouble, aside))
                return anew
        memory = memory_for(self._path, trouble, self.looked_at.sessions)
        self._unwritten = [] if trouble.is_passing else None
        self._tell(sentence_of(self._path, trouble))
        return memory

    def _write_again(self, unwritten: list[Change]) -> None:
        """Make in the file what was changed since it failed, if it can be written by now."""
        try:
            medium = written_again(self._path, self._connect, unwritten)
        except Exception:  # noqa: BLE001 - it was told when it failed first
            return
        with self._replacing:
            former, self._unwritten, self._medium = self._medium, None, medium
        if former is not None:
            former.close()
        self._tell(kept_again(self._path))
