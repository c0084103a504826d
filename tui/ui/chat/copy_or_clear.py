"""Ctrl+C: copies what is selected, else closes or clears, else quits when pressed twice."""

from __future__ import annotations

from textual.app import App
from textual.screen import ModalScreen

from tui.errors import BadInput
from tui.ui.chat.leaving import Leaving
from tui.ui.chat.notice import Topic
from tui.ui.chat.screen import ChatScreen
from tui.ui.terminal.clipboard import Clipboard, selected_on


def copy_or_clear(app: App[None], chat: ChatScreen, copying: Clipboard, leaving: Leaving) -> None:
    """Do the first of these that there is something for on the screen in front."""
    screen = app.screen
    if selected := selected_on(screen):
        try:
            app.notify(copying.copy(selected, "selection"), markup=False)
        except BadInput as error:
            chat.notice.show_error(Topic.ACTION, error)
        else:
            screen.clear_selection()
    elif isinstance(screen, ModalScreen):
        screen.dismiss(None)
    elif chat.controllers.writing.clear():
        brings_back = chat.key_of("composer.earlier")
        app.notify(f"Cleared. {brings_back} brings the text back.", markup=False)
    else:
        leaving.press(chat.key_of("app.copy-or-clear"), chat)
