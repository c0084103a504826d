"""Sign-in dialog: asks for a password or a token until the server takes it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.containers import Vertical
from textual.widgets import Input

from tui.errors import RunnelError
from tui.model import Profile
from tui.safe_text import clean_line
from tui.ui.dialogs.dialog import Dialog
from tui.ui.key_routing import Letters
from tui.ui.widgets.field import Field
from tui.ui.widgets.plain_text import Plain

T = TypeVar("T")


class DialogLeft(Exception):
    """The person closed the dialog."""


class SignInScreen(Dialog[None]):
    """Gives what is typed, never shown, as often as it is wanted.

    It stays, with the focus in its field, until it is closed: by Escape, or from outside.
    """

    DEFAULT_CSS = """
    SignInScreen .reason { display: none; color: $text-error; margin: 1 0 0 0; }
    SignInScreen .reason.-shown { display: block; }
    """

    letters = Letters.SECRET

    def __init__(self, profile: Profile, key: str) -> None:
        super().__init__()
        self._profile = profile
        self._key = key
        self._secret: asyncio.Future[str] | None = None
        self._left = asyncio.Event()
        self.is_withdrawn = False

    def compose(self) -> ComposeResult:
        facts = (("server", self._profile.base_url), ("e-mail", self._profile.account))
        name, key = clean_line(self._profile.name, 40), clean_line(self._key, 40)
        with Vertical(classes="box"):
            yield Plain(f"Sign in to {name} — {key}", classes="title")
            yield Plain("\n".join(f"{name:<7} {clean_line(fact)}" for name, fact in facts if fact))
            yield Field(password=True)
            yield Plain("", classes="reason")
            yield Plain("Enter sign in · Esc cancel", classes="hint")

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    async def next_secret(self) -> str | None:
        """Return what is entered next, `None` when the person does not want to tell."""
        self._secret = asyncio.get_running_loop().create_future()
        try:
            return await self.unless_left(self._secret)
        except DialogLeft:
            return None
        finally:
            self._secret = None

    async def unless_left(self, work: Awaitable[T]) -> T:
        """Return what `work` gives.

        Raises:
            DialogLeft: the dialog was closed before; the work is cancelled.
        """
        going_on = asyncio.ensure_future(work)
        left = asyncio.ensure_future(self._left.wait())
        try:
            await asyncio.wait((going_on, left), return_when=asyncio.FIRST_COMPLETED)
            if not going_on.done():
                raise DialogLeft
            return going_on.result()
        finally:
            left.cancel()
            going_on.cancel()

    def refuse(self, error: RunnelError) -> None:
        """Say why what was entered last was not taken."""
        self._tell(f"✗ {error.sentence} {error.hint}".rstrip())

    def withdraw(self) -> None:
        """Say that nobody waits for the secret any more.

        It stays until the person closes it: what is still being typed would go into a field that
        shows it.
        """
        self.is_withdrawn = True
        if self.query(".reason"):
            # it is not being closed with the app
            self._tell("This is no longer asked for. Esc closes.")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        # an empty line is a slip, not an answer
        if event.value and self._secret is not None and not self._secret.done():
            self._secret.set_result(event.value)
            # what is typed while the server looks at it is the beginning of the next
            event.input.value = ""
            self._tell("Checking …")

    def dismiss(self, result: None = None) -> AwaitComplete:
        self._left.set()
        return super().dismiss(result)

    def _tell(self, words: str) -> None:
        reason = self.query_one(".reason", Plain)
        reason.update(words)
        reason.add_class("-shown")
