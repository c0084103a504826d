from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from tui.ui.terminal.hangup import on_interrupt


@pytest.fixture(autouse=True)
def interrupts() -> Iterator[None]:
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("before", [signal.SIG_IGN, signal.SIG_DFL, signal.default_int_handler])
async def test_what_heard_interrupts_before_does_so_again(before: signal.Handlers) -> None:
    signal.signal(signal.SIGINT, before)
    undo = on_interrupt(lambda: None)
    assert signal.getsignal(signal.SIGINT) is not before
    undo()
    assert signal.getsignal(signal.SIGINT) is before


async def test_where_that_was_not_set_in_python_it_is_as_when_python_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patched:
        # what Python tells of a handler that was set in C
        patched.setattr(signal, "getsignal", lambda _: None)
        undo = on_interrupt(lambda: None)
    undo()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


async def test_what_was_set_since_stays() -> None:
    undo = on_interrupt(lambda: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    undo()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
