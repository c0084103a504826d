"""Checks made in the chat: a case of the exchange that is selected, added to a suite."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path

from tui.errors import BadInput, RunnelError
from tui.file_reading import place_of
from tui.model import Message
from tui.safe_text import clean_line
from tui.ui.chat.context import ChatContext
from tui.ui.chat.notice import Topic
from tui.ui.dialogs.name_file import NameFileScreen

_SUITE = "checks.toml"
_PATH_CHARS = 400


class CaseMaking:
    """Asks for a suite, and adds a case to it."""

    def __init__(self, context: ChatContext, tell: Callable[[str], None]) -> None:
        self._context = context
        self._tell = tell
        self._suite = _SUITE
        """The file that was named last."""
        self._files: dict[Path, None] = {}

    @property
    def suites(self) -> Collection[Path]:
        """The files that something was added to, from the root, the last at the end."""
        return self._files.keys()

    def make(self, message_id: str) -> None:
        """Make a case of the exchange of a message."""
        conversation = self._context.conversation
        exchange = (
            conversation.stored.history.exchange_of(message_id) if conversation is not None else ()
        )
        if exchange:
            self.make_of(exchange)

    def make_of(self, exchange: Sequence[Message]) -> None:
        """Make a case of a question and its answers."""
        self._context.spawn(partial(self._make, exchange), "case")

    async def _make(self, exchange: Sequence[Message]) -> None:
        title = "Add a check to the suite in which file?\nA name that is not there begins one."
        named = await self._context.ask(NameFileScreen(title, self._suite, done="add"))
        if named is None:
            return
        try:
            name = await asyncio.to_thread(_added, named, exchange)
        except RunnelError as error:
            self._context.notice.show_error(Topic.ACTION, error)
        else:
            self._suite = named
            self._files.pop(_path(named), None)
            self._files[_path(named)] = None
            shown, key = clean_line(named, _PATH_CHARS), self._context.key_of("chat.checks")
            self._tell(f"Added “{name}” to {shown}. {key} asks it.")


def _added(named: str, exchange: Sequence[Message]) -> str:
    """Add a case to the suite that was named, and return what it is called.

    Raises:
        BadInput: it cannot be added.
    """
    # with the first case, not with the chat
    from tui.checks.suite_file import add_case

    try:
        return add_case(_path(named), [exchange])
    except (OSError, RuntimeError, ValueError) as error:
        reason = clean_line(getattr(error, "strerror", None) or str(error))
        raise BadInput(
            f"No check could be added to {clean_line(named, _PATH_CHARS)}: {reason}.",
            hint="Choose a folder that exists and that you may write to.",
        ) from error


def _path(named: str) -> Path:
    return place_of(Path(named).expanduser())
