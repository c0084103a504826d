from __future__ import annotations

import asyncio
import signal

from tests.event_loops import IdleLoop


def test_a_signal_that_ends_the_run_of_the_tests_is_not_kept_from_it_by_an_app() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with asyncio.Runner(loop_factory=IdleLoop) as runner:
        runner.get_loop().add_signal_handler(signal.SIGTERM, lambda: None)
        assert signal.getsignal(signal.SIGTERM) is before
