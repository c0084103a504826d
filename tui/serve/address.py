"""Address to listen at: HOST:PORT as it is typed, and whether others can reach it."""

from __future__ import annotations

import re
import socket
from ipaddress import ip_address

from msgspec import Struct

from tui.errors import BadInput
from tui.safe_text import clean_line

DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 2222
_LAST_PORT = 65_535
_FORM = re.compile(r"(?:\[(?P<v6>[^\]]*)\]|(?P<host>[^:\[\]]*))(?::(?P<port>\d{1,5}))?")
_WAITING = 128


class Address(Struct, frozen=True):
    host: str
    """A number, not a name."""
    port: int
    """0 for any that is free."""

    @property
    def is_loopback(self) -> bool:
        return ip_address(self.host.partition("%")[0]).is_loopback

    @property
    def ssh_words(self) -> str:
        """The command that leads here; of all addresses of a machine none can be named."""
        if ip_address(self.host.partition("%")[0]).is_unspecified:
            return f"ssh -p {self.port} HOST, HOST being a name or address of this machine"
        return f"ssh -p {self.port} {self.host}"

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parsed(text: str) -> Address:
    """Return the address that HOST, HOST:PORT, [HOST]:PORT or :PORT tells, a name looked up.

    Raises:
        BadInput: it is none, or there is no such host.
    """
    found = _FORM.fullmatch(text)
    port = int(found["port"] or DEFAULT_PORT) if found is not None else _LAST_PORT + 1
    if found is None or port > _LAST_PORT:
        raise BadInput(
            f"{clean_line(text)!r} is no address to listen at.",
            hint=f"Write HOST:PORT, such as {DEFAULT_HOST}:{DEFAULT_PORT} or [::1]:{DEFAULT_PORT}.",
        )
    host = found["v6"] or found["host"] or DEFAULT_HOST
    # by number, so that what was found to be loopback is what is listened at
    try:
        looked_up = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise BadInput(
            f"There is no host {clean_line(host)!r}.",
            hint="The host must be an address of this machine, such as 127.0.0.1.",
        ) from None
    return Address(str(looked_up[0][4][0]), port)


def listening_at(address: Address) -> socket.socket:
    """Return a socket that listens and does not wait.

    Raises:
        BadInput: the address cannot be used.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address.host, address.port))
        listening.listen(_WAITING)
        listening.setblocking(False)
    except OSError as error:
        listening.close()
        why = clean_line(error.strerror or "unknown reason")
        raise BadInput(
            f"Cannot listen at {address} ({why}).",
            hint="Another port may be free; the host must be an address of this machine.",
        ) from error
    return listening
