"""Visits by asyncssh's client to servers of `tests.e2e.served`."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path

import asyncssh
import pytest

from tests.e2e.served import HELLO
from tests.thread_files import told_of_threads
from tests.waiting import Condition, unmet
from tui.serve.visit_end import VisitEnd

WAIT_S = 20.0


class Server:
    """A server that was started."""

    def __init__(self, pid: int, folder: Path, log: Path) -> None:
        self.pid = pid
        self.folder = folder
        self._log = log
        self._visits = 0
        """Those of this process that go on."""
        self.port = 0

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    @property
    def visitors(self) -> int:
        """How many have come in of whose end nothing is told."""
        ends = rf"(?: sent|{re.escape(VisitEnd.NOT_STARTED.logged)})\.$"
        return self.log.count(" came in: ") - len(re.findall(ends, self.log, re.MULTILINE))

    def wait_listening(self) -> None:
        ends_at = time.monotonic() + WAIT_S
        while not (found := re.search(r"ssh -p (\d+)", self.log)):
            assert time.monotonic() < ends_at, "the server does not listen"
            time.sleep(0.01)
        self.port = int(found[1])

    def children(self) -> set[int]:
        """Return the processes that come from it: what starts the apps, and the apps."""
        return descendants(self.pid)

    @property
    def fork_server(self) -> int:
        """What starts the apps."""
        (fork_server,) = children_of(self.pid)
        return fork_server

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    @asynccontextmanager
    async def connected(
        self, key: asyncssh.SSHKey | asyncssh.SSHKeyPair | None = None, source: str = "127.0.0.1"
    ) -> AsyncIterator[asyncssh.SSHClientConnection]:
        async with asyncssh.connect(
            "127.0.0.1",
            self.port,
            client_factory=Client,
            known_hosts=None,
            client_keys=[key] if key else [],
            username="visitor",
            config=None,
            local_addr=(source, 0),
            agent_path=None,
            compression_algs=["zlib@openssh.com", "none"],
        ) as connection:
            yield connection

    @asynccontextmanager
    async def visited(
        self,
        key: asyncssh.SSHKey | asyncssh.SSHKeyPair | None = None,
        source: str = "127.0.0.1",
        env: dict[str, str] | None = None,
    ) -> AsyncIterator[Guest]:
        """Yield a visit whose app has begun."""
        # who has left has a place until the server has seen that
        await until(lambda: self.visitors <= self._visits)
        async with self.connected(key, source) as connection:
            process = await connection.create_process(
                term_type="xterm-256color", term_size=(90, 30), env=env or {}, encoding=None
            )
            guest = Guest(process)
            await guest.until(HELLO)
            self._visits += 1
            try:
                yield guest
            finally:
                self._visits -= 1


@asynccontextmanager
async def frozen(
    server: Server,
) -> AsyncIterator[tuple[asyncssh.SSHClientConnection, asyncio.Event]]:
    """Yield a connection that takes nothing from the server while the event is not set."""
    goes_on = asyncio.Event()
    goes_on.set()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_connection("127.0.0.1", server.port)

        async def pump(
            source: asyncio.StreamReader, sink: asyncio.StreamWriter, goes_on: asyncio.Event
        ) -> None:
            with closing(sink):
                while data := await source.read(65_536):
                    await goes_on.wait()
                    sink.write(data)
                    await sink.drain()

        always = asyncio.Event()
        always.set()
        pumps = [pump(theirs, writer, goes_on), pump(reader, ours, always)]
        await asyncio.gather(*pumps, return_exceptions=True)

    async with await asyncio.start_server(pass_on, "127.0.0.1", 0) as relay:
        port = relay.sockets[0].getsockname()[1]
        async with asyncssh.connect(
            "127.0.0.1",
            port,
            client_factory=Client,
            known_hosts=None,
            client_keys=[],
            username="visitor",
            config=None,
            agent_path=None,
        ) as connection:
            yield connection, goes_on


class Guest:
    def __init__(self, process: asyncssh.SSHClientProcess[bytes]) -> None:
        self.process = process
        self.seen = ""

    async def until(self, text: str) -> str:
        """Return what is seen when `text` is in it."""
        async with asyncio.timeout(WAIT_S):
            while text not in self.seen:
                await self._see_more(f"{text!r} was seen")
        return self.seen

    async def ask(self, command: str) -> str:
        """Type a command and return the line that answers it."""
        before = len(self.seen)
        self.process.stdin.write(f"{command}\n".encode())
        # the terminal shows what is typed
        pattern = re.compile(rf"{re.escape(command)}\r\n(.*)\r\n")
        async with asyncio.timeout(WAIT_S):
            while not (found := pattern.search(self.seen[before:])):
                await self._see_more(f"{command!r} was answered")
        return found[1]

    async def rest(self) -> tuple[str, int | None]:
        """Return all that is said until the end, and the exit status."""
        async with asyncio.timeout(WAIT_S):
            while data := await self.process.stdout.read(65_536):
                self.seen += data.decode()
            await self.process.wait_closed()
        return self.seen, self.process.exit_status

    async def _see_more(self, wanted: str) -> None:
        data = await self.process.stdout.read(65_536)
        if not data:
            refusal = (await self.process.stderr.read()).decode()
            pytest.fail(f"ended before {wanted}: {self.seen!r} {refusal!r}")
        self.seen += data.decode()


class Client(asyncssh.SSHClient):
    """Answers a question without a question, as OpenSSH does."""

    def kbdint_auth_requested(self) -> str:
        return ""

    def kbdint_challenge_received(
        self, name: str, instructions: str, lang: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        return [] if not prompts else None


class Servers:
    """Process that starts servers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: list[Server] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.served"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(
        self, *, keys: str = "", guests: bool = True, limits: Mapping[str, float] | None = None
    ) -> Server:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        folder = self._folder / str(len(self._made))
        log = folder.with_suffix(".log")
        words = [dict(limits or {}), keys, guests, str(folder), str(log)]
        self._process.stdin.write(f"{json.dumps(words)}\n")
        self._process.stdin.flush()
        server = Server(int(self._process.stdout.readline()), folder, log)
        self._made.append(server)
        server.wait_listening()
        return server

    def close(self) -> None:
        for each in self._made:
            if is_alive(each.pid):
                each.send_signal(signal.SIGKILL)
        self._process.communicate()


