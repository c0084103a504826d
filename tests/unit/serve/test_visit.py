from __future__ import annotations

import asyncio
import os
import socket
import struct
from pathlib import Path
from typing import cast

from tests.waiting import until
from tui.serve.fork_server import ForkServer, Start, VisitorProcess
from tui.serve.limits import Admission, Limits
from tui.serve.visit import ServerContext, Visit, Visitor
from tui.serve.visit_end import Channel


class Apps:
    """Writes words to the terminal that an app would get."""

    def __init__(self) -> None:
        self.news: list[socket.socket] = []

    def begin(self, start: Start, side: int) -> VisitorProcess:
        os.write(side, b"hello")
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        self.news.append(theirs)
        return VisitorProcess(ours)

    def end(self) -> None:
        for each in self.news:
            each.send(struct.pack("i", 0))
            each.close()


class Client:
    """A channel whose client takes note of what it is shown."""

    def __init__(self) -> None:
        self.shown = b""
        self.status: int | None = None

    def write(self, data: bytes, datatype: int | None = None) -> None:
        self.shown += data

    def exit(self, status: int) -> None:
        self.status = status

    def get_extra_info(self, name: str) -> tuple[str, int]:
        return "127.0.0.1", 22

    def get_environment(self) -> dict[str, str]:
        return {}

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


def asked_for(apps: Apps, client: Client) -> Visit:
    """A visit whose session is about to start."""
    limits = Limits()
    admission = Admission(limits, asyncio.get_running_loop().time)
    context = ServerContext(
        cast(ForkServer, apps), limits, admission, lambda _: Path("/unused"), lambda _: None
    )
    visit = Visit(context, Visitor("127.0.0.1", 5, ""), lambda: None, lambda _: None)
    visit.connection_made(cast(Channel, client))
    visit.pty_requested("xterm", (80, 24, 0, 0), {})
    visit.shell_requested()
    return visit


async def test_a_client_that_reads_nothing_before_the_app_begins_holds_it_up_too() -> None:
    apps, client = Apps(), Client()
    visit = asked_for(apps, client)
    visit.hold("reads nothing")
    visit.session_started()
    await until(lambda: bool(apps.news))
    for _ in range(200):
        await asyncio.sleep(0)
    assert client.shown == b""
    visit.release("reads nothing")
    await until(lambda: client.shown == b"hello")
    apps.end()
    await until(lambda: client.status == 0)
    assert visit.task is not None
    await visit.task


async def test_a_client_may_tell_that_each_piece_has_come_for_as_long_as_it_looks_on() -> None:
    apps, client = Apps(), Client()
    visit = asked_for(apps, client)
    visit.session_started()
    await until(lambda: client.shown == b"hello")
    # a message of SSH that grants a window anew has less
    answer_bytes = 60
    assert visit.due_bytes >= answer_bytes
    visit.data_received(b"typed", None)
    assert visit.due_bytes >= 2 * answer_bytes + len(b"typed")
    apps.end()
    await until(lambda: client.status == 0)
