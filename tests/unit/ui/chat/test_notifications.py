from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from tests.ui.harness import Pauses
from tests.waiting import until
from tui.ui.chat.notifications import REST_S, News, Notifications, OutsideView


class Outside:
    """Keeps what was told, and runs what goes on in the background."""

    def __init__(self, *, tells_content: bool = False) -> None:
        self.told: list[tuple[str, str]] = []
        self.pauses = Pauses()
        self.tasks: list[asyncio.Task[None]] = []
        view = OutsideView(
            lambda title, body: self.told.append((title, body)), None, lambda: False, tells_content
        )
        self.notifications = Notifications(view, self._spawn, self.pauses)

    def _spawn(self, task: Callable[[], Any], group: str) -> Any:
        self.tasks.append(asyncio.ensure_future(task()))

    def tell(self, *sentences: str) -> None:
        for each in sentences:
            self.notifications.tell(News("work", each, "About Ada", "Her words"))

    async def rested(self) -> None:
        times = len(self.pauses.asked_s)
        self.pauses.end()
        await until(lambda: len(self.pauses.asked_s) > times or self.tasks[-1].done())


@pytest.mark.parametrize(
    ("tells_content", "told"),
    [(False, ("work", "It ended.")), (True, ("About Ada", "It ended. Her words"))],
)
async def test_a_word_of_a_session_is_told_only_where_somebody_wants_that(
    tells_content: bool, told: tuple[str, str]
) -> None:
    outside = Outside(tells_content=tells_content)
    outside.tell("It ended.")
    assert outside.told == [told]
    outside.tasks[-1].cancel()


async def test_what_comes_within_seconds_is_told_as_one_with_how_many() -> None:
    outside = Outside(tells_content=True)
    outside.tell("It ended.", "It ended.", "It is silent.", "It ended.")
    await until(lambda: outside.pauses.asked_s == [REST_S])
    assert len(outside.told) == 1
    await outside.rested()
    assert outside.told[1:] == [("work", "2x It ended. It is silent.")]
    await outside.rested()
    assert outside.tasks[-1].done()
    outside.tell("It failed.")
    assert len(outside.told) == 3
    outside.tasks[-1].cancel()
