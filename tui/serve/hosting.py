"""Hosting of the app: the server with its key, its access and its folders, until a signal."""

from __future__ import annotations

import asyncio
import hashlib
import signal
import socket
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.errors import BadInput, RunnelError
from tui.private_files import make_folder
from tui.serve.limits import Admission, Limits

if TYPE_CHECKING:
    from tui.serve.address import Address
    from tui.serve.fork_server import ForkServer
    from tui.serve.server import AccessPolicy, SshServer
    from tui.serve.visit import ServerContext, Visitor

VISITORS_FOLDER = "visitors"
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_FORK_SERVER_GONE = 0


def host(
    fork_server: ForkServer,
    where: Address,
    limits: Limits,
    known_keys: str,
    lets_guests: bool,
    folder: Path,
    tell: Callable[[str], None],
) -> None:
    """Let visitors in at an address until Ctrl+C or a request to end.

    `known_keys` are those of an authorized_keys file, empty for none. The key of the server and
    what visitors with a key leave behind are kept in `folder`. `tell` takes sentences.

    Raises:
        BadInput: the keys, the key of the server or the address cannot be used.
        KeyboardInterrupt: it was Ctrl+C.
        RunnelError: no app can be started.
    """
    # after the fork: its libraries and its keys are in no child
    from tui.serve.address import Address, listening_at
    from tui.serve.host_key import host_key
    from tui.serve.server import SshServer

    context = _context(fork_server, limits, folder, tell)
    access = _access_policy(known_keys, lets_guests=lets_guests)
    key = host_key(folder)
    server = SshServer(context, access, key)
    with listening_at(where) as listening:
        try:
            fork_server.wait_ready()
        except EOFError:
            raise RunnelError("The process that starts the apps ended at once.") from None
        at = Address(*listening.getsockname()[:2])
        tell(f"Listening: {at.ssh_words} (Ctrl+C ends it)")
        tell(f"Host key:  {key.get_fingerprint()}")
        _run(server, listening, fork_server, context.log)


def _context(
    fork_server: ForkServer, limits: Limits, folder: Path, tell: Callable[[str], None]
) -> ServerContext:
    from tui.serve.visit import ServerContext

    def log(sentence: str) -> None:
        tell(f"{datetime.now().astimezone():%H:%M:%S} {sentence}")

    def folder_of(visitor: Visitor) -> Path | None:
        return kept_folder(folder / VISITORS_FOLDER, visitor.fingerprint)

    return ServerContext(fork_server, limits, Admission(limits, time.monotonic), folder_of, log)


def _access_policy(known_keys: str, *, lets_guests: bool) -> AccessPolicy:
    import asyncssh

    from tui.serve.server import AccessPolicy

    try:
        keys = asyncssh.import_authorized_keys(known_keys) if known_keys else None
    except ValueError:
        raise BadInput("The file of public keys holds something that is none.") from None
    return AccessPolicy(keys, lets_guests)


def kept_folder(root: Path, fingerprint: str) -> Path | None:
    """Return the folder of the visitor with a key, made if there is none; `None` for a guest."""
    if not fingerprint:
        return None
    folder = root / hashlib.sha256(fingerprint.encode()).hexdigest()[:32]
    make_folder(folder)
    return folder


def _told_failure(context: Mapping[str, Any]) -> str:
    """Return a sentence about what nobody thought of, without words that a client may choose."""
    error = context.get("exception")
    kind = type(error).__name__ if error is not None else "no error"
    return f"Something failed in a connection ({kind}); the others go on."


def _run(
    server: SshServer, listening: socket.socket, fork_server: ForkServer, log: Callable[[str], None]
) -> None:
    ended_by: list[int] = []

    async def until_a_signal() -> None:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()

        def end(number: int) -> None:
            loop.remove_reader(fork_server.end_file_number)
            ended_by.append(number)
            stop.set()

        for number in _ENDING:
            loop.add_signal_handler(number, end, number)
        loop.set_exception_handler(lambda _, context: log(_told_failure(context)))
        loop.add_reader(fork_server.end_file_number, end, _FORK_SERVER_GONE)
        await server.serve(listening, stop)

    asyncio.run(until_a_signal())
    if signal.SIGINT in ended_by:
        raise KeyboardInterrupt
    if _FORK_SERVER_GONE in ended_by:
        raise RunnelError("The process that starts the apps has ended, and all of them with it.")
