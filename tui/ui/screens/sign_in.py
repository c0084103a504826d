"""Asking for a password or a token."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from tui.model import Profile
from tui.safe_text import clean_line
from tui.ui.screens.dialog import Dialog
from tui.ui.widgets.field import Field
from tui.ui.widgets.plain import Plain


class SignInScreen(Dialog[str]):
    """Returns what was typed, never shown; `None` when the person does not want to tell."""

    def __init__(self, profile: Profile, key: str) -> None:
        super().__init__()
        self._profile = profile
        self._key = key

    def compose(self) -> ComposeResult:
        facts = (
            ("profile", self._profile.name),
            ("server", self._profile.base_url),
            ("e-mail", self._profile.account),
        )
        with Vertical(classes="box"):
            yield Plain(f"Sign in: the {clean_line(self._key, 40)}, please", classes="title")
            yield Plain("\n".join(f"{name:<8} {clean_line(fact)}" for name, fact in facts if fact))
            yield Field(password=True)
            yield Plain("Enter signs in · Esc does not", classes="hint")

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        # an empty line is a slip, not an answer
        if event.value:
            self.dismiss(event.value)
