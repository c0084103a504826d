from __future__ import annotations

import gc
import signal
import weakref
from collections.abc import Iterator

import pytest

from tui.ui.terminal.hangup import on_hangup, on_interrupt


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


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


class _Application:
    def end(self) -> None:
        raise NotImplementedError


async def test_a_hangup_ends_what_is_left_without_holding_the_application_that_has_ended() -> None:
    application = _Application()
    held = weakref.ref(application)
    undo = on_hangup(application.end)
    del application
    gc.collect()
    assert held() is not None
    undo()
    del undo
    gc.collect()
    assert held() is None
    assert callable(signal.getsignal(signal.SIGHUP))


async def test_a_hangup_that_is_heard_otherwise_since_stays_so() -> None:
    undo = on_hangup(lambda: None)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    undo()
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
