from __future__ import annotations

import pytest

from tui.conversation import Phase, Progress
from tui.conversation.patience import STALL_S
from tui.ui.chat.status_line import progress_words


def test_nothing_on_its_way_is_idle() -> None:
    assert progress_words(None, 5.0) == ("ready", "")


def test_before_the_first_text_only_the_waiting_is_told() -> None:
    assert progress_words(Progress(10.0, 10.0), 12.9) == ("connecting 2 s", "")


def test_a_server_slow_to_begin_is_stalled_too() -> None:
    assert progress_words(Progress(0.0, 0.0), STALL_S - 0.1) == ("connecting 14 s", "")
    assert progress_words(Progress(0.0, 0.0), 60.0) == ("no data 60 s", "")


def test_streaming_tells_first_text_rate_and_size() -> None:
    progress = Progress(0.0, 4.0, Phase.STREAMING, 2.0, 3000)
    assert progress_words(progress, 5.0) == ("streaming 5 s", "first 2.0 s · 1.5 KB/s · 3.0 KB")


@pytest.mark.parametrize("last", [2.0, 2.1])
def test_no_rate_is_told_of_a_single_burst(last: float) -> None:
    progress = Progress(0.0, last, Phase.STREAMING, 2.0, 3000)
    assert progress_words(progress, 2.1) == ("streaming 2 s", "first 2.0 s · 3.0 KB")


def test_silence_is_a_stall_while_streaming() -> None:
    progress = Progress(0.0, 4.0, Phase.STREAMING, 2.0, 3000)
    assert progress_words(progress, 4.0 + STALL_S - 0.1)[0] == "streaming 18 s"
    assert progress_words(progress, 4.0 + STALL_S)[0] == "no data 15 s"


def test_reading_the_history_again_is_recovering_however_long() -> None:
    progress = Progress(0.0, 4.0, Phase.RECOVERING, 2.0, 3000)
    assert progress_words(progress, 60.0) == ("checking", "first 2.0 s · 1.5 KB/s · 3.0 KB")


def test_recovering_without_any_text_has_no_figures() -> None:
    assert progress_words(Progress(0.0, 0.0, Phase.RECOVERING), 1.0) == ("checking", "")
