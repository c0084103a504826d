from __future__ import annotations

import re
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from tests.tables import each_row
from tui.signal_handlers import answering, handler_of

ROOT = Path(__file__).parents[2] / "tui"
TELLS_WHAT_WAS = re.compile(r"getsignal\(|[=(,\[] *signal\.signal\(|return signal\.signal\(")


@each_row("before", [signal.SIG_IGN, signal.SIG_DFL, signal.default_int_handler, print])
def test_what_answered_a_signal_before_does_so_again(before: signal.Handlers) -> None:
    found = signal.signal(signal.SIGUSR1, before)
    try:
        with suppress(KeyError), answering(signal.SIG_IGN, signal.SIGUSR1, signal.SIGUSR2):
            assert signal.getsignal(signal.SIGUSR1) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGUSR2) is signal.SIG_IGN
            raise KeyError
        assert signal.getsignal(signal.SIGUSR1) is before
    finally:
        signal.signal(signal.SIGUSR1, found)


@each_row(
    ("number", "handler"),
    [(signal.SIGINT, signal.default_int_handler), (signal.SIGTERM, signal.SIG_DFL)],
)
def test_a_handler_that_was_set_in_c_becomes_that_of_a_start(
    number: int, handler: signal.Handlers
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        # what Python tells of one
        patched.setattr(signal, "getsignal", lambda _: None)
        assert handler_of(number) is handler


def test_nothing_else_gives_back_what_answered_a_signal() -> None:
    assert TELLS_WHAT_WAS.search("    before = signal.signal(signal.SIGINT, end)")
    asking = {
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        if TELLS_WHAT_WAS.search(path.read_text(encoding="utf-8"))
    }
    # those two compare it, and no more
    assert asking == {"signal_handlers.py", "ui/terminal/hangup.py", "cli/export.py"}
