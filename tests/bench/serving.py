"""`python -m tests.bench.serving`: measure `runnel serve` with many visitors, and under attack.

Each visitor watches an answer stream in the demo and now and then types a letter; how long that
takes to be drawn is the lag of their frames. Memory is what the processes have, with what they
share counted once (PSS). The clients run in this process, and their work is told apart.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from statistics import median, quantiles

import asyncssh

from tests.bench.failure import NotMeasured
from tests.e2e.visits import Client, children_of, descendants, is_alive

LETTER = "\u1401"
QUESTION = "long\r"
BEGUN = b"Enter"
FLOOD, SLOW, FLOODING, SLOWING = 1_000, 200, "127.0.0.5", "127.0.0.6"
LIMIT_S = 120.0
_TICKS = os.sysconf("SC_CLK_TCK")


class Watcher:
    """A visitor at a screen that nobody draws."""

    def __init__(self, process: asyncssh.SSHClientProcess[bytes]) -> None:
        self._process = process
        self._tail = b""
        self.received_bytes = 0
        self.lags_s: list[float] = []
        self._wanted: bytes | None = None
        self._seen = asyncio.Event()
        self.reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        while data := await self._some():
            self.received_bytes += len(data)
            self._tail = (self._tail + data)[-70_000:]
            if self._wanted is not None and self._wanted in self._tail:
                self._wanted = None
                self._seen.set()

    async def _some(self) -> bytes:
        try:
            return await self._process.stdout.read(65_536)
        except (OSError, asyncssh.Error):
            return b""

    async def until(self, words: bytes) -> None:
        self._seen.clear()
        self._wanted = words
        if words in self._tail:
            return
        try:
            async with asyncio.timeout(LIMIT_S):
                await self._seen.wait()
        except TimeoutError:
            ended = "its visit ended" if self.reading.done() else "it goes on"
            raise NotMeasured(f"{words!r} is not drawn, {ended}: {self._tail[-300:]!r}") from None

    def send(self, keys: str) -> None:
        self._process.stdin.write(keys.encode())

    async def type(self) -> None:
        """Type a letter, and note how long it takes to be drawn."""
        self._tail = b""
        began_at = time.monotonic()
        self.send(LETTER)
        await self.until(LETTER.encode())
        self.lags_s.append(time.monotonic() - began_at)

    async def type_now_and_then(self, ends_at: float, begin_s: float) -> None:
        await asyncio.sleep(begin_s)
        while time.monotonic() < ends_at:
            await self.type()
            await asyncio.sleep(1.0)


class Served:
    """The server that is measured."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def fork_server(self) -> int:
        (fork_server,) = children_of(self.pid)
        return fork_server

    @asynccontextmanager
    async def visitor(self, source: str = "127.0.0.1") -> AsyncIterator[Watcher]:
        async with asyncssh.connect(
            "127.0.0.1",
            self.port,
            client_factory=Client,
            known_hosts=None,
            client_keys=[],
            username="visitor",
            config=None,
            agent_path=None,
            local_addr=(source, 0),
            compression_algs=["none"],
            login_timeout=LIMIT_S,
        ) as connection:
            process = await connection.create_process(
                term_type="xterm-256color", term_size=(100, 30), encoding=None
            )
            watcher = Watcher(process)
            await watcher.until(BEGUN)
            yield watcher
            connection.abort()


@contextmanager
def served(visitors: int, link: str) -> Iterator[Served]:
    with tempfile.TemporaryDirectory(prefix="runnel-serving-") as home:
        most = str(visitors + 2)
        process = subprocess.Popen(
            [
                *(
                    sys.executable,
                    "-m",
                    "tui",
                    "--link",
                    link,
                    "serve",
                    ":0",
                    "--guest",
                    "--visitors",
                    most,
                ),
                *("--per-address", most, "--per-minute", "500"),
            ],
            stderr=subprocess.PIPE,
            text=True,
            env={"HOME": home, "PATH": os.defpath, "LANG": "C.UTF-8"},
        )
        assert process.stderr is not None
        found = re.search(r"ssh -p (\d+)", process.stderr.readline())
        assert found is not None
        try:
            yield Served(process, int(found[1]))
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.communicate()


def pss_bytes(pids: Sequence[int]) -> int:
    """Return the memory of processes, with what is shared counted once among those who share."""
    total = 0
    for pid in pids:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        total += 1024 * int(re.findall(r"^Pss: +(\d+) kB", rollup, re.M)[0])
    return total


def rss_bytes(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def cpu_s(pids: Sequence[int]) -> float:
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(each[11]) + int(each[12]) for each in fields) / _TICKS


def tell(what: str, *figures: str) -> None:
    print(f"{what:<46} {' · '.join(figures)}", flush=True)


def told_lags(lags_s: Sequence[float]) -> str:
    p99 = quantiles(lags_s, n=100)[98] if len(lags_s) > 1 else lags_s[0]
    return f"p50 {1000 * median(lags_s):.0f} ms, p99 {1000 * p99:.0f} ms of {len(lags_s)}"


