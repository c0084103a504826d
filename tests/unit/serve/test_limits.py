from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.tables import each_row
from tui.serve.limits import MAX_ADDRESSES, Admission, Limits, network_of


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@each_row(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("something else", "something else"),
    ],
)
def test_an_address_counts_with_those_that_one_customer_has(address: str, network: str) -> None:
    assert network_of(address) == network


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 30), st.booleans()), max_size=60),
    st.integers(1, 5),
)
def test_no_address_ever_gets_in_more_often_than_its_rate(
    events: list[tuple[str, float, bool]], rate: int
) -> None:
    clock = Clock()
    limits = Limits(connections_per_minute=rate, visitors=3)
    admission = Admission(limits, clock)
    let_in: dict[str, list[float]] = {}
    is_open = 0
    for address, pause_s, leaves in events:
        clock.now_s += pause_s
        if admission.connect(address):
            let_in.setdefault(address, []).append(clock.now_s)
            is_open += 1
        assert is_open <= limits.connections
        if leaves and is_open:
            admission.disconnect()
            is_open -= 1
    for times in let_in.values():
        for first, at_s in enumerate(times):
            # what is saved up, and what comes in the meantime
            within = [each for each in times[first:] if each <= at_s + 60]
            assert len(within) <= 2 * rate


def test_who_never_came_is_let_in_and_who_came_too_often_again_after_a_while() -> None:
    clock = Clock()
    admission = Admission(Limits(connections_per_minute=2), clock)
    assert [admission.connect("a") for _ in range(3)] == [True, True, False]
    assert admission.connect("b")
    assert admission.refused == 1
    clock.now_s = 30
    assert [admission.connect("a") for _ in range(2)] == [True, False]


def test_a_flood_of_addresses_is_forgotten_from_the_oldest_on() -> None:
    clock = Clock()
    admission = Admission(Limits(connections_per_minute=1, visitors=10_000), clock)
    assert admission.connect("first")
    assert not admission.connect("first")
    for number in range(MAX_ADDRESSES):
        admission.connect(str(number))
    assert admission.connect("first")


def test_places_are_given_back() -> None:
    admission = Admission(Limits(visitors=2, visitors_per_address=1), Clock())
    assert admission.enter("a") == ""
    assert "your address" in admission.enter("a")
    assert admission.enter("b") == ""
    assert "come again later" in admission.enter("c")
    admission.leave("a")
    assert admission.enter("c") == ""
