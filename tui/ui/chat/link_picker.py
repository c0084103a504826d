"""Link picker: says which link to the terminal is in use, and why, and changes it."""

from __future__ import annotations

from tui.settings.links import AUTO_LINK, FAST_LINK, SLOW_LINK
from tui.ui.dialogs.ask import Ask
from tui.ui.dialogs.pick import Choice, PickScreen
from tui.ui.terminal.link import Link


class LinkPicker:
    def __init__(self, link: Link, ask: Ask) -> None:
        self._link = link
        self._ask = ask

    async def pick(self) -> None:
        """Let the person choose for as long as the app runs; the next one may be elsewhere."""
        choices = [
            Choice(AUTO_LINK, AUTO_LINK, "as the terminal takes what is drawn"),
            Choice(FAST_LINK, FAST_LINK, "each change at once"),
            Choice(SLOW_LINK, SLOW_LINK, "few frames, few colours, no frame before the last came"),
        ]
        title = f"Link: {link_words(self._link)}"
        picked = await self._ask(PickScreen(title, choices, current=self._link.wanted))
        if picked is not None:
            self._link.choose(picked)


def link_words(link: Link) -> str:
    """Return which one is in use, and why."""
    return f"{SLOW_LINK if link.is_slow else FAST_LINK} ({link.reason})"
