"""Opening what stands in the transcript elsewhere: in a browser, a pager, an editor."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from textual.app import App

from tui.errors import BadInput
from tui.formatting.plain_text import plain_text_of
from tui.model import Message
from tui.safe_text import clean_line
from tui.ui.dialogs.ask import Prompter
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.terminal.browser import Browser, is_openable
from tui.ui.terminal.programs import edit, show_in_pager
from tui.ui.transcript.copying import Copying

_ADDRESS_CHARS = 2_000


class Opening:
    """Hands over to other programs."""

    def __init__(
        self, app: App[Any], prompter: Prompter, copying: Copying, browser: Browser
    ) -> None:
        self._app = app
        self._prompter = prompter
        self._copying = copying
        self._browser = browser

    async def open_address(self, target: str) -> None:
        """Open a web or mail address, after the person has seen all of it.

        Where no browser can show it, it can be copied.
        """
        if not is_openable(target):
            self._prompter.tell("Only web and mail addresses are opened from here.")
            return
        shown = clean_line(target, _ADDRESS_CHARS)
        if shown != target:
            await self._offer_copy("This address cannot be shown whole.", target)
        elif self._browser.command is None:
            await self._offer_copy("There is no browser here to open this address with.", target)
        elif await self._prompter.ask(
            ConfirmScreen("Open this address in the browser?", shown)
        ) and (not await self._browser.open(target)):
            await self._offer_copy("The browser did not take this address.", target)

    async def _offer_copy(self, reason: str, target: str) -> None:
        shown = clean_line(target, _ADDRESS_CHARS)
        if await self._prompter.ask(ConfirmScreen(f"{reason} Copy it?", shown)):
            self._copying.copy(target, "address")

    def page(self, messages: Iterable[Message]) -> None:
        """Show the text of messages in the person's pager."""
        self._hand_over(messages, to_editor=False)

    def edit(self, messages: Iterable[Message]) -> None:
        """Show the text of messages in the person's editor; what is changed there is dropped."""
        self._hand_over(messages, to_editor=True)

    def _hand_over(self, messages: Iterable[Message], *, to_editor: bool) -> None:
        told = list(messages)
        text = told[0].text if len(told) == 1 else plain_text_of(told)
        if not text:
            self._prompter.tell("There is no text to open.")
            return
        try:
            if to_editor:
                edit(self._app, f"{text}\n", "text.md")
            else:
                show_in_pager(self._app, f"{text}\n")
        except BadInput as error:
            self._prompter.fail(error)
