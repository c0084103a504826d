"""Readers of an answer while it comes, by a clock of their own."""

from __future__ import annotations

from tests.ui.harness import Stage
from tui.ui.transcript.followed_steps import FollowedSteps


class _ReadAlong:
    """A clock by which every text takes longer to come than to be read."""

    now_s = 0.0

    def __call__(self) -> float:
        self.now_s += 60
        return self.now_s


def read_along(it: Stage) -> None:
    """Have somebody read all that comes from now on, before more of it comes."""
    it.transcript._steps = FollowedSteps(_ReadAlong())


def outrun_readers(it: Stage) -> None:
    """Have all that comes from now on come faster than anybody reads."""
    it.transcript._steps = FollowedSteps(lambda: 0.0)
