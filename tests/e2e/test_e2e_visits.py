"""Visits: how each begins and ends, and what bounds it."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing
from functools import partial
from pathlib import Path

import asyncssh
import pytest

from tests.e2e.visits import (
    Guest,
    Server,
    Servers,
    frozen,
    has_ended,
    has_got_stuck,
    is_alive,
    is_as_wanted,
    memory_bytes,
    private,
    until,
    wait_closed,
)
from tests.tables import each_row
from tui.ui.terminal.modes import OFF

KEY = asyncssh.generate_private_key("ssh-ed25519")
STRANGER = asyncssh.generate_private_key("ssh-ed25519")
PUBLIC = KEY.export_public_key().decode()
MEMORY_BYTES = 200_000_000


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with closing(Servers(tmp_path_factory.mktemp("served"))) as made:
        yield made


@pytest.fixture(scope="module")
def server(servers: Servers) -> Server:
    return servers.start(
        keys=PUBLIC,
        limits={
            # an app may still be leaving when the next test has its own
            "visitors_per_address": 50,
            "connections_per_minute": 1_000,
            "memory_bytes": MEMORY_BYTES,
            "niceness": 3,
        },
    )


async def test_a_visit_has_a_process_a_session_and_a_terminal_of_its_own(server: Server) -> None:
    async with server.visited() as guest:
        pid, session, group, niceness = map(int, (await guest.ask("place")).split())
        assert pid == session == group
        assert niceness - os.nice(0) == 3
        assert pid in server.children()
        assert await guest.ask("size") == "90 30"
        guest.process.change_terminal_size(70, 20)
        assert await guest.ask("size") == "70 20"
        # what is absurd is not drawn
        guest.process.change_terminal_size(65_535, 65_535)
        assert await guest.ask("size") == "500 200"
        assert int(await guest.ask("memory")) == MEMORY_BYTES
        assert await guest.ask(f"eat {2 * MEMORY_BYTES}") == "too much"
        guest.process.stdin.write(b"end 3\n")
        _, status = await guest.rest()
        assert status == 3
    await until(lambda: not is_alive(pid))
    await until(lambda: "A guest from 127.0.0.1 left after" in server.log)


async def test_the_log_tells_of_coming_and_going_and_of_nothing_that_is_said(
    servers: Servers,
) -> None:
    server = servers.start(limits={"visitors": 7})
    async with server.visited(env={"LANG": "en_SECRET"}) as guest:
        await until(lambda: "A guest from 127.0.0.1 came in: 1 of 7." in server.log)
        await guest.ask("leave secret")
        async with server.connected() as connection:
            await (await connection.create_process("secret")).wait()
        guest.process.stdin.write(b"end 0\n")
        await guest.rest()
    await until(lambda: "left after" in server.log)
    came, sent_away, went = server.log.splitlines()[2:]
    who = r"\d\d:\d\d:\d\d A guest from 127.0.0.1"
    assert re.fullmatch(rf"{who} came in: 1 of 7\.", came)
    assert re.fullmatch(rf"{who} was sent away: There is only the app here: .*", sent_away)
    assert re.fullmatch(rf"{who} left after \S+ \w+, \d+ B sent\.", went)
    assert "secret" not in server.log.lower()


async def test_a_guest_leaves_nothing_and_who_has_a_key_finds_it_again(server: Server) -> None:
    for key, is_kept in ((None, False), (STRANGER, False), (KEY, True)):
        async with server.visited(key) as guest:
            assert await guest.ask("leave mark") == "left"
            folder = Path((await guest.ask("files")).split()[0])
        await until(partial(is_as_wanted, folder, is_kept))
        async with server.visited(key) as guest:
            assert ("mark" in await guest.ask("files")) == is_kept
    assert private(folder)
    await until(lambda: f"{KEY.get_fingerprint()} from 127.0.0.1" in server.log)


async def test_only_the_keys_get_in_where_guests_do_not(servers: Servers) -> None:
    server = servers.start(keys=PUBLIC, guests=False)
    for key in (None, STRANGER):
        with pytest.raises(asyncssh.PermissionDenied):
            async with server.connected(key):
                pass
    async with server.visited(KEY):
        pass
    # asked about, and not what it signs in with
    assert (server.folder / "ssh-host-key").stat().st_mode & 0o777 == 0o600


async def test_what_is_typed_at_once_arrives(server: Server) -> None:
    async with server.connected() as connection:
        process = await connection.create_process(term_type="xterm", encoding=None)
        process.stdin.write(b"size\nend 4\n")
        said, status = await Guest(process).rest()
        assert "80 24" in said
        assert status == 4


async def test_a_key_that_is_only_asked_about_opens_no_folder(server: Server) -> None:
    async with server.visited(KEY) as owner:
        own = (await owner.ask("files")).split()[0]
    # the server is shown the key, and a signature by another one
    (forged,) = asyncssh.load_keypairs(STRANGER)
    forged.public_data = KEY.public_data
    async with server.visited(forged) as guest:
        assert (await guest.ask("files")).split()[0] != own


async def test_who_can_be_given_no_app_is_told_so_and_others_notice_nothing(
    servers: Servers,
) -> None:
    server = servers.start(keys=PUBLIC)
    async with server.visited() as other:
        folder = Path((await other.ask("files")).split()[0])
        hidden = folder.parent.rename(folder.parent.with_suffix(".hidden"))
        async with server.connected() as connection:
            process = await connection.create_process(term_type="xterm", encoding=None)
            said, status = await Guest(process).rest()
        assert (said, status) == ("No more visitors can be let in. Come again later.\r\n", 1)
        assert await other.ask("size") == "90 30"
        hidden.rename(folder.parent)
        async with server.visited():
            pass


async def test_who_signs_in_and_opens_nothing_is_sent_away(servers: Servers) -> None:
    server = servers.start(limits={"login_s": 1.0})
    async with server.connected() as connection:
        async with asyncio.timeout(10):
            await connection.wait_closed()


async def test_a_crash_is_told_in_a_sentence_and_others_notice_nothing(server: Server) -> None:
    for way in ("crash", "fail"):
        async with server.visited() as other, server.visited() as guest:
            guest.process.stdin.write(f"{way}\n".encode())
            said, status = await guest.rest()
            assert "Lookup" not in said
            assert said.endswith(
                "The app ended unexpectedly. Nothing else is affected: come again.\r\n"
            )
            assert status == 1
            assert await other.ask("size") == "90 30"
    await until(lambda: "A guest from 127.0.0.1 crashed after" in server.log)


async def test_the_client_that_is_gone_takes_its_app_along_deaf_or_not(server: Server) -> None:
    for command, answer in (("sleep", "asleep"), ("deaf", "what?")):
        async with server.visited() as guest:
            pid = int((await guest.ask("place")).split()[0])
            assert await guest.ask(command) == answer
            guest.process.get_extra_info("connection").abort()
        await until(partial(has_ended, pid))
    await until(lambda: "A guest from 127.0.0.1 was cut off after" in server.log)


async def test_the_end_of_typing_ends_the_visit_at_once(server: Server) -> None:
    async with server.visited() as guest:
        pid = int((await guest.ask("place")).split()[0])
        guest.process.stdin.write_eof()
        said, status = await guest.rest()
        assert said.endswith(OFF)
        assert status == 1
    await until(partial(has_ended, pid))


async def test_who_leaves_before_the_app_is_begun_takes_nobody_along(servers: Servers) -> None:
    server = servers.start()
    async with server.visited() as other:
        fork_server = server.fork_server
        # what is asked for and its end are there together when it goes on
        os.kill(fork_server, signal.SIGSTOP)
        async with server.connected() as connection:
            process = await connection.create_process(term_type="xterm", encoding=None)
            process.stdin.write_eof()
            _, status = await Guest(process).rest()
            assert status == 1
        os.kill(fork_server, signal.SIGCONT)
        async with server.visited():
            assert await other.ask("size") == "90 30"
        await until(lambda: len(server.children()) == 2)
        assert server.fork_server == fork_server


async def test_who_leaves_while_much_is_drawn_is_no_failure(server: Server) -> None:
    for _ in range(8):
        async with AsyncExitStack() as stack:
            guests = [await stack.enter_async_context(server.visited()) for _ in range(3)]
            for each in guests:
                each.process.stdin.write(b"flood\n")
                await each.until("x" * 4_000)
            guests[0].process.close()
            guests[1].process.get_extra_info("connection").abort()
            guests[2].process.get_extra_info("connection").close()
        await until(lambda: len(server.children()) == 1)
    assert "failed" not in server.log


async def test_a_visitor_that_reads_nothing_holds_up_its_own_app_alone(server: Server) -> None:
    async with server.visited() as other, frozen(server) as (connection, freeze):
        before = server.children()
        # it grants a gigabyte, and takes none of it
        process = await connection.create_process(
            term_type="xterm", encoding=None, window=1 << 30, max_pktsize=32_768
        )
        await process.stdout.readuntil(b"hello")
        (flooding,) = server.children() - before
        freeze.clear()
        process.stdin.write(b"flood\n")
        memory = memory_bytes(server.pid)
        await until(lambda: has_got_stuck(flooding))
        assert await other.ask("size") == "90 30"
        assert memory_bytes(server.pid) - memory < 8_000_000
        freeze.set()
        connection.abort()
    await until(lambda: not is_alive(flooding))


async def test_a_program_that_reads_nothing_holds_up_who_types(server: Server) -> None:
    async with server.visited() as guest:
        assert await guest.ask("sleep") == "asleep"
        memory = memory_bytes(server.pid)
        # in lines: a terminal drops what is too long for one
        guest.process.stdin.write(b"words\n" * 2_000_000)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(guest.process.stdin.drain(), 0.5)
        assert memory_bytes(server.pid) - memory < 8_000_000


async def test_so_many_visitors_and_no_more(servers: Servers) -> None:
    server = servers.start(limits={"visitors": 4, "visitors_per_address": 3})
    async with AsyncExitStack() as stack:
        for source in ("127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.2"):
            await stack.enter_async_context(server.visited(source=source))
        for source, why in (("127.0.0.1", "your address"), ("127.0.0.3", "visitors already")):
            async with server.connected(source=source) as connection:
                process = await connection.create_process(term_type="xterm")
                done = await process.wait()
                assert why in str(done.stderr)
                assert done.exit_status == 1


async def test_a_visit_ends_when_nobody_types_or_its_time_is_over(servers: Servers) -> None:
    for limit, sentence in (
        ({"idle_s": 0.3}, "You were idle for too long. Come again."),
        ({"total_s": 0.3}, "Your time is over. Come again."),
    ):
        server = servers.start(limits=limit)
        async with server.connected() as connection:
            # the app may have said nothing yet
            process = await connection.create_process(term_type="xterm", encoding=None)
            said, status = await Guest(process).rest()
            assert said.endswith(f"{sentence}\r\n")
            assert status == 1


async def test_floods_and_slow_banners_cost_nobody_else_a_visit(servers: Servers) -> None:
    server = servers.start(limits={"connections_per_minute": 20, "login_s": 3.0})
    slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(200)]
    for each in slow:
        # some are closed already
        each.settimeout(5)
    async with server.visited(source="127.0.0.2"):
        pass
    await asyncio.to_thread(wait_closed, slow)
    for each in slow:
        each.close()


async def test_a_stop_tells_the_visitors_and_ends_every_app(servers: Servers) -> None:
    server = servers.start()
    async with server.visited() as one, server.visited() as deaf:
        assert await deaf.ask("deaf") == "what?"
        children = server.children()
        assert len(children) == 3
        server.send_signal(signal.SIGTERM)
        for guest in (one, deaf):
            said, status = await guest.rest()
            assert said.endswith("The server is being stopped. Come again later.\r\n")
            assert status == 1
    await until(lambda: not any(map(is_alive, {server.pid, *children})))


@each_row("killed", ["the server", "what starts the apps"])
async def test_a_kill_leaves_no_app_and_no_folder(servers: Servers, killed: str) -> None:
    server = servers.start()
    async with server.visited() as one, server.visited() as deaf:
        folder = Path((await one.ask("files")).split()[0])
        assert await deaf.ask("deaf") == "what?"
        children = server.children()
        os.kill(server.pid if killed == "the server" else server.fork_server, signal.SIGKILL)
        await until(lambda: not any(map(is_alive, {server.pid, *children})))
    await until(lambda: not folder.parent.exists())
