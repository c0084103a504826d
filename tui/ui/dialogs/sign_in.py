"""Sign-in dialog: asks for a password or key until the server takes it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeVar

from textual import on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.containers import Vertical
from textual.message import Message

from tui.errors import RunnelError
from tui.model import Profile
from tui.safe_text import clean_line
from tui.settings.saved_secret import SecretPlace
from tui.ui.dialogs.dialog import Dialog
from tui.ui.dialogs.place_list import PlaceList
from tui.ui.dialogs.reason import ReasonLine
from tui.ui.dialogs.secret_field import SecretField
from tui.ui.key_bindings import name_keys
from tui.ui.key_routing import Letters
from tui.ui.widgets.plain_text import Plain

T = TypeVar("T")


class DialogLeft(Exception):
    """The person closed the dialog."""


class SignInScreen(Dialog[None]):
    """Gives what is typed, never shown, as often as it is wanted.

    It stays, with the focus in its field, until it is closed: by Escape, or from outside.
    """

    DEFAULT_CSS = """
    SignInScreen { &.-tiny .why, &.-slim .why { display: none; } }
    """

    letters = Letters.SECRET

    def __init__(self, profile: Profile, noun: str, places: Sequence[SecretPlace] = ()) -> None:
        super().__init__()
        self._profile = profile
        self._noun = noun
        self._places = places
        self._secret: asyncio.Future[str] | None = None
        self._left = asyncio.Event()
        self.is_withdrawn = False

    def compose(self) -> ComposeResult:
        facts = (("server", self._profile.base_url), ("e-mail", self._profile.account))
        name, noun = clean_line(self._profile.name, 40), clean_line(self._noun, 40)
        chooses = len(self._places) > 1
        with Vertical(classes="box"):
            yield Plain(f"Sign in to {name} — {noun}", classes="title")
            yield Plain(f"This profile has no {noun} that the server takes.", classes="why")
            yield Plain("\n".join(f"{name:<7} {clean_line(fact)}" for name, fact in facts if fact))
            yield SecretField(noun)
            yield ReasonLine()
            if chooses:
                yield Plain(f"Keep the {noun}")
                yield PlaceList(self._places)
            keeps = " · Tab where it is kept" if chooses else ""
            yield self.hint(f"Enter sign in{keeps} · {{dialog.close}} cancel")

    def on_mount(self) -> None:
        self.query_one(SecretField).focus()

    @property
    def place(self) -> SecretPlace:
        """Where the person wants the secret to be kept."""
        lists = self.query(PlaceList)
        return lists.first().place if lists else SecretPlace.NOWHERE

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
        self.query_one(ReasonLine).refuse(error)

    def withdraw(self) -> None:
        """Say that nobody waits for the secret any more.

        It stays until the person closes it: what is still being typed would go into a field that
        shows it.
        """
        self.is_withdrawn = True
        if self.query(ReasonLine):
            # it is not being closed with the app
            self.query_one(ReasonLine).tell(
                name_keys("This is no longer asked for. {dialog.close} close", self)
            )

    def on_input_changed(self) -> None:
        self.query_one(ReasonLine).end_refusal()

    @on(SecretField.TooLong)
    def refuse_length(self, event: SecretField.TooLong) -> None:
        self.refuse(event.reason)

    @on(SecretField.Submitted)
    @on(PlaceList.OptionSelected)
    def enter_secret(self, event: Message) -> None:
        event.stop()
        field = self.query_one(SecretField)
        # an empty line is a slip, not an answer
        if field.secret and self._secret is not None and not self._secret.done():
            self._secret.set_result(field.secret)
            # what is typed while the server looks at it is the beginning of the next
            field.value = ""
            self.query_one(ReasonLine).tell("Checking …")

    def dismiss(self, result: None = None) -> AwaitComplete:
        self._left.set()
        return super().dismiss(result)
