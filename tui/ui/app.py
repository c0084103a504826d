"""The application: profiles, themes, keys, signals."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from textual import events, work
from textual.binding import Binding
from textual.dom import DOMNode
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.screen import ModalScreen, Screen

from tui.errors import BadInput, RunnelError
from tui.safe_text import clean_line
from tui.ui.chat.notice import Topic
from tui.ui.commands.palette import Commands, Palette
from tui.ui.dialogs.dialog import SLIM_BELOW_COLUMNS, TINY_BELOW_ROWS
from tui.ui.editing.typed import as_typed
from tui.ui.key_bindings import KeyHelp, bindings_of, check_keymap, key_help, palette_only, told_key
from tui.ui.key_routing import KeyQueue, Typed
from tui.ui.splash import OpeningScreen
from tui.ui.terminal.app import TerminalApp
from tui.ui.terminal.driver import TerminalDriver, redraw
from tui.ui.terminal.hangup import on_hangup
from tui.ui.themes import DEFAULT_THEME, find_theme, load_themes

if TYPE_CHECKING:
    from tui.conversation import Connection
    from tui.model import Profile

T = TypeVar("T")

QUIT_WITHIN_S = 2.0
"""A second Ctrl+C within this time quits."""


def local_now() -> datetime:
    return datetime.now().astimezone()


class RunnelApp(TerminalApp[None]):
    """Runnel on the whole terminal.

    `connect` opens the connection of a profile by its name, of the first one when it is empty;
    `profiles` may be filled until it has done so. `keys` maps action ids to keys and
    comes from the configuration, as does `notices`: sentences a person should see once.
    `copies_folder` takes what is copied to files. `pause` waits for seconds between readings that
    nobody asked for.
    """

    TITLE = "Runnel"
    COMMANDS = {Commands}
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    # whole, so that it is found for a class that is made from this one elsewhere
    CSS_PATH = Path(__file__).with_name("app.tcss")
    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (SLIM_BELOW_COLUMNS, "-broad")]
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (TINY_BELOW_ROWS, "-tall")]
    BINDINGS = [
        Binding("f1", "help", "Keys", priority=True, id="app.help"),
        Binding("ctrl+p", "command_palette", "Commands", priority=True, id="app.palette"),
        Binding("ctrl+q", "quit", "Quit", priority=True, id="app.quit"),
        Binding("f4", "pick_profile", "Profile", show=False, id="app.profile"),
        # with priority, because text fields have a use of their own for these
        Binding("f7", "pick_theme", "Theme", show=False, priority=True, id="app.theme"),
        Binding(
            "ctrl+c",
            "copy_or_clear",
            "Copy, clear",
            show=False,
            priority=True,
            id="app.copy-or-clear",
        ),
        Binding("ctrl+l", "redraw", "Redraw", show=False, priority=True, id="app.redraw"),
        Binding(
            "ctrl+z", "suspend_process", "Suspend", show=False, priority=True, id="app.suspend"
        ),
    ]

    def __init__(
        self,
        connect: Callable[[str], Awaitable[Connection]],
        profiles: Sequence[Profile],
        first_profile: str,
        *,
        theme: str = DEFAULT_THEME,
        keys: Mapping[str, str] | None = None,
        config_folder: Path,
        copies_folder: Path | None = None,
        notices: Sequence[str] = (),
        now: Callable[[], datetime] = local_now,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        super().__init__()
        # in one step, everywhere: each frame of an animation costs a screenful of bytes
        self.animation_level = "none"
        self._connect = connect
        self._profiles = profiles
        self._profile = self._wanted_profile = first_profile
        self._notices = list(notices)
        self._copies_folder = copies_folder
        self._now = now
        self._pause = pause
        self._opening: OpeningScreen | None = OpeningScreen()
        self._key_queue = KeyQueue(self, self._act)
        self._pressed_at = -QUIT_WITHIN_S
        self.rescued = ""
        """Where to a signal had the draft written, as a sentence."""
        self._wanted_keys = keys or {}
        self._keys: dict[str, str] = {}
        self._own_themes = config_folder / "themes"
        self._use_theme(theme)

    def _use_theme(self, name: str) -> None:
        """Begin in this theme; all others are read when there is something to look at."""
        theme, notices = find_theme(name, self._own_themes)
        self._notices += notices
        if theme is None:
            names = ", ".join(each.name for each in load_themes(self._own_themes)[0])
            self._notices.append(f"There is no theme {clean_line(name, 40)!r}; there are {names}.")
            theme, _ = find_theme(DEFAULT_THEME, self._own_themes)
        assert theme is not None
        self.register_theme(theme)
        # before anything is drawn or parsed, or all of it would be once more
        self.set_reactive(RunnelApp.theme, theme.name)
        self.stylesheet.set_variables(self.get_css_variables())

    def get_driver_class(self) -> type[Driver]:
        # where Textual was told to use another one, or none of its own runs, that one stays
        chosen = super().get_driver_class()
        return TerminalDriver if chosen is LinuxDriver else chosen

    async def on_mount(self) -> None:
        # Textual handles neither: without this the terminal would stay in its modes
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._end_on, signal.SIGTERM)
        on_hangup(partial(self._end_on, signal.SIGHUP))
        self._begin()

    def get_default_screen(self) -> Screen[None]:
        assert self._opening is not None
        return self._opening

    @work(group="profile", exclusive=True)
    async def _begin(self) -> None:
        """Put the chat on the screen and connect, once a person has something to look at."""
        assert self._opening is not None
        await self._opening.wait_drawn()
        # in a thread, so that what is typed meanwhile is drawn
        await asyncio.to_thread(import_module, "tui.ui.commands.contexts")
        for theme in load_themes(self._own_themes)[0]:
            self.register_theme(theme)
        await self._show_chat()
        await self._open_profile(self._profile)

    async def _show_chat(self) -> None:
        from tui.ui.chat.screen import ChatScreen
        from tui.ui.commands.contexts import CONTEXTS
        from tui.ui.terminal.clipboard import Clipboard

        self._contexts = CONTEXTS
        self._keys, key_notices = check_keymap(
            self._wanted_keys, (owner for _, owner in self._contexts)
        )
        self.set_keymap(self._keys)
        self._clipboard_out = Clipboard(
            self.copy_to_clipboard, self._copies_folder, self._now, os.environ
        )
        self._chat = ChatScreen(
            self._now, self.key_of, self._pause, self._clipboard_out, self._key_queue
        )
        await self.push_screen(self._chat)
        await self._chat.wait_drawn()
        if notices := [*self._notices, *key_notices]:
            self._chat.notice.show(Topic.START, "\n".join(notices))
        self._opening = None
        self._key_queue.open()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            typed = as_typed(event)
            if self._opening is not None:
                self._opening.show(typed)
            await self._key_queue.take(typed)
        else:
            await super().on_event(event)

    async def _act(self, event: Typed) -> None:
        """Do what a key or a paste does now."""
        if isinstance(event, events.Key):
            self._chat.note_key()
        if self._begins_text(event):
            self._chat.write_on()
        if (isinstance(event, events.Paste) or event.is_printable) and self._is_writing:
            self._chat.sign_in.note_typing()
        await super().on_event(event)

    def _begins_text(self, event: events.Key | events.Paste) -> bool:
        """Say whether this is text, or a letter that means nothing where the focus is."""
        if not self._is_reading:
            return False
        return isinstance(event, events.Paste) or (
            event.is_printable and event.key not in self.screen.active_bindings
        )

    @property
    def _is_reading(self) -> bool:
        """Whether the chat is in front and the focus in no text of it."""
        from textual.widgets import Input, TextArea

        is_front = self.app_focus and self.screen is self._chat
        return is_front and not isinstance(self.focused, Input | TextArea)

    @property
    def _is_writing(self) -> bool:
        """Whether a letter would go into a text, and not to a dialog that asks for a secret."""
        from textual.widgets import Input, TextArea

        from tui.ui.dialogs.sign_in import SignInScreen

        is_asked = isinstance(self.screen, SignInScreen)
        return isinstance(self.focused, Input | TextArea) and not is_asked

    def show_fault(self, fault: RunnelError) -> bool:
        if self._opening is not None:
            return False
        self._chat.notice.show_error(Topic.FAULT, fault)
        return True

    def rescue(self) -> str:
        if self._opening is not None or not self._chat.unsent:
            return ""
        return f"{self._clipboard_out.write(self._chat.unsent, 'draft')}."

    def _end_on(self, number: signal.Signals) -> None:
        with self.enduring():
            self.rescued = self.rescue()
        self.exit(return_code=128 + number)

    @work(group="profile", exclusive=True)
    async def open_profile(self, name: str) -> None:
        """Go over to another profile; what streams in this one goes on."""
        await self._open_profile(name)

    async def _open_profile(self, name: str) -> None:
        self._wanted_profile = name
        try:
            connection = await self._connect(name)
        except RunnelError as error:
            self._wanted_profile = self._profile if self._chat.is_connected else ""
            self._chat.notice.show_error(Topic.PROFILE, error)
            return
        self._profile = self._wanted_profile = connection.profile.name
        self._chat.notice.end(Topic.PROFILE)
        await self._chat.use(connection)

    @work(group="pick", exclusive=True)
    async def action_pick_profile(self) -> None:
        from tui.ui.dialogs.pick import Choice, PickScreen

        choices = [
            Choice(p.name, p.name, f"{p.api} · {'embedded server' if p.embedded else p.base_url}")
            for p in self._profiles
        ]
        picked = await self.push_screen_wait(
            PickScreen("Which profile?", choices, current=self._profile)
        )
        if picked is None or picked == self._wanted_profile:
            return
        if picked == self._profile and self._chat.is_connected:
            # the last word counts: another one is still being opened
            self._wanted_profile = picked
            self.workers.cancel_group(self, "profile")
        else:
            self.open_profile(picked)

    @work(group="pick", exclusive=True)
    async def action_pick_theme(self) -> None:
        from tui.ui.dialogs.pick import Choice, PickScreen

        themes = [
            Choice(theme.name, theme.name, "dark" if theme.dark else "light")
            for theme in load_themes(self._own_themes)[0]
        ]
        picked = await self.push_screen_wait(PickScreen("Theme", themes, current=self.theme))
        if picked is not None:
            self.theme = picked

    async def ask_secret(self, profile: str, key: str, attempt: Callable[[str], Awaitable[T]]) -> T:
        """Ask the person for the secret `key` (`password` or `token`) of a profile.

        What `attempt` makes of it is returned; as long as that fails, the dialog stays and says
        why.

        Raises:
            AccessRefused: the person did not want to tell.
        """
        known = {each.name: each for each in self._profiles}
        return await self._chat.sign_in.ask(known[profile], key, attempt)

    # Keys

    def key_sections(self) -> list[tuple[str, list[KeyHelp]]]:
        """Return what the keys do, by context, as they are bound now."""
        return [(heading, key_help(owner, self._keys)) for heading, owner in self._contexts]

    def key_of(self, action_id: str) -> str:
        """Return the first key of an action as a person reads it, empty for an unknown one."""
        for _, helps in self.key_sections():
            for each in helps:
                if each.action_id == action_id:
                    return each.keys[0]
        return ""

    def palette_commands(self) -> Iterator[tuple[str, KeyHelp]]:
        """Yield everything that can be done now, with the context it is done in."""
        for heading, owner in self._contexts:
            helps = [*key_help(owner, self._keys), *palette_only(owner)]
            for each in helps:
                if each.description and self._is_offered(owner, each.action):
                    yield heading, each

    def _is_offered(self, owner: type[DOMNode], action: str) -> bool:
        """Say whether an action makes sense now; what has no place here yet may get one."""
        here = [
            each for each in (self._chat, *self._chat.walk_children()) if isinstance(each, owner)
        ]
        name = action.partition("(")[0]
        return not here or here[-1].check_action(name, ()) is not False

    async def run_by_id(self, action_id: str) -> None:
        """Run the action of a binding where it belongs, as its key would."""
        for _, owner in self._contexts:
            for each in palette_only(owner):
                if each.action_id == action_id:
                    await self._run_at(owner, each.action)
                    return
            for binding in bindings_of(owner):
                if binding.id == action_id:
                    await self._run_at(owner, binding.action)
                    return

    async def _run_at(self, owner: type[DOMNode], action: str) -> None:
        if isinstance(self, owner):
            await self.run_action(action)
        elif isinstance(self._chat, owner):
            await self.run_action(action, self._chat)
        else:
            nodes = [node for node in self._chat.walk_children() if isinstance(node, owner)]
            if nodes:
                await self.run_action(action, nodes[-1])
            else:
                self.notify("There is nothing here to do that with.", markup=False)

    def get_key_display(self, binding: Binding) -> str:
        return binding.key_display or told_key(binding.key)

    def on_command_palette_opened(self) -> None:
        from textual.widgets import Input

        # a blinking cursor is drawn though nothing changes
        self.screen.query_one(Input).cursor_blink = False

    def action_help(self) -> None:
        from textual.command import CommandPalette

        from tui.ui.dialogs.help import HelpScreen

        if not isinstance(self.screen, HelpScreen | CommandPalette):
            self.push_screen(HelpScreen(self.key_sections()))

    def action_command_palette(self) -> None:
        # what it offers is done on the chat, which is behind a dialog
        if not isinstance(self.screen, ModalScreen):
            self.push_screen(Palette(id="--command-palette"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("pick_profile", "pick_theme"):
            return not isinstance(self.screen, ModalScreen)
        return True

    def action_copy_or_clear(self) -> None:
        """Copy what is selected, else close or clear, else quit when pressed twice."""
        selected = self.screen.get_selected_text() or self._selected_in_field()
        if selected:
            self._copy_selected(selected)
            return
        if isinstance(self.screen, ModalScreen):
            self.screen.dismiss(None)
            return
        if self._chat.clear_composer():
            self.notify("Cleared. Up brings the text back.", markup=False)
            return
        now = time.monotonic()
        if now - self._pressed_at <= QUIT_WITHIN_S:
            self.exit()
        self._pressed_at = now
        self.notify("Press Ctrl+C again to quit.", timeout=QUIT_WITHIN_S, markup=False)

    def _copy_selected(self, selected: str) -> None:
        try:
            self.notify(self._clipboard_out.copy(selected, "selection"), markup=False)
        except BadInput as error:
            self._chat.notice.show_error(Topic.ACTION, error)
            return
        self.screen.clear_selection()

    def _selected_in_field(self) -> str:
        from textual.widgets import Input, TextArea

        return self.focused.selected_text if isinstance(self.focused, Input | TextArea) else ""

    def action_redraw(self) -> None:
        """Draw every cell again, for a terminal that something else has written on."""
        redraw(self)
