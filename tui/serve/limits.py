"""Limits of the visits: how many, how often, how long, how large."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from msgspec import Struct

MAX_ADDRESSES = 4_096
"""So many are known by how often they came; who has not come for longest is forgotten."""


class Limits(Struct, frozen=True):
    visitors: int = 50
    visitors_per_address: int = 10
    connections_per_minute: int = 30
    """From one address."""
    login_s: float = 20.0
    """From the connection to the app; so long a banner, a key exchange and a sign-in may take."""
    idle_s: float = 900.0
    """Without a key."""
    total_s: float = 7_200.0
    memory_bytes: int = 512_000_000
    """Of one visitor's app."""
    niceness: int = 5
    grace_s: float = 3.0
    """From a polite request to end to one that nobody can ignore."""

    @property
    def connections(self) -> int:
        """How many may be open, with those of who is not signed in yet."""
        return 2 * self.visitors


def network_of(address: str) -> str:
    """Return what counts as one address: of IPv6 the part that one customer gets."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Address(int(parsed) >> 64 << 64))


class Admission:
    """Lets connections in as far as the limits go. `now` tells seconds that only grow."""

    def __init__(self, limits: Limits, now: Callable[[], float]) -> None:
        self._limits = limits
        self._now = now
        self._allowances: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """Network -> how many connections it may still make, and when that was so."""
        self._connections = 0
        self._visits: Counter[str] = Counter()
        self.refused = 0
        """Connections that were not let in."""

    def connect(self, address: str) -> bool:
        """Let a connection in, or not; one that was is given back with `disconnect`."""
        is_let_in = self._takes_allowance(network_of(address)) and (
            self._connections < self._limits.connections
        )
        self._connections += is_let_in
        self.refused += not is_let_in
        return is_let_in

    def disconnect(self) -> None:
        self._connections -= 1

    def enter(self, address: str) -> str:
        """Let a visitor in; else return why not. `leave` gives the place back."""
        network = network_of(address)
        if self._visits[network] >= self._limits.visitors_per_address:
            return "There are too many visitors from your address already."
        if self._visits.total() >= self._limits.visitors:
            return "There are too many visitors already: please come again later."
        self._visits[network] += 1
        return ""

    @property
    def visitors(self) -> int:
        """How many are in."""
        return self._visits.total()

    def leave(self, address: str) -> None:
        network = network_of(address)
        self._visits[network] -= 1
        if self._visits[network] <= 0:
            del self._visits[network]

    def _takes_allowance(self, network: str) -> bool:
        most = float(self._limits.connections_per_minute)
        left, noted_at = self._allowances.pop(network, (most, self._now()))
        left = min(most, left + (self._now() - noted_at) * most / 60)
        self._allowances[network] = (left - 1 if left >= 1 else left, self._now())
        if len(self._allowances) > MAX_ADDRESSES:
            self._allowances.popitem(last=False)
        return left >= 1
