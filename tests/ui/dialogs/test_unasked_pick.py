from __future__ import annotations

from tests.fakes import ScriptedBackend
from tests.ui.harness import stage
from tui.safe_text import SafeText
from tui.ui.dialogs.pick import Choice
from tui.ui.dialogs.unasked_pick import UnaskedPick


async def test_it_takes_no_key_while_some_that_are_older_have_yet_to_act() -> None:
    told: list[bool] = []
    still_wait = True

    def keys_wait() -> bool:
        told.append(still_wait)
        return still_wait

    async with stage(ScriptedBackend()) as it:
        picker = UnaskedPick("Which?", [Choice("a", SafeText("Ada"))], keys_wait)
        await it.app.push_screen(picker)
        await it.until(lambda: told == [True])
        assert not picker.takes_keys
        still_wait = False
        await it.until(lambda: picker.takes_keys)
        assert told == [True, False]
