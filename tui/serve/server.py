"""SSH server of the visits: connections, who is let in, and the end of all of them."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress

import asyncssh
from msgspec import Struct

from tui.serve.limits import Limits
from tui.serve.visit import ServerContext, Visit, Visitor
from tui.serve.visit_end import VisitEnd

LAST_WORDS_S = 2.0
"""So long a connection stays open after its visit, for the client to close it."""
MOST_BEFORE_BYTES, MOST_BESIDE_BYTES, MOST_BYTES = 262_144, 2_000_000, 32_000_000
"""So much a client may send before the app begins, then beside what it has reason to, and in all:
what it tells for an environment is kept, however often that is."""
_WINDOW_BYTES, _PACKET_BYTES = 65_536, 32_768
_KEEP_ALIVE_S, _KEEP_ALIVES = 15, 3
_AGAIN_S = 0.2
_REFUSALS_TOLD_S = 10.0
_UNREAD = "connection"


class AccessPolicy(Struct, frozen=True):
    """Who is let in."""

    keys: asyncssh.SSHAuthorizedKeys | None
    """These; `None` for none."""
    lets_guests: bool
    """Anybody else too."""


class VisitorConnection(asyncssh.SSHServerConnection):
    """A connection that takes nothing more while its client reads nothing.

    asyncssh itself writes on: what a client has granted, and an answer to each of its requests.
    """

    visit: Visit | None = None
    sent_bytes = 0
    """By the client."""
    has_begun = False
    transport: asyncio.Transport | None = None
    _is_full = False
    """What was written to the client lies here, and it reads nothing."""

    def show(self, visit: Visit) -> None:
        """Have a visit go on over this connection, at its pace."""
        self.visit = visit
        if self._is_full:
            visit.hold(_UNREAD)

    def data_received(self, data: bytes, datatype: asyncssh.DataType = None) -> None:
        self.sent_bytes += len(data)
        due_bytes = 0 if self.visit is None else self.visit.due_bytes
        most = MOST_BESIDE_BYTES if self.has_begun else MOST_BEFORE_BYTES
        if self.sent_bytes > MOST_BYTES or self.sent_bytes - due_bytes > most:
            self.abort()
            return
        super().data_received(data, datatype)

    def pause_writing(self) -> None:
        self._is_full = True
        if self.transport is not None:
            self.transport.pause_reading()
        if self.visit is not None:
            self.visit.hold(_UNREAD)

    def resume_writing(self) -> None:
        self._is_full = False
        if self.transport is not None and not self.transport.is_closing():
            self.transport.resume_reading()
        if self.visit is not None:
            self.visit.release(_UNREAD)


class _ClientHandler(asyncssh.SSHServer):
    """Signs one client in, and gives it one session. Whatever else it asks for is refused."""

    def __init__(self, context: ServerContext, access: AccessPolicy, visits: set[Visit]) -> None:
        self._context = context
        self._access = access
        self._visits = visits
        self._fingerprint = ""
        self._connection: VisitorConnection | None = None
        self._address, self._port = "", 0
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        assert isinstance(conn, VisitorConnection)
        self._connection = conn
        self._address, self._port = conn.get_extra_info("peername")[:2]
        # asyncssh's own ends with the sign-in
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(self._context.limits.login_s, conn.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._in_time()
        self._context.admission.disconnect()
        self._connection = None

    def begin_auth(self, username: str) -> bool:
        return self._access.keys is not None or not self._access.lets_guests

    def public_key_auth_supported(self) -> bool:
        return self._access.keys is not None

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        keys = self._access.keys
        is_known = keys is not None and keys.validate(key, "", self._address) is not None
        # of the key asked about last: with that one the client signs in, or with none
        self._fingerprint = key.get_fingerprint() if is_known else ""
        return is_known

    def kbdint_auth_supported(self) -> bool:
        # a question without a question: how a client gets in that has none of the keys
        return self._access.lets_guests

    def get_kbdint_challenge(
        self, username: str, lang: str, submethods: str
    ) -> tuple[str, str, str, list[tuple[str, bool]]]:
        return "", "", "", []

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool:
        self._fingerprint = ""
        return self._access.lets_guests

    def session_requested(self) -> Visit | bool:
        connection = self._connection
        if connection is None or connection.visit is not None:
            return False
        visitor = Visitor(self._address, self._port, self._fingerprint)
        visit = Visit(self._context, visitor, self._begin, self._end)
        connection.show(visit)
        self._visits.add(visit)
        return visit

    def _in_time(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()

    def _begin(self) -> None:
        self._in_time()
        if self._connection is not None:
            self._connection.has_begun = True

    def _end(self, visit: Visit) -> None:
        self._visits.discard(visit)
        if (connection := self._connection) is not None:
            asyncio.get_running_loop().call_later(LAST_WORDS_S, connection.abort)


class SshServer:
    """Lets visitors in at sockets that listen, until it is stopped."""

    def __init__(
        self, context: ServerContext, access: AccessPolicy, host_key: asyncssh.SSHKey
    ) -> None:
        self._context = context
        self._visits: set[Visit] = set()
        self._options = _options(
            lambda: _ClientHandler(context, access, self._visits), host_key, context.limits
        )

    async def serve(self, listening: socket.socket, stop: asyncio.Event) -> None:
        """Let visitors in until `stop` is set, then tell those who are there, and end."""
        tasks = [
            asyncio.create_task(self._accept(listening)),
            asyncio.create_task(self._tell_refusals()),
        ]
        try:
            await stop.wait()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            listening.close()
            await self._end_all()

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                accepted, address = await loop.sock_accept(listening)
            except OSError:
                # out of file numbers: somebody has to leave first
                await asyncio.sleep(_AGAIN_S)
                continue
            if not self._context.admission.connect(address[0]):
                accepted.close()
                continue
            try:
                await self._open(accepted)
            except OSError:
                accepted.close()
                self._context.admission.disconnect()

    async def _open(self, accepted: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        transport, connection = await loop.connect_accepted_socket(
            lambda: VisitorConnection(loop, self._options), accepted
        )
        connection.transport = transport

    async def _tell_refusals(self) -> None:
        """Say how many were refused, and not more often than anybody reads."""
        told = 0
        while True:
            await asyncio.sleep(_REFUSALS_TOLD_S)
            refused = self._context.admission.refused
            if refused > told:
                self._context.log(f"Refused {refused - told} connections: too many, or too often.")
                told = refused

    async def _end_all(self) -> None:
        tasks = [each.task for each in self._visits if each.task is not None]
        for visit in list(self._visits):
            visit.end(VisitEnd.STOPPED)
        if tasks:
            await asyncio.wait(tasks, timeout=3 * self._context.limits.grace_s)
        # the last words are on their way
        await asyncio.sleep(0)


def _options(
    gate: Callable[[], asyncssh.SSHServer], host_key: asyncssh.SSHKey, limits: Limits
) -> asyncssh.SSHServerConnectionOptions:
    """Return how asyncssh serves: one session for the app, and nothing else that SSH can do."""
    logger = logging.getLogger("asyncssh")
    # what it says of clients is theirs to choose
    logger.propagate = False
    with suppress(ValueError):
        asyncssh.set_log_level(logging.CRITICAL)
    return asyncssh.SSHServerConnectionOptions(
        server_factory=gate,
        server_host_keys=[host_key],
        server_version="Runnel",
        encoding=None,
        line_editor=False,
        allow_pty=True,
        allow_scp=False,
        x11_forwarding=False,
        agent_forwarding=False,
        password_auth=False,
        # what is sent packed could be a thousand times as much, and is unpacked whole
        compression_algs=["none"],
        gss_host=None,
        login_timeout=limits.login_s,
        keepalive_interval=_KEEP_ALIVE_S,
        keepalive_count_max=_KEEP_ALIVES,
        window=_WINDOW_BYTES,
        max_pktsize=_PACKET_BYTES,
    )
