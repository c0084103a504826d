"""Front of the app: the chat and what acts on it, in the place of the splash."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from msgspec import Struct

from tui.settings.appearance import Appearance
from tui.store.choices import LookChoices
from tui.ui.chat.leaving import Leaving
from tui.ui.chat.link_picker import LinkPicker
from tui.ui.chat.notifications import OutsideView
from tui.ui.chat.profile_source import ProfileSource
from tui.ui.chat.profiles import ProfileSwitch
from tui.ui.chat.screen import ChatScreen
from tui.ui.chat.selection_copy import SelectionCopy
from tui.ui.chat.surroundings import Surroundings
from tui.ui.chat.theme_picker import ThemePicker
from tui.ui.commands.able_app import AbleApp
from tui.ui.commands.catalogue import CommandCatalogue
from tui.ui.commands.context import Context
from tui.ui.commands.contexts import CONTEXTS, DIALOG_CONTEXTS
from tui.ui.commands.keymap import KeyProblem, check_keymap
from tui.ui.commands.lists import CommandLists
from tui.ui.commands.needs import lacking
from tui.ui.key_routing import KeyRouter
from tui.ui.terminal.alerts import Alerts
from tui.ui.terminal.clipboard import Clipboard
from tui.ui.terminal.title import has_title
from tui.ui.themes.switch import ThemeSwitch

SHOWN_KEY_PROBLEMS = 3


class Front(Struct, frozen=True):
    chat: ChatScreen
    catalogue: CommandCatalogue
    lists: CommandLists
    profiles: ProfileSwitch
    leaving: Leaving
    themes: ThemePicker
    links: LinkPicker
    selection_copy: SelectionCopy
    notices: Sequence[str]
    """Sentences about the keys that a person wants, to see once."""


def front_of(
    app: AbleApp[None],
    source: ProfileSource,
    *,
    looks: Appearance,
    chosen: LookChoices,
    theme_switch: ThemeSwitch,
    clipboard: Clipboard,
    keys: KeyRouter,
    now: Callable[[], datetime],
    pause: Callable[[float], Awaitable[None]],
    continues: bool,
) -> Front:
    """Put the front of `app` together, and give it the keys of `looks`; see `RunnelApp`."""
    catalogue, problems = _catalogue(app, looks)
    chat = ChatScreen(
        Surroundings(
            now,
            pause,
            catalogue.key_of,
            clipboard,
            lambda: keys.is_ahead,
            lambda: keys.keys_wait,
            lambda: keys.text_waits,
            chosen,
            _outside_view(app, looks),
            app.link,
            lambda action_id: not lacking(action_id, app.abilities),
        ),
        continues=continues,
    )
    themes = ThemePicker(
        theme_switch, chosen, looks.configured_theme, app.push_screen_wait, app.ask_background
    )
    return Front(
        chat,
        catalogue,
        CommandLists(app, catalogue, clipboard.hint),
        _profile_switch(app, source, chat),
        Leaving(app),
        themes,
        LinkPicker(app.link, app.push_screen_wait),
        SelectionCopy(app, clipboard, catalogue.key_of, is_on=looks.copy_on_select),
        _notices(problems),
    )


def _catalogue(
    app: AbleApp[None], looks: Appearance
) -> tuple[CommandCatalogue, Sequence[KeyProblem]]:
    """Return what can be done in `app`, with the keys of `looks`, and what is wrong with these."""
    contexts = (Context("Anywhere", type(app)), *CONTEXTS)
    keymap, problems = check_keymap(looks.keys, (*contexts, *DIALOG_CONTEXTS))
    app.set_keymap(keymap)
    catalogue = CommandCatalogue(
        contexts,
        DIALOG_CONTEXTS,
        keymap,
        app,
        # what lies over the chat has the keys alone
        lambda: app.screen.walk_children(with_self=True),
        lambda: (app.screen.focused or app.screen).ancestors_with_self,
        {each.action_id: each.predicate for each in problems},
        app.abilities,
    )
    return catalogue, problems


def _profile_switch(app: AbleApp[None], source: ProfileSource, chat: ChatScreen) -> ProfileSwitch:
    return ProfileSwitch(
        source,
        chat.notice,
        chat.use,
        chat.controllers.asking.sender.expect_connection,
        app.push_screen_wait,
        lambda task, group: app.run_worker(task, group=group, description=group, exclusive=True),
    )


def _outside_view(app: AbleApp[None], looks: Appearance) -> OutsideView:
    return OutsideView(
        Alerts(looks.notify, app.write_once, os.environ).alert,
        app.show_title if looks.terminal_title and has_title(os.environ) else None,
        lambda: app.app_focus,
        looks.notify_content,
    )


def _notices(problems: Sequence[KeyProblem]) -> Sequence[str]:
    """Return the first problems as sentences, and where to read the others."""
    told = [each.sentence for each in problems[:SHOWN_KEY_PROBLEMS]]
    if left := len(problems) - len(told):
        told.append(f"{left} more: runnel config check lists them all.")
    return told
