"""Runnel's application: profiles, themes, keys, what a signal keeps."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from textual import events, work
from textual.binding import Binding
from textual.screen import ModalScreen, Screen

from tui.abilities import EVERY_ABILITY, Abilities, Ability
from tui.errors import RunnelError
from tui.settings.appearance import Appearance
from tui.store.choices import LookChoices, OwnLook
from tui.ui.chat.first_connection import FirstConnection
from tui.ui.chat.notice import Topic
from tui.ui.chat.profile_source import ProfileSource
from tui.ui.chat.typed_ahead import FirstFrame, TypedAhead, acted
from tui.ui.commands.able_app import AbleApp
from tui.ui.dialogs.dialog import SLIM_BELOW_COLUMNS, TINY_BELOW_ROWS
from tui.ui.editing.typed import as_typed
from tui.ui.key_bindings import KeyHelp, key_name
from tui.ui.key_routing import KeyRouter
from tui.ui.splash import SplashScreen
from tui.ui.terminal.input_parser import TerminalBackground
from tui.ui.terminal.signalled_app import SignalledApp
from tui.ui.themes.catalogue import DEFAULT_THEME, ThemeCatalogue
from tui.ui.themes.switch import ThemeSwitch
from tui.ui.widgets.size_classes import size_classes

if TYPE_CHECKING:
    from tui.conversation import Connection, Conversation
    from tui.model import Profile
    from tui.settings import SavedSecret
    from tui.settings.servers import ServerAdding
    from tui.ui.front import Front
    from tui.ui.terminal.clipboard import Clipboard
    from tui.ui.terminal.link import Link

T = TypeVar("T")


def _forget_lost_theme(themes: ThemeSwitch, looks: Appearance, chosen: LookChoices) -> None:
    """Begin with the configured theme from now on where the file of what was picked is gone."""
    if not themes.is_wanted_there and looks.theme != looks.configured_theme:
        chosen.choose_theme(None)


class RunnelApp(AbleApp[None], SignalledApp):
    """Runnel on the whole terminal.

    `connect` opens the connection of a profile by its name, of the first one when it is empty, with
    what `import_first` imports; `profiles` may be filled until then. `looks` and `notices`,
    sentences to see once, are from the configuration; how a person makes it look goes into
    `chosen`. With `continues` it begins with the session that was open last. `adding` returns what
    adds servers; with `begins_adding` that comes first, or the end. What was typed and sent before
    there is a chat goes out before it where the app `asks_early`. `pause` waits for seconds. much
    is drawn is up to `link`. `few_colours`: the terminal shows sixteen or fewer, `None` for what it
    says. What needs one of the `abilities` that are not there is not offered, and its
    key says why.
    """

    TITLE = "Runnel"
    ENABLE_COMMAND_PALETTE = False
    # whole, so that it is found for a class that is made from this one elsewhere
    CSS_PATH = Path(__file__).with_name("app.tcss")
    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (SLIM_BELOW_COLUMNS, "-broad")]
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (TINY_BELOW_ROWS, "-tall")]
    BINDINGS = [
        Binding("f1", "help", "Keys", priority=True, tooltip="Show all keys", id="app.help"),
        Binding(
            "ctrl+p",
            "command_palette",
            "Commands",
            priority=True,
            tooltip="Show all commands",
            id="app.palette",
        ),
        Binding("ctrl+q", "quit", "Quit", priority=True, id="app.quit"),
        Binding("f4", "pick_profile", "Switch profile", show=False, id="app.profile"),
        # with priority, because text fields have a use of their own for these
        Binding(
            "f7", "pick_look('theme')", "Choose theme", show=False, priority=True, id="app.theme"
        ),
        Binding(
            "ctrl+c",
            "copy_or_clear",
            "Copy or clear",
            show=False,
            priority=True,
            id="app.copy-or-clear",
        ),
        Binding("ctrl+l", "redraw", "Redraw", show=False, priority=True, id="app.redraw"),
        Binding(
            "ctrl+z", "suspend_process", "Suspend", show=False, priority=True, id="app.suspend"
        ),
    ]
    PALETTE_ONLY = [
        KeyHelp("app.add-server", "add_server", "Add a server", ()),
        KeyHelp("app.link", "pick_look('link')", "Fast or slow link to the terminal", ()),
    ]

    def __init__(
        self,
        connect: Callable[[str], Awaitable[Connection]],
        profiles: Sequence[Profile],
        first_profile: str,
        *,
        looks: Appearance | None = None,
        chosen: LookChoices | None = None,
        link: Link | None = None,
        continues: bool = False,
        few_colours: bool | None = None,
        abilities: Abilities = EVERY_ABILITY,
        config_folder: Path,
        copies_folder: Path | None = None,
        notices: Sequence[str] = (),
        import_first: Callable[[], object] = lambda: None,
        adding: Callable[[], ServerAdding] | None = None,
        begins_adding: bool = False,
        asks_early: bool = True,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        super().__init__(abilities, link)
        # in one step, everywhere: each frame of an animation costs a screenful of bytes
        self.animation_level = "none"
        self._source = ProfileSource(connect, profiles, first_profile, adding)
        self._import_first, self._begins_adding = import_first, begins_adding
        self._now, self._pause, self._copies_folder = now, pause, copies_folder
        self._looks = looks = looks or Appearance()
        self._chosen = chosen or OwnLook()
        self._continues = continues
        self._splash = SplashScreen(self._chosen.session_list)
        # `None` while the rest of the program is being imported
        self._front: Front | None = None
        self._is_front_there = asyncio.Event()
        self._key_router = KeyRouter(self, super().on_event)
        is_plain = asks_early and Ability.ASKING in abilities and not (continues or looks.keys)
        self._typed_ahead = TypedAhead(self._key_router, is_plain=is_plain)
        self.rescued = ""
        """Where to a signal had the draft written, as a sentence."""
        few_colours = self.has_few_colours if few_colours is None else few_colours
        themes = ThemeCatalogue(config_folder / "themes", few_colours=few_colours)
        self.theme_switch = ThemeSwitch(self, themes, looks.theme or DEFAULT_THEME)
        self._notices = [*notices, *themes.notices]
        _forget_lost_theme(self.theme_switch, looks, self._chosen)

    async def on_mount(self) -> None:
        if self.theme_switch.follows_terminal and self.ask_background():
            self.theme_switch.background_asked()
        self._begin()

    def on_terminal_background(self, event: TerminalBackground) -> None:
        self.theme_switch.background_told(event.colour)

    def get_default_screen(self) -> Screen[None]:
        return self._splash

    @work(group="start", exclusive=True)
    async def _begin(self) -> None:
        """Put the chat on the screen and connect, once a person has something to look at."""
        await self._splash.wait_drawn()
        # in threads, so that what is typed meanwhile is drawn; calls go out while the chat is made
        await asyncio.to_thread(self._import_first)
        first, frame = None, FirstFrame()
        if not self._begins_adding:
            connecting = self._source.connect(self._source.first_name)
            first = FirstConnection(connecting, self._typed_ahead)
            self._splash.unsent = first.unsent_of
            await frame.wait_for(first.gone_out())
        await asyncio.to_thread(import_module, "tui.ui.commands.contexts")
        # drawn once, with what came of all that was typed up to now
        with self.batch_update():
            await self._show_chat()
            if first is not None:
                self.front.chat.open_chat.early_send = first.sent
                self.front.profiles.open(self._source.first_name, first.connecting)
            sender = self.front.chat.controllers.asking.sender
            await frame.wait_for(acted(self._key_router.settled(), lambda: sender.is_going_out))
        self.screen.refresh()
        if first is None:
            self.front.profiles.add(partial(self.exit, return_code=128 + signal.SIGINT))

    async def _show_chat(self) -> None:
        from tui.ui.front import front_of

        front = front_of(
            self,
            self._source,
            looks=self._looks,
            chosen=self._chosen,
            theme_switch=self.theme_switch,
            clipboard=self._copying,
            keys=self._key_router,
            now=self._now,
            pause=self._pause,
            continues=self._continues,
        )
        shapes = size_classes(self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS, self.size)
        front.chat.add_class(*shapes, update=False)
        await self.push_screen(front.chat)
        if notices := [*self._notices, *front.notices]:
            front.chat.notice.show(Topic.START, "\n  ".join(notices))
        self._front = front
        self._is_front_there.set()
        self._key_router.open(front.chat)

    @cached_property
    def _copying(self) -> Clipboard:
        from tui.ui.terminal.clipboard import Clipboard

        return Clipboard(
            self.copy_to_clipboard,
            self._copies_folder,
            self._now,
            os.environ,
            writes=Ability.FILES in self.abilities,
        )

    @property
    def front(self) -> Front:
        """What took the place of the splash; not to be asked for before."""
        assert self._front is not None
        return self._front

    @property
    def conversation(self) -> Conversation | None:
        """The one that is open, or was when the app ended."""
        return self._front.chat.open_chat.conversation if self._front is not None else None

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            typed = as_typed(event)
            if self._front is None:
                self._splash.show(typed)
            await self._key_router.take(typed)
        else:
            await super().on_event(event)

    def show_fault(self, fault: RunnelError) -> bool:
        if self._front is None:
            return False
        self._front.chat.notice.show_error(Topic.FAULT, fault)
        return True

    def tell(self, sentence: str) -> None:
        """Show a sentence about what is kept until it is closed."""
        if self._front is None:
            self._notices.append(sentence)
        else:
            # of another file, as a rule
            self._front.chat.notice.add(Topic.KEEPING, sentence)

    def rescue(self) -> str:
        front = self._front
        written = front.chat.controllers.unsent.text if front else self._splash.written
        can_be_told = Ability.FILES in self.abilities
        return f"{self._copying.write(written, 'draft')}." if written and can_be_told else ""

    def give_up(self, return_code: int) -> None:
        """End though nobody asked for it; what was written and not sent is kept."""
        with self.enduring():
            self.rescued = self.rescue()
        self.exit(return_code=return_code)

    def action_pick_profile(self) -> None:
        self.front.profiles.pick()

    def action_add_server(self) -> None:
        assert self._front is not None
        self._front.profiles.add()

    @work(group="pick", exclusive=True)
    async def action_pick_look(self, what: str) -> None:
        """Let the person choose the theme, or how much is drawn (`link`)."""
        await (self.front.links if what == "link" else self.front.themes).pick()

    async def ask_secret(
        self,
        profile: str,
        noun: str,
        attempt: Callable[[str], Awaitable[T]],
        saved: SavedSecret | None = None,
    ) -> T:
        """Ask the person for the secret of a profile, a `noun`, and keep it as they want it kept.

        What `attempt` makes of it is returned; as long as that fails, the dialog stays and says
        why.

        Raises:
            SecretDeclined: the person did not want to tell.
        """
        known = {each.name: each for each in self._source.profiles}
        await self._is_front_there.wait()
        return await self.front.chat.controllers.sign_in.ask(known[profile], noun, attempt, saved)

    # Keys

    def get_key_display(self, binding: Binding) -> str:
        return key_name(binding.key)

    def action_help(self) -> None:
        self.front.lists.show_keys()

    def action_command_palette(self) -> None:
        self.front.lists.show_commands()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "add_server" and self._source.adding is None:
            return False
        if action in ("add_server", "pick_profile", "pick_look"):
            return not isinstance(self.screen, ModalScreen)
        return True

    def action_copy_or_clear(self) -> None:
        from tui.ui.chat.copy_or_clear import copy_or_clear

        copy_or_clear(self, self.front.chat, self._copying, self.front.leaving)

    def on_text_selected(self) -> None:
        if self._front is not None:
            self._front.selection_copy.take(self.screen)

    async def action_quit(self) -> None:
        if self._front is None:
            self.exit()
        else:
            self._front.leaving.quit(self._front.chat)
