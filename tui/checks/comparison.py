"""Comparison of bots: one question asked of several at once, each in a session of its own."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from tui.checks.run import TurnResult
from tui.checks.running import Keep, Plan
from tui.checks.suite import Case, Suite, Turn
from tui.formatting.word_diff import word_diff
from tui.model import Bot

MAX_BOTS = 8
"""So many are asked at once at most."""
_NAME = "comparison"


class BotAnswer(Struct, frozen=True):
    bot: Bot
    result: TurnResult
    session_id: str
    """Of the server; empty where none was made, and where it is deleted again."""

    @property
    def text(self) -> str:
        """Markdown, as far as it came."""
        return self.result.came if self.result.answer is None else self.result.answer.text


def comparison_plan(question: str, bots: Sequence[Bot], *, keep: bool) -> Plan:
    """Return a plan by which all are asked at the same time."""
    case = Case(_NAME, (Turn(question, ()),))
    return Plan(
        (Suite(_NAME, (case,)),), tuple(bots), jobs=len(bots), keep=Keep.ALL if keep else Keep.NONE
    )


def differences(answers: Sequence[BotAnswer]) -> Sequence[tuple[BotAnswer, str]]:
    """Return every answer behind the first with what its words change in that one.

    Empty text: they say the same. Where one of both did not come, there is none to tell.
    """
    first, *others = answers
    if first.result.answer is None:
        return []
    return [
        (each, word_diff(first.text, each.text))
        for each in others
        if each.result.answer is not None
    ]
