"""Connection to the address of a host that answers first (happy eyeballs).

asyncio can do so too, but makes one sentence of several failures: of which kind each was is lost.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from ipaddress import ip_address
from itertools import chain, zip_longest
from typing import TypeVar

NEXT_AFTER_S = 0.25
"""So long an address is waited for before the next one is tried beside it.

Source: RFC 8305, section 5 (Connection Attempt Delay)
"""

P = TypeVar("P", bound=asyncio.Protocol)
Made = tuple[asyncio.Transport, P]


async def connected(
    protocol: Callable[[], P], host: str, port: int, local_address: str | None
) -> P:
    """Return the protocol of a connection to `host`.

    Raises:
        OSError: the host has no address, or its only one does not answer.
        ExceptionGroup: none of them does; it holds what is wrong with each.
    """
    loop = asyncio.get_running_loop()
    local = None if local_address is None else (local_address, 0)

    async def attempt(address: str) -> Made[P]:
        return await loop.create_connection(protocol, address, port, local_addr=local)

    addresses = await _addresses(host, port)
    if len(addresses) == 1:
        _, made = await attempt(addresses[0])
    else:
        _, made = await first_made(attempt, addresses)
    return made


async def _addresses(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host, each once, those of IPv4 and IPv6 by turns."""
    with suppress(ValueError):
        ip_address(host)
        return [host]
    # as bytes, or Python imports what writes names of other letters, of which there are none
    name, loop = host.encode("ascii"), asyncio.get_running_loop()
    infos = await loop.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    if not infos:
        raise OSError(f"no address for {host}")
    # the first one is the one that the system would take
    of_first, others = (
        [str(address[0]) for family, *_, address in infos if (family == infos[0][0]) is wanted]
        for wanted in (True, False)
    )
    return [*dict.fromkeys(filter(None, chain.from_iterable(zip_longest(of_first, others))))]


async def first_made(
    attempt: Callable[[str], Awaitable[Made[P]]], addresses: Sequence[str]
) -> Made[P]:
    """Return what the first `attempt` made that came to something, and end all others.

    Raises:
        ExceptionGroup: none did.
    """
    left, pending = deque(addresses), set[asyncio.Future[Made[P]]]()
    errors: list[Exception] = []
    made: list[Made[P]] = []
    try:
        while (left or pending) and not made:
            if left:
                pending.add(asyncio.ensure_future(attempt(left.popleft())))
            done, pending = await asyncio.wait(
                pending,
                timeout=NEXT_AFTER_S if left else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for each in done:
                try:
                    made.append(each.result())
                except OSError as error:
                    errors.append(error)
    finally:
        for each in pending:
            each.cancel()
        late = await asyncio.gather(*pending, return_exceptions=True)
        for other in (*made[1:], *(each for each in late if isinstance(each, tuple))):
            other[0].abort()
    if not made:
        raise ExceptionGroup("no address answers", errors)
    return made[0]
