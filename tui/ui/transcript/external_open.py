"""External programs that show what stands in the transcript: browser, pager, editor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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

_ADDRESS_CHARS = 2_000


class ExternalOpener:
    """Hands over addresses and messages; `copy` takes a text and a noun for it to the clipboard."""

    def __init__(
        self, app: App[Any], prompter: Prompter, copy: Callable[[str, str], None], browser: Browser
    ) -> None:
        self._app = app
        self._prompter = prompter
        self._copy = copy
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
            self._copy(target, "address")

    def show_in_pager(self, messages: Sequence[Message]) -> None:
        """Show the text of messages in the person's pager."""
        self._hand_over(messages, lambda text: show_in_pager(self._app, text))

    def show_in_editor(self, messages: Sequence[Message]) -> None:
        """Show the text of messages in the person's editor; what is changed there is dropped."""
        self._hand_over(messages, lambda text: edit(self._app, text, "text.md"))

    def _hand_over(self, messages: Sequence[Message], show: Callable[[str], object]) -> None:
        text = messages[0].text if len(messages) == 1 else plain_text_of(messages)
        if not text:
            self._prompter.tell("There is no text to open.")
            return
        try:
            show(f"{text}\n")
        except BadInput as error:
            self._prompter.fail(error)
