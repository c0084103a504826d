"""Lists of commands and keys, opened over the chat; what is chosen in them is run."""

from __future__ import annotations

from textual.app import App
from textual.screen import ModalScreen

from tui.ui.commands.catalogue import CommandCatalogue


class CommandLists:
    """Opens the lists over `app`.

    `copying_hint` says above the keys why what is copied may not arrive, empty for nothing.
    """

    def __init__(self, app: App[None], catalogue: CommandCatalogue, copying_hint: str) -> None:
        self._app = app
        self._catalogue = catalogue
        self._copying_hint = copying_hint

    def show_keys(self) -> None:
        # imported here, for the chat is drawn without it
        from tui.ui.commands.screen import CommandsScreen, KeysScreen

        if not isinstance(self._app.screen, CommandsScreen):
            notes = ("Remap in config.toml: [keys]", *self._copying_hint.split(": "))
            self._app.push_screen(KeysScreen(self._catalogue.key_rows(), notes), self._run)

    def show_commands(self) -> None:
        # what it offers is done on the chat, which is behind a dialog
        if not isinstance(self._app.screen, ModalScreen):
            from tui.ui.commands.screen import CommandsScreen

            self._app.push_screen(CommandsScreen(self._catalogue.command_rows()), self._run)

    async def _run(self, action_id: str | None) -> None:
        if action_id and not await self._catalogue.run(action_id):
            key = self._catalogue.key_of("chat.previous")
            self._app.notify(f"Nothing selected. {key} selects a message.", markup=False)
