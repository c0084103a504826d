import pytest
from textual.app import App
from textual.widgets._toast import Toast

from tests.fakes import ScriptedBackend
from tests.ui.harness import stage
from tui.ui.chat.status_line import StatusLine
from tui.ui.composer.composer import Composer
from tui.ui.terminal.app import READ_CHARS_A_S, TOAST_S
from tui.ui.widgets.key_footer import KeyFooter

SHORT = "Copied 880 characters."
LONG = "Too long for the terminal: it is in /home/somebody/.local/state/runnel/copies/answer-1.md."


@pytest.mark.parametrize("size", [(40, 12), (60, 20), (100, 30), (160, 45)])
async def test_a_toast_covers_nothing_that_is_worked_with(size: tuple[int, int]) -> None:
    async with stage(ScriptedBackend(), size=size, draws_toasts=True) as it:
        for sentence in (SHORT, LONG):
            # so long a slow machine may take to draw both
            it.app.notify(sentence, markup=False, timeout=60)
        await it.until(lambda: len(list(it.app.screen.query(Toast))) == 2)
        await it.pilot.pause()
        covered = [toast.region for toast in it.app.screen.query(Toast)]
        for kind in (Composer, StatusLine, KeyFooter):
            place = it.one(kind).region
            assert not any(place.overlaps(each) for each in covered), (kind, place, covered)
        assert covered[0].height == 1
        assert size[0] - 2 <= covered[0].right <= size[0]
        # the head line, which tells where one is
        assert covered[0].y == 1
        assert SHORT in it.drawn


async def test_a_toast_stays_as_long_as_it_takes_to_read() -> None:
    async with stage(ScriptedBackend()) as it:
        app: App[None] = it.app
        app.notify(SHORT, markup=False)
        app.notify(LONG, markup=False)
        app.notify(LONG, timeout=1, markup=False)
        await it.until(lambda: len(app._notifications) == 3)
        times = [each.timeout for each in app._notifications]
        assert times == [TOAST_S, len(LONG) / READ_CHARS_A_S, 1]
