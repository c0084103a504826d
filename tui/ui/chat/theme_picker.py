"""Theme picker: shows each theme as the cursor comes to it, and keeps the one that is picked."""

from __future__ import annotations

from collections.abc import Callable

from tui.store.choices import Chosen, LookChoices
from tui.ui.dialogs.ask import Ask
from tui.ui.dialogs.pick import Choice, PickScreen
from tui.ui.themes.catalogue import AUTO
from tui.ui.themes.switch import ThemeSwitch


class ThemePicker:
    """`configured` is the theme that the settings name, empty for none.

    `ask_background` has the terminal asked for its ground, and returns whether it may answer.
    """

    def __init__(
        self,
        themes: ThemeSwitch,
        look: LookChoices,
        configured: str,
        ask: Ask,
        ask_background: Callable[[], bool],
    ) -> None:
        self._themes = themes
        self._look = look
        self._configured = configured
        self._ask = ask
        self._ask_background = ask_background

    async def pick(self) -> None:
        """Let the person choose a theme, for the next starts too."""
        before = self._themes.wanted
        themes = [(each.name, "dark" if each.dark else "light") for each in self._themes.all()]
        themes.insert(0, (AUTO, "follows the terminal"))
        choices = [Choice(name, name, detail) for name, detail in themes]
        picker = PickScreen("Theme", choices, current=before, preview=self._themes.show)
        picked = await self._ask(picker)
        self._themes.show(before if picked is None else picked)
        if picked is None:
            return
        is_configured = picked == self._configured
        self._look.choose_theme(None if is_configured else Chosen(picked, self._configured))
        if picked == AUTO and self._ask_background():
            self._themes.background_asked()
