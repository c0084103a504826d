from __future__ import annotations

from tests.fakes import ScriptedBackend
from tests.ui.harness import stage
from tui.settings.links import AUTO_LINK, SLOW_LINK
from tui.ui.dialogs.pick import PickScreen
from tui.ui.terminal.link import SLOW
from tui.ui.widgets.plain_text import Plain


async def test_the_palette_says_which_link_is_in_use_and_why_and_another_is_chosen() -> None:
    async with stage(ScriptedBackend()) as it:
        for word, told in ((SLOW_LINK, "fast (nothing speaks"), (AUTO_LINK, "slow (as chosen)")):
            await it.press("ctrl+p", *"slow link", "enter")
            await it.until(lambda: isinstance(it.app.screen, PickScreen))
            head = it.app.screen.query_one(".title", Plain)
            assert str(head.content).startswith(f"Link: {told}")
            await it.press(*word, "enter")
            await it.until(lambda: it.app.screen is it.chat)
            assert it.app.link.wanted == word
            assert (it.app.link.terms is SLOW) is (word == SLOW_LINK)
        assert it.app.link.wanted == AUTO_LINK
