"""Sign-in prompt, which does not get in the way of typing, and signing out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

from textual.app import App
from textual.screen import ModalScreen

from tui.backends.base import offered
from tui.conversation import Connection
from tui.errors import RunnelError, SecretDeclined, SettingsError
from tui.model import Profile
from tui.settings.saved_secret import SavedSecret, SecretPlace
from tui.ui.chat.context import ChatContext
from tui.ui.chat.notice import Topic
from tui.ui.dialogs.sign_in import DialogLeft, SignInScreen

T = TypeVar("T")

TYPING_S = 1.0
"""So long after the last letter somebody is still taken to be typing."""


class SignInPrompt:
    """Asks one thing at a time; what needs the secret waits for it and then goes on.

    The dialog opens by itself only when nothing is being written, because it would swallow the
    letters. Until then a note tells the key that opens it. `pause` waits for seconds.
    """

    def __init__(
        self,
        context: ChatContext,
        app: App[None],
        now: Callable[[], datetime],
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        self._context = context
        self._app = app
        self._now = now
        self._pause = pause
        self._typed_at: datetime | None = None
        self._one_at_a_time = asyncio.Lock()
        self._wanted = asyncio.Event()
        self._is_pending = False

    def note_typing(self) -> None:
        self._typed_at = self._now()

    def open(self) -> bool:
        """Open the dialog that waits to be, or lets the next one open at once; say which."""
        self._typed_at = None
        self._wanted.set()
        return self._is_pending

    async def ask(
        self,
        profile: Profile,
        noun: str,
        attempt: Callable[[str], Awaitable[T]],
        saved: SavedSecret | None = None,
    ) -> T:
        """Return what `attempt` makes of the secret of a profile, a `noun`, as a person typed it.

        The dialog stays until that is known: what is typed on goes into its hidden field. With
        `saved` it asks where to keep the secret too.

        Raises:
            SecretDeclined: the person did not want to tell.
        """
        async with self._one_at_a_time:
            places = () if saved is None else await saved.places()
            if self._is_typing:
                await self._until_welcome(profile, noun)
            dialog = SignInScreen(profile, noun, places)
            try:
                # not waited for as a worker does: a backend may ask from any task
                await self._app.push_screen(dialog)
                return await self._try_all(dialog, attempt, noun, saved)
            except asyncio.CancelledError:
                dialog.withdraw()
                raise
            finally:
                await self._close(dialog)

    async def _try_all(
        self,
        dialog: SignInScreen,
        attempt: Callable[[str], Awaitable[T]],
        noun: str,
        saved: SavedSecret | None,
    ) -> T:
        while (secret := await dialog.next_secret()) is not None:
            try:
                signed_in = await dialog.unless_left(attempt(secret))
            except DialogLeft:
                break
            except RunnelError as error:
                dialog.refuse(error)
            else:
                self._context.notice.end(Topic.SIGNED_OUT)
                if saved is not None:
                    await self._keep(saved, secret, noun, dialog.place)
                return signed_in
        again = self._context.key_of("chat.reread")
        raise SecretDeclined("You did not sign in.", hint=f"{again} asks again.")

    async def _keep(self, saved: SavedSecret, secret: str, noun: str, place: SecretPlace) -> None:
        try:
            await saved.save(secret, place)
        except SettingsError as error:
            self._context.notice.show_error(Topic.ACTION, error)
        else:
            is_kept = place is not SecretPlace.NOWHERE
            how = f"kept in {saved.name(place)}" if is_kept else "not kept"
            self._app.notify(f"{noun.capitalize()} {how}.", markup=False)

    def sign_out(self) -> None:
        """End the sign-in of the open profile, in the background."""
        self._context.begin(self._sign_out, "sign-out")

    async def _sign_out(self, connection: Connection) -> None:
        notice = self._context.notice
        # nobody is asked for a password because of what was queued before
        connection.hold_queues()
        try:
            await offered(connection.backend.sign_in, "sign out").sign_out()
        except RunnelError as error:
            if connection is self._context.connection:
                notice.show_error(Topic.ACTION, error)
            return
        if connection is self._context.connection:
            again = self._context.key_of("chat.reread")
            notice.show(Topic.SIGNED_OUT, "You are signed out.", f"{again} signs in again.")

    @property
    def _is_typing(self) -> bool:
        if self._typed_at is None:
            return False
        is_recent = self._now() - self._typed_at < timedelta(seconds=TYPING_S)
        is_elsewhere = isinstance(self._app.screen, ModalScreen)
        return is_recent or is_elsewhere or bool(self._context.composer.whole_text)

    async def _until_welcome(self, profile: Profile, noun: str) -> None:
        opens = self._context.key_of("chat.reread")
        self._context.notice.show(
            Topic.SIGN_IN,
            f"The profile '{profile.name}' needs its {noun}.",
            f"{opens} asks for it; what waits goes on then.",
        )
        self._wanted.clear()
        self._is_pending = True
        ways = [asyncio.ensure_future(each) for each in (self._wanted.wait(), self._until_idle())]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._is_pending = False
            self._context.notice.end(Topic.SIGN_IN)
            for way in ways:
                way.cancel()

    async def _until_idle(self) -> None:
        while self._is_typing:
            await self._pause(TYPING_S)

    async def _close(self, dialog: SignInScreen) -> None:
        if dialog.is_current and not dialog.is_withdrawn:
            await dialog.dismiss(None)
