from __future__ import annotations

from tui.conversation.patience import STALL_S, Patience


def test_silence_is_borne_up_to_the_limit() -> None:
    patience = Patience()
    assert patience.passed_limit_s(10.0, 10.0 + STALL_S - 0.1) is None
    assert patience.passed_limit_s(10.0, 10.0 + STALL_S) == STALL_S


def test_extended_patience_bears_twice_the_silence() -> None:
    patience = Patience()
    patience.passed_limit_s(0.0, STALL_S)
    patience.extend()
    assert patience.passed_limit_s(0.0, 2 * STALL_S - 0.1) is None
    assert patience.left_s(0.0, STALL_S) == STALL_S
    assert patience.passed_limit_s(0.0, 2 * STALL_S) == 2 * STALL_S


def test_an_event_makes_patience_new() -> None:
    patience = Patience()
    patience.passed_limit_s(0.0, STALL_S)
    patience.extend()
    assert patience.passed_limit_s(1.0, 1.0 + STALL_S) == STALL_S
