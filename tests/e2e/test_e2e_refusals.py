"""Refusals: what SSH can do and visitors do not get, whoever's client asks for it."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import product
from pathlib import Path

import asyncssh
import pytest

from tests.e2e.visits import WAIT_S, Server, Servers
from tests.tables import each_row
from tui.serve.server import MOST_BESIDE_BYTES

needs_openssh = pytest.mark.skipif(shutil.which("ssh") is None, reason="OpenSSH is not there")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with closing(Servers(tmp_path_factory.mktemp("served"))) as servers:
        yield servers.start(limits={"connections_per_minute": 1_000})


async def test_the_environment_holds_what_may_be_told_and_nothing_of_the_host(
    server: Server,
) -> None:
    told = {
        "COLORTERM": "truecolor",
        "LC_TIME": "de_DE.UTF-8",
        "LANG": "$(reboot)",
        "LD_PRELOAD": "/tmp/x.so",
        "PYTHONPATH": "/tmp",
        "RUNNEL_CONFIG": "/etc/passwd",
        "LC_": "x",
        "LC_ALL": "a" * 100,
    }
    async with server.visited(env=told) as guest:
        seen = json.loads(await guest.ask("environment"))
        folder, *files = (await guest.ask("files")).split()
    assert seen.pop("SSH_CONNECTION").startswith("127.0.0.1 ")
    assert seen.pop("SSH_TTY").startswith("/dev/")
    seen.pop("TZ", None)
    of_folder = {name: value for name, value in seen.items() if value.startswith(folder)}
    assert of_folder.keys() == {
        "HOME",
        "TMPDIR",
        *(f"XDG_{each}_HOME" for each in ("CONFIG", "DATA", "STATE", "CACHE")),
    }
    assert {name: value for name, value in seen.items() if name not in of_folder} == {
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LC_TIME": "de_DE.UTF-8",
        "LANG": "C.UTF-8",
        "PATH": os.defpath,
    }
    assert files == []


@each_row(
    ("terminal", "command", "sentence"),
    [
        (None, None, "The app needs a terminal: use ssh -t."),
        ("bad\x1b]0;term", None, "The app needs a terminal: use ssh -t."),
        ("xterm", "sh -c id", "There is only the app here: use ssh without a command."),
        (None, "scp -t /", "There is only the app here: use ssh without a command."),
    ],
)
async def test_without_a_terminal_or_with_a_command_a_sentence_is_all(
    server: Server, terminal: str | None, command: str | None, sentence: str
) -> None:
    async with server.connected() as connection:
        process = await connection.create_process(command, term_type=terminal)
        done = await process.wait()
    assert (done.stdout, done.stderr) == ("", f"{sentence}\r\n")
    assert done.exit_status == 1


async def test_nothing_else_that_ssh_can_do_is_there(server: Server, tmp_path: Path) -> None:
    async with server.connected() as connection:
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.start_sftp_client()
    async with server.connected() as connection:
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_connection("127.0.0.1", server.port)
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_unix_connection(str(tmp_path / "x"))
        with pytest.raises(asyncssh.ChannelListenError):
            await connection.forward_remote_port("127.0.0.1", 0, "127.0.0.1", 1)
        with pytest.raises(asyncssh.ChannelListenError):
            await connection.forward_remote_path(str(tmp_path / "y"), str(tmp_path / "z"))
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_tun(0)
    async with server.connected() as connection:
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.create_process(
                term_type="xterm", x11_forwarding=True, x11_auth_path=str(tmp_path / "auth")
            )
    async with server.visited() as guest:
        assert "SSH_AUTH_SOCK" not in json.loads(await guest.ask("environment"))
        # one session is what a connection gets
        with pytest.raises(asyncssh.ChannelOpenError):
            await guest.process.get_extra_info("connection").create_process(term_type="xterm")


async def test_who_tells_without_end_is_cut_off(server: Server) -> None:
    async with server.connected() as connection:
        endless = {f"LC_{number}": "x" * 1_000 for number in range(400)}
        with pytest.raises((asyncssh.Error, OSError)):
            await connection.create_process(term_type="xterm", env=endless)
    async with server.visited():
        pass


async def test_nothing_is_unpacked_that_a_client_packed_for_it_may_grow_a_thousandfold(
    server: Server,
) -> None:
    async with server.connected() as connection:
        # asked for by the client of these tests, as by ssh -C
        assert connection.get_extra_info("recv_compression") == "none"
        assert connection.get_extra_info("send_compression") == "none"


async def test_who_tells_without_end_beside_what_is_typed_is_cut_off(server: Server) -> None:
    async with server.visited() as guest:
        connection = guest.process.get_extra_info("connection")
        for _ in range(2 * MOST_BESIDE_BYTES // 30_000):
            connection.send_debug("x" * 30_000)
        await asyncio.wait_for(connection.wait_closed(), WAIT_S)
    async with server.visited():
        pass


async def test_what_a_client_tells_of_its_language_never_ends_the_apps_of_others(
    server: Server,
) -> None:
    letters = map("".join, product("ABCDEFGHIJ", repeat=3))
    telling = {f"LC_{name}": "x" * 60 for name in letters}
    async with server.visited() as other:
        async with server.visited(env=telling) as guest:
            assert not telling.keys() & json.loads(await guest.ask("environment")).keys()
        assert await other.ask("size") == "90 30"


@needs_openssh
@each_row(
    ("words", "sentence"),
    [
        (["-T", "HOST"], "The app needs a terminal: use ssh -t."),
        (["HOST", "id"], "There is only the app here: use ssh without a command."),
        (["-tt", "HOST", "sh -i"], "There is only the app here: use ssh without a command."),
        (["-s", "HOST", "sftp"], "subsystem request failed"),
        (["-W", "127.0.0.1:PORT", "HOST"], "stdio forwarding failed"),
        (["-R", "0:127.0.0.1:PORT", "-N", "HOST"], "remote port forwarding failed"),
        (["-R", "127.0.0.1:0", "-N", "HOST"], "remote port forwarding failed"),
    ],
)
def test_openssh_gets_a_sentence_for_what_is_not_there(
    server: Server, tmp_path: Path, words: Sequence[str], sentence: str
) -> None:
    ran = subprocess.run(
        openssh(server, tmp_path, *words, "-oExitOnForwardFailure=yes"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
    )
    assert ran.returncode in (1, 255)
    assert sentence in ran.stderr
    assert ran.stdout == ""


@needs_openssh
@each_row("way", ["-L", "-D"])
def test_what_openssh_would_forward_ends_at_once(server: Server, tmp_path: Path, way: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    local = f"127.0.0.1:{port}"
    words = [way, f"{local}:127.0.0.1:PORT" if way == "-L" else local, "-N", "HOST"]
    with running(openssh(server, tmp_path, *words)), connected_to(port) as forwarded:
        if way == "-D":
            forwarded.sendall(b"\5\1\0")
            assert forwarded.recv(2) == b"\5\0"
            forwarded.sendall(b"\5\1\0\1\x7f\0\0\1" + server.port.to_bytes(2))
        assert forwarded.recv(100) == b""


@needs_openssh
def test_no_agent_and_no_display_of_openssh_are_there(server: Server, tmp_path: Path) -> None:
    place = str(tmp_path / "agent")
    with socket.socket(socket.AF_UNIX) as agent:
        agent.bind(place)
        agent.listen()
        words = ("-tt", f"-oForwardAgent={place}", "-Y", "HOST")
        with subprocess.Popen(
            openssh(server, tmp_path, *words),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={"PATH": os.defpath, "TERM": "xterm", "DISPLAY": "127.0.0.1:9"},
        ) as process:
            assert process.stdin is not None
            process.stdin.write("environment\nend 0\n")
            process.stdin.flush()
            # typing has no end before that
            assert process.wait(WAIT_S) == 0
            said, warned = process.communicate()
    assert "X11 forwarding request failed" in warned
    (told,) = (line for line in said.splitlines() if line.startswith("{"))
    environment = json.loads(told)
    assert environment["TERM"] == "xterm"
    assert not environment.keys() & {"SSH_AUTH_SOCK", "DISPLAY", "XAUTHORITY"}


def openssh(server: Server, folder: Path, *words: str) -> Sequence[str]:
    """Return the command with options of its own alone, and HOST and PORT of the server."""
    told: Mapping[str, str] = {"HOST": "visitor@127.0.0.1", "PORT": str(server.port)}
    known = f"-oUserKnownHostsFile={folder / 'known'}"
    # no agent of who runs the tests: keys that are tried first may be too many
    plain = ["-F", "none", "-oStrictHostKeyChecking=accept-new", "-oIdentitiesOnly=yes", known]
    options = ["-p", told["PORT"], *(each for each in words if each.startswith("-o"))]
    rest = [each for each in words if not each.startswith("-o")]
    for name, value in told.items():
        rest = [each.replace(name, value) for each in rest]
    return ["ssh", *plain, *options, *rest]


@contextmanager
def running(command: Sequence[str]) -> Iterator[None]:
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        # a polite signal just before it waits for its sockets is seen with the next packet
        process.kill()
        process.wait(WAIT_S)


def connected_to(port: int) -> socket.socket:
    """Return a connection to what will listen at a port of this machine."""
    ends_at = time.monotonic() + WAIT_S
    while True:
        try:
            connection = socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            assert time.monotonic() < ends_at, "nothing listens"
            time.sleep(0.02)
        else:
            connection.settimeout(WAIT_S)
            return connection