def descendants(pid: int) -> set[int]:
    """Return the processes that come from one, as Linux tells them."""
    children = children_of(pid)
    return children.union(*map(descendants, children))


def children_of(pid: int) -> set[int]:
    found: set[int] = set()
    for children in told_of_threads(pid, "children"):
        found |= {*map(int, children.split())}
    return found


def is_alive(pid: int) -> bool:
    """Say whether a process runs: one that only waits to be noted does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


async def until(condition: Condition) -> None:
    """Wait for what other processes do."""
    ends_at = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < ends_at, unmet(condition)
        await asyncio.sleep(0.02)


def is_as_wanted(folder: Path, is_kept: bool) -> bool:
    return is_kept or not folder.exists()


def has_ended(pid: int) -> bool:
    return not is_alive(pid)


def private(folder: Path) -> bool:
    return folder.stat().st_mode & 0o077 == 0


def wait_closed(sockets: list[socket.socket]) -> None:
    for each in sockets:
        while each.recv(4096):
            pass


def memory_bytes(pid: int) -> int:
    """Return what a process has in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def has_got_stuck(pid: int) -> bool:
    """Say whether a process has written much, and writes nothing now."""
    looks = []
    for _ in range(2):
        told = Path(f"/proc/{pid}/io").read_text()
        looks.append(int(told.split("wchar: ")[1].split()[0]))
        time.sleep(0.1)
    return looks[0] == looks[1] > 500_000
