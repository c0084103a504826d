"""Desk of the chat: who makes checks, runs them, compares answers and teaches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct
from textual.app import App

from tui.ui.chat.case_making import CaseMaking
from tui.ui.chat.checking import SuiteChecking
from tui.ui.chat.comparing import AnswerComparing
from tui.ui.chat.context import ChatContext
from tui.ui.chat.navigation import Navigation
from tui.ui.chat.teaching import BotTeaching
from tui.ui.transcript.copying import Copying


class Desk(Struct, frozen=True):
    """What an operator mends and proves with."""

    cases: CaseMaking
    comparing: AnswerComparing
    teaching: BotTeaching
    checks: SuiteChecking


def desk_of(
    app: App[None],
    context: ChatContext,
    copying: Copying,
    now: Callable[[], datetime],
    navigation: Navigation,
    tell: Callable[[str], None],
) -> Desk:
    """Put together who does that in what is open."""
    cases = CaseMaking(context, tell)
    comparing = AnswerComparing(context, now, copying.copy, cases)
    teaching = BotTeaching(context, app, tell, comparing)
    checks = SuiteChecking(context, app, now, tell, cases, teaching, navigation)
    return Desk(cases, comparing, teaching, checks)
