"""The real app, served: what a visitor sees of it, and what there is not for them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh
import pyte
import pytest

from tests.e2e.conftest import Open, Run
from tests.e2e.terminal import UNKNOWN, Terminal, whole_sequences
from tests.e2e.visits import WAIT_S, Client, is_alive
from tests.e2e.visits import descendants as processes_of

pytestmark = pytest.mark.warm_start

CTRL_C, CTRL_G, CTRL_P, CTRL_Q, ESCAPE = "\x03", "\x07", "\x10", "\x11", "\x1b"
F4 = "\x1bOS"


class Visit:
    """The screen of a visitor."""

    def __init__(self, process: asyncssh.SSHClientProcess[bytes], columns: int, rows: int) -> None:
        self.process = process
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._cut = b""
        """The beginning of a sequence whose rest has not come."""

    @property
    def text(self) -> str:
        return "\n".join(self._screen.display)

    def send(self, keys: str) -> None:
        self.process.stdin.write(keys.encode())

    async def until(self, words: str) -> None:
        try:
            async with asyncio.timeout(WAIT_S):
                while words not in self.text:
                    data = await self.process.stdout.read(65_536)
                    assert data, f"ended without {words!r}"
                    drawn, self._cut = whole_sequences(self._cut + data)
                    self._stream.feed(UNKNOWN.sub(b"", drawn))
        except TimeoutError:
            raise AssertionError(f"{words!r} never came:\n{self.text}") from None


@asynccontextmanager
async def visit(
    terminal: Terminal, key: asyncssh.SSHKey | None = None, columns: int = 110, rows: int = 36
) -> AsyncIterator[Visit]:
    terminal.wait_for("Host key:")
    found = re.search(r"ssh -p (\d+)", terminal.text)
    assert found is not None
    async with asyncssh.connect(
        "127.0.0.1",
        int(found[1]),
        client_factory=Client,
        known_hosts=None,
        client_keys=[key] if key else [],
        username="visitor",
        config=None,
        agent_path=None,
    ) as connection:
        process = await connection.create_process(
            term_type="xterm-256color", term_size=(columns, rows), encoding=None
        )
        yield Visit(process, columns, rows)


async def test_a_guest_talks_to_the_demo_and_gets_no_further(open_terminal: Open) -> None:
    terminal = open_terminal("serve", ":0", "--guest")
    async with visit(terminal) as guest:
        await guest.until("Enter plays it")
        assert "F4 adds a server" not in guest.text
        assert "leaves this machine" not in guest.text
        guest.send("echo some words\r")
        await guest.until("· 10 B")
        guest.send(CTRL_G)
        await guest.until("No program can be started from here")
        guest.send(CTRL_P)
        await guest.until("Jump to end")
        guest.send("editor")
        await guest.until("Nothing")
        guest.send(ESCAPE)
        await guest.until("Ask something")
        apps = processes_of(terminal.process.pid)
        guest.send(CTRL_Q)
        async with asyncio.timeout(WAIT_S):
            await guest.process.wait_closed()
        assert guest.process.exit_status == 0
    async with visit(terminal) as guest:
        await guest.until("Enter plays it")
        apps |= processes_of(terminal.process.pid)
        terminal.send(CTRL_C)
        await guest.until("The server is being stopped.")
    assert terminal.wait_exit() == 130
    assert not [each for each in apps if is_alive(each)]


async def test_a_tape_is_played_to_a_guest(
    open_terminal: Open, run: Run, profiles: Mapping[str, str]
) -> None:
    asked = run("ask", "--record", "it.tape", "echo some words", extra=profiles)
    assert asked.returncode == 0, asked.stderr
    terminal = open_terminal("serve", ":0", "--guest", "--app", "replay", "it.tape")
    async with visit(terminal) as guest:
        await guest.until("▎ echo some words")
        await guest.until("· 10 B")
        guest.send(CTRL_G)
        await guest.until("No program can be started from here")
        guest.send(CTRL_Q)
        async with asyncio.timeout(WAIT_S):
            await guest.process.wait_closed()
        assert guest.process.exit_status == 0


async def test_who_has_a_key_sees_the_profile_alone(
    open_terminal: Open, profiles: Mapping[str, str], tmp_path: Path
) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    (tmp_path / "keys").write_bytes(key.export_public_key())
    words = ("serve", ":0", "--app", "live", "lab", "--keys", "keys")
    terminal = open_terminal(*words, extra=profiles)
    async with visit(terminal, key) as owner:
        await owner.until("lab/")
        owner.send(F4)
        await owner.until("Which profile?")
        assert "work" not in owner.text
        assert "Add a server" not in owner.text
    with pytest.raises(asyncssh.PermissionDenied):
        async with visit(terminal):
            pass