async def watch_together(it: Served, watchers: Sequence[Watcher], seconds: float) -> None:
    """Have all watch a stream at the same time, and tell what that costs."""
    apps = sorted(descendants(it.pid) - {it.fork_server})
    for each in watchers:
        each.send(QUESTION)
    ends_at = time.monotonic() + seconds
    before = [cpu_s(apps), cpu_s([it.pid]), time.process_time(), time.monotonic()]
    bytes_before = sum(each.received_bytes for each in watchers)
    await asyncio.gather(
        *(each.type_now_and_then(ends_at, at / len(watchers)) for at, each in enumerate(watchers))
    )
    after = [cpu_s(apps), cpu_s([it.pid]), time.process_time(), time.monotonic()]
    took = after[3] - before[3]
    app, server, clients = ((b - a) / took for a, b in zip(before[:3], after[:3], strict=True))
    sent = sum(each.received_bytes for each in watchers) - bytes_before
    tell("lag of a key while all stream", told_lags([s for each in watchers for s in each.lags_s]))
    tell(
        "CPU of one core, while all stream",
        f"apps {app:.0%} ({app / len(watchers):.1%} each)",
        f"server {server:.0%}",
        f"these clients {clients:.0%}",
    )
    tell("bytes a second to each", f"{sent / took / len(watchers):,.0f}")


async def attack(it: Served, watcher: Watcher) -> None:
    """Flood the server, and look how one who is there fares."""
    memory, cpu = rss_bytes(it.pid), cpu_s([it.pid])
    watcher.lags_s.clear()
    began_at = time.monotonic()
    flooding = asyncio.create_task(asyncio.to_thread(flood, it.port))
    while not flooding.done():
        await watcher.type()
    refused = await flooding
    tell(
        f"{FLOOD} connections from one address",
        f"{refused} closed at once in {time.monotonic() - began_at:.1f} s",
        f"server {cpu_s([it.pid]) - cpu:.2f} s of CPU",
        f"{(rss_bytes(it.pid) - memory) / 1e6:+.1f} MB",
        f"lag of a visitor {told_lags(watcher.lags_s)}",
    )
    memory, began_at = rss_bytes(it.pid), time.monotonic()
    slow = [await asyncio.to_thread(opened, it.port, SLOWING) for _ in range(SLOW)]
    watcher.lags_s.clear()
    for _ in range(5):
        await watcher.type()
    grown = rss_bytes(it.pid) - memory
    await asyncio.to_thread(wait_closed, slow)
    tell(
        f"{SLOW} connections that never say a word",
        f"{grown / 1e6:+.1f} MB",
        f"all closed after {time.monotonic() - began_at:.0f} s",
        f"lag of a visitor {told_lags(watcher.lags_s)}",
    )


def opened(port: int, source: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), source_address=(source, 0))


def flood(port: int) -> int:
    """Open many connections at once; return how many are closed before anything is said."""
    made = [opened(port, FLOODING) for _ in range(FLOOD)]
    closed = 0
    for each in made:
        each.settimeout(5)
        try:
            closed += not each.recv(1)
        except OSError:
            closed += 1
    for each in made:
        each.close()
    return closed


def wait_closed(sockets: Sequence[socket.socket]) -> None:
    for each in sockets:
        try:
            while each.recv(4_096):
                pass
        except OSError:
            pass
        each.close()


def wait_ended(pids: Sequence[int]) -> None:
    while any(map(is_alive, pids)):
        time.sleep(0.01)


async def measure(visitors: int, seconds: float, link: str) -> None:
    with served(visitors, link) as it:
        alone, server = pss_bytes([it.fork_server]), rss_bytes(it.pid)
        tell(
            "memory before anybody comes",
            f"apps {alone / 1e6:.0f} MB, server {server / 1e6:.0f} MB",
        )
        async with AsyncExitStack() as stack:
            began_at = time.monotonic()
            watchers = [await stack.enter_async_context(it.visitor()) for _ in range(visitors)]
            tell(
                "time to the first screen", f"{(time.monotonic() - began_at) / visitors:.2f} s each"
            )
            await watch_together(it, watchers, seconds)
            processes = sorted(descendants(it.pid))
            grown = pss_bytes(processes) - alone
            tell(
                "memory of a visitor (PSS)",
                f"{grown / visitors / 1e6:.1f} MB",
                f"server {(rss_bytes(it.pid) - server) / visitors / 1e6:.2f} MB",
                f"all together {(grown + alone + rss_bytes(it.pid)) / 1e6:.0f} MB",
            )
            await attack(it, watchers[0])
            it.process.kill()
            killed_at = time.monotonic()
            await asyncio.to_thread(wait_ended, processes)
            tell(
                "kill -9 of the server",
                f"no app is left after {time.monotonic() - killed_at:.2f} s",
            )


def main() -> int:
    parser = ArgumentParser(description="Measure runnel serve.")
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20.0, help="of watching together")
    parser.add_argument("--link", choices=["auto", "slow"], default="auto")
    arguments = parser.parse_args()
    tell("visitors", str(arguments.visitors), f"link {arguments.link}")
    asyncio.run(measure(arguments.visitors, arguments.seconds, arguments.link))
    return 0


if __name__ == "__main__":
    sys.exit(main())
