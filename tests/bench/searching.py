"""Benchmark of the search: a big archive in a file, then queries as they are typed, and sessions.

`python -m tests.bench.searching` takes 1,000,000 messages in 20,000 sessions, and ten minutes;
`--sessions 2000` a tenth of both. `--keep FOLDER` leaves the file there for the next run.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sqlite3
import statistics
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.archive import Archive
from tests.bench.archive_opening import measure_opening
from tests.fakes import ScriptedBackend
from tui.__main__ import MANY_OBJECTS
from tui.conversation import Connection
from tui.conversation.session_finder import SessionFinder
from tui.facts import SessionFacts
from tui.model import Profile, Session
from tui.query import Document, Matcher, QueryError, parse
from tui.query.found import Catalogue, Page
from tui.store.base import AccountKey, AccountStore
from tui.store.histories import StoredMessage
from tui.store.sqlite import SqliteStore
from tui.values import replace

LIMIT = 50
PROFILE = Profile("bench", "bench", "https://bench.example", account="bench")
NOW = datetime(2026, 11, 26, tzinfo=UTC)
TYPED = {
    "common words": ("refund", "the order", "re"),
    "rare words": ("A-4711", "orders/123", "shippasswordvoice"),
    "two words": ("invoice cancel", "refund shipping contact", "account -the"),
    "no such word": ("xyzzy", "refundq", "orders/99999999"),
    "one or two characters": ("退", "退款", "政策", "在", "q", "x7", "คื", "w"),
    "accents and scripts": ("rückerstattung", "remboursement", "возврат", "sıparis", "订单发货"),
    "phrases": ('"the order"', '"re fund or"'),
    "filters": ("feedback:down", "nosource: refund", "label:shipping -refund", "tokens:>5900"),
    "rare filters": ("frustrated: cut:", "label:价格 feedback:down", "cut: feedback:up a"),
}
"""Each is typed character by character."""
BATCH = 500
"""So many are written, then the index is waited for: it is made once nothing was written for 0.5 s,
or all along where that goes on."""
_MOST_LOOKS = 10_000
_IS_INDEXED = (
    "SELECT NOT EXISTS (SELECT 1 FROM unindexed) AND"
    " EXISTS (SELECT 1 FROM index_state WHERE session IS NULL)"
)
Written = tuple[Session, Sequence[StoredMessage]]


@dataclass
class Spent:
    """What writing took."""

    wall_s: float = 0.0
    cpu_s: float = 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=20_000)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    # as the command has it, of which `runnel sync` is one
    gc.set_threshold(MANY_OBJECTS, *gc.get_threshold()[1:])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        if options.keep is not None:
            options.keep.mkdir(exist_ok=True)
            path = options.keep / path.name
        store = SqliteStore(path, lambda sentence: sys.exit(sentence))
        account = store.account(AccountKey(PROFILE.api, PROFILE.base_url, PROFILE.account))
        if not path.exists():
            text_bytes = asyncio.run(_fill(path, account, Archive(options.sessions)))
            wal = path.with_name(f"{path.name}-wal")
            size_bytes = sum(each.stat().st_size for each in (path, wal) if each.exists())
            print(f"file ÷ text {size_bytes / text_bytes:.2f}")
        asyncio.run(_measure(account, _newest_first(options.sessions)))
        asyncio.run(_measure_counts(store, _newest_first(options.sessions)))
        sessions = [each.session for each in _newest_first(options.sessions).documents]
        asyncio.run(measure_opening(store, PROFILE, sessions))
        store.close()


def _newest_first(session_count: int) -> Catalogue:
    sessions = [session for session, _ in Archive(session_count, each=0).sessions()]
    return Catalogue(Document(each, first_question="") for each in reversed(sessions))


async def _fill(path: Path, account: AccountStore, archive: Archive) -> int:
    """Write an archive, print at what rate, and return how many bytes its texts have."""
    count = text_bytes = 0
    spent = Spent()
    batch: list[Written] = []
    for session, messages in archive.sessions():
        batch.append((session, messages))
        count += len(messages)
        text_bytes += sum(len(each.message.text.encode()) for each in messages)
        if len(batch) == BATCH:
            await _write(path, account, batch, spent)
            batch.clear()
    await _write(path, account, batch, spent)
    print(f"{count:,} messages, {text_bytes / 1e6:,.0f} MB of text")
    print(
        f"inserted: {count / spent.wall_s:,.0f} messages/s, {count / spent.cpu_s:,.0f} per second"
        f" of CPU; {os.cpu_count()} cores under a load of {os.getloadavg()[0]:.1f}"
    )
    return text_bytes


async def _write(path: Path, account: AccountStore, batch: Sequence[Written], spent: Spent) -> None:
    """Write sessions, and add what that took until their words were in the index."""
    began, began_cpu = time.monotonic(), time.process_time()
    for session, messages in batch:
        account.upsert_messages(session.id, messages)
    await account.flush()
    await until_indexed(path)
    spent.wall_s += time.monotonic() - began
    spent.cpu_s += time.process_time() - began_cpu


async def until_indexed(path: Path) -> None:
    """Wait until the words of all that is stored are in the index."""
    with closing(sqlite3.connect(path)) as db:
        for _ in range(_MOST_LOOKS):
            if db.execute(_IS_INDEXED).fetchone() == (1,):
                return
            await asyncio.sleep(0.02)


async def _measure(account: AccountStore, catalogue: Catalogue) -> None:
    """Type each query, and print what CPU the results of a key press took."""
    await account.find(Matcher(parse("warm"), NOW), catalogue, Page(1))
    everything: list[float] = []
    for kind, texts in TYPED.items():
        begun = [text[:end] for text in texts for end in range(1, len(text) + 1)]
        times = [(await _typed(account, catalogue, text), text) for text in begun]
        everything += [each for each, _ in times]
        worst = ", ".join(f"{text!r} {ms:.0f}" for ms, text in sorted(times, reverse=True)[:3])
        median = statistics.median(ms for ms, _ in times)
        print(f"{kind:24} median {median:6.1f} ms · worst {worst}")
    quantiles = statistics.quantiles(everything, n=20)
    print(
        f"{len(everything)} key presses: median {quantiles[9]:.1f} ms, p95 {quantiles[18]:.1f} ms"
    )


async def _measure_counts(store: SqliteStore, catalogue: Catalogue) -> None:
    """Count the four saved queries of an operator, and print what CPU that took."""
    listed = [replace(each.session, facts=SessionFacts()) for each in catalogue.documents]
    now = max(each.updated_at for each in listed if each.updated_at is not None)
    link = Connection(PROFILE, ScriptedBackend(listed=listed), store, now=lambda: now)
    await link.sessions()
    # the list is written down behind it, which is no part of counting
    await link.store.flush()
    finder = SessionFinder(link)
    times: dict[str, list[float]] = {"for the first time": [], "after a mark": []}
    for number, session in enumerate(listed[:6]):
        began = time.process_time()
        counted = await finder.count()
        kind = "after a mark" if number else "for the first time"
        times[kind].append((time.process_time() - began) * 1_000)
        link.local.marks.mark_read([session])
    print(", ".join(f"{each.name} {len(each.found.ids):,}" for each in counted))
    for kind, taken in times.items():
        print(f"{len(counted)} counts {kind}: {statistics.median(taken):.1f} ms")


async def _typed(account: AccountStore, catalogue: Catalogue, text: str) -> float:
    """Return how many milliseconds of CPU the results took, as the quickest of two."""
    try:
        query = parse(text)
    except QueryError:
        # a value that is not whole yet
        return 0.0
    times = []
    for _ in range(2):
        began = time.process_time()
        await account.find(Matcher(query, NOW), catalogue, Page(LIMIT))
        times.append((time.process_time() - began) * 1_000)
    return min(times)


if __name__ == "__main__":
    main()
