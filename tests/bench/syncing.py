"""Benchmark of a sync: how long the loop, and so a person, waits while histories are copied.

`python -m tests.bench.syncing` copies 2,000 sessions of 50 messages, then ten of 2,000 messages,
and goes on until their words are in the index.
The network is left out: what is read is there at once, which is more than any server gives.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import statistics
import sys
import time
from contextlib import aclosing
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct, field

from tests.bench.archive import Archive
from tests.bench.searching import PROFILE, until_indexed
from tests.fakes import ScriptedBackend
from tui.conversation import Connection
from tui.conversation.sync import HistorySync, SyncScope
from tui.store.sqlite import SqliteStore

TICK_S = 0.005


class Stalls(Struct):
    """How late the loop came to what was due, each time, in milliseconds.

    Without the time in which its thread was ready to run and other processes had the cores: what is
    left is what it did itself, and what it waited for other threads of this process.
    """

    late_ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    """Of that, what the loop's thread did itself."""

    async def watch(self) -> None:
        while True:
            moment, cpu, kept_out = time.perf_counter(), time.thread_time(), _kept_out_s()
            await asyncio.sleep(TICK_S)
            late_s = time.perf_counter() - moment - TICK_S - (_kept_out_s() - kept_out)
            self.late_ms.append(late_s * 1_000)
            self.cpu_ms.append((time.thread_time() - cpu) * 1_000)

    def told(self) -> str:
        late, cpu = (statistics.quantiles(each, n=100)[-1] for each in (self.late_ms, self.cpu_ms))
        return (
            f"{max(self.late_ms):.0f} ms late at the most, {late:.0f} one time of 100;"
            f" its own CPU {max(self.cpu_ms):.0f}, {cpu:.0f}"
        )


def _kept_out_s() -> float:
    """Return for how long this thread was ready to run and did not; 0 where no kernel tells it."""
    try:
        told = Path("/proc/thread-self/schedstat").read_text()
    except OSError:
        return 0.0
    return int(told.split()[1]) / 1e9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=2_000)
    options = parser.parse_args()
    for name, archive in (
        (f"{options.sessions:,} sessions of 50", Archive(options.sessions)),
        ("10 sessions of 2,000", Archive(10, each=2_000)),
    ):
        with TemporaryDirectory() as folder:
            stalls, rate = asyncio.run(_synced(Path(folder) / "store.db", archive))
        print(f"{name:24} {rate:,.0f} messages/s · the loop: {stalls.told()}")


async def _synced(path: Path, archive: Archive) -> tuple[Stalls, float]:
    """Copy an archive; return how late the loop was, and how many messages came a second."""
    made = [*archive.sessions()]
    count = sum(len(messages) for _, messages in made)
    backend = ScriptedBackend(
        {session.id: [each.message for each in messages] for session, messages in made},
        listed=[session for session, _ in made],
    )
    store = SqliteStore(path, lambda sentence: sys.exit(sentence))
    link = Connection(PROFILE, backend, store)
    await link.load()
    # what was made for the benchmark is no garbage of the app
    gc.freeze()
    stalls = Stalls()
    began = time.perf_counter()
    watching = asyncio.create_task(stalls.watch())
    async with aclosing(HistorySync(link).run(SyncScope())) as events:
        async for _ in events:
            pass
    rate = count / (time.perf_counter() - began)
    await until_indexed(path)
    watching.cancel()
    await store.aclose()
    return stalls, rate


if __name__ == "__main__":
    main()
