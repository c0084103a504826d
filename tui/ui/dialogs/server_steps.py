"""Steps of the form that adds a server: which one, the key or sign-in, chatbot and place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets.option_list import Option

from tui.errors import BadInput
from tui.settings.servers import CheckedServer, ServerKind
from tui.ui.dialogs.choice_list import ChoiceList
from tui.ui.dialogs.pick import Choice, ChoiceOption, choices_with, options_of
from tui.ui.dialogs.place_list import PlaceList
from tui.ui.dialogs.secret_field import SecretField
from tui.ui.widgets.field import Field
from tui.ui.widgets.plain_text import Plain

_LONGEST_HOST = 60
"""What is longer, and begins with no scheme, is a key rather than an address."""
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_HOST = re.compile(
    r"(localhost|\[[0-9a-f:.]+\]|[\w-]+(?=:\d)|[\w-]+(\.[\w-]+)+\.?)(:\d{1,5})?([/?#].*)?",
    re.IGNORECASE,
)


class FieldRow(Horizontal):
    """A field of one row behind its label."""

    DEFAULT_CSS = """
    FieldRow {
        height: 1;
        & > .label { width: 11; color: $foreground-muted; }
        & > Field, & > Field:focus {
            width: 1fr; height: 1; border: none; padding: 0 1; border-left: blank;
        }
        & > Field:focus { border-left: thick $border; }
    }
    """

    def __init__(self, label: str, field: Field) -> None:
        super().__init__()
        self._label = label
        self._placeholder = field.placeholder
        self.field = field
        # a letter that led here is the beginning of what is written
        field.select_on_focus = False

    def compose(self) -> ComposeResult:
        yield Plain(self._label, classes="label")
        yield self.field

    def name_it(self, label: str) -> None:
        self._label = label
        self.query_one(".label", Plain).update(label)
        self._name_inside()

    def on_resize(self) -> None:
        self._name_inside()

    def _name_inside(self) -> None:
        """Have the field tell what it is for where there is no room for a label."""
        label = self.query_one(".label", Plain)
        self.field.placeholder = self._placeholder if label.display else self._label.lower()


class AddressField(Field):
    """Takes no paste that looks like a key: it would be shown."""

    class LooksSecret(Message):
        """A key was pasted where everybody could see it; it was not taken."""

        reason = BadInput("That is no address, so it was not put in.", hint="The key comes next.")

    def on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.take_paste(event.text)

    def action_paste(self) -> None:
        self.take_paste(self.app.clipboard)

    def take_paste(self, text: str) -> None:
        """Put in what may be an address."""
        if is_address(text):
            self.put_in(text.strip())
        else:
            self.post_message(self.LooksSecret())


def is_address(text: str) -> bool:
    """Say whether a text could be an address rather than a key."""
    text = text.strip()
    if _SCHEME.match(text):
        return True
    return len(text) <= _LONGEST_HOST and _HOST.fullmatch(text) is not None


class KindList(ChoiceList):
    """The servers there are; what is typed or pasted on one goes where it asks for it."""

    DEFAULT_CSS = """
    KindList { &:focus { border: none; background-tint: transparent; } }
    """

    class Written(Message):
        """A letter was typed, or a text pasted, that moves no cursor."""

        def __init__(self, text: str, *, is_pasted: bool) -> None:
            super().__init__()
            self.text = text
            self.is_pasted = is_pasted

    def __init__(self, kinds: Sequence[ServerKind]) -> None:
        super().__init__()
        self._kinds = kinds
        self.add_options(
            Option(
                Content("  ").join(
                    [
                        Content.styled(kind.title, "bold"),
                        Content.styled(
                            kind.base_url or "at an address of its own", "$foreground-muted"
                        ),
                    ]
                )
            )
            for kind in kinds
        )
        self.highlighted = 0
        self._typed, self._typed_at = "", 0

    @property
    def kind(self) -> ServerKind:
        return self._kinds[self.highlighted or 0]

    @property
    def typed(self) -> str:
        """With what the cursor was brought to its row; empty where that was done otherwise."""
        return self._typed if self.highlighted == self._typed_at else ""

    def go_on_with(self, letter: str) -> bool:
        """Go to the first server whose name begins with what is typed by now; `False`: none."""
        typed = self.typed + letter
        for at, kind in enumerate(self._kinds):
            if kind.title.casefold().startswith(typed.casefold()):
                self.highlighted = self._typed_at = at
                self._typed = typed
                return True
        return False

    def take_typed(self) -> str:
        """Return what was typed if it is no name: it was the beginning of something else."""
        typed, self._typed = self.typed, ""
        return "" if typed.casefold() == self.kind.title.casefold() else typed

    def on_key(self, event: events.Key) -> None:
        if event.is_printable and event.character:
            event.stop()
            self.post_message(self.Written(event.character, is_pasted=False))

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self.post_message(self.Written(event.text, is_pasted=True))


class HostStep(Vertical):
    """Which server."""

    def __init__(self, kinds: Sequence[ServerKind]) -> None:
        super().__init__()
        self.kinds = KindList(kinds)
        self.address_field = AddressField(placeholder="https://chat.example.com")
        self.address = FieldRow("Address", self.address_field)

    def compose(self) -> ComposeResult:
        yield self.kinds
        yield self.address

    def on_mount(self) -> None:
        self.show_address()

    def on_option_list_option_highlighted(self) -> None:
        self.show_address()

    def show_address(self) -> None:
        """Ask for an address where the server has none of its own."""
        self.address.display = not self.kinds.kind.base_url

    @property
    def first_field(self) -> Widget:
        return self.kinds

    @property
    def field_to_fill(self) -> Widget:
        return self.kinds


class SecretStep(Vertical):
    """The key; or e-mail and password."""

    def __init__(self) -> None:
        super().__init__()
        self.account = FieldRow("", Field())
        self.secret_field = SecretField("")
        self.secret = FieldRow("", self.secret_field)

    def compose(self) -> ComposeResult:
        yield self.account
        yield self.secret
        yield Plain("", classes="where")

    def ask_for(self, kind: ServerKind) -> None:
        """Ask for what a server of this kind wants to know."""
        self.account.display = bool(kind.account_noun)
        self.account.name_it(kind.account_noun.capitalize())
        self.secret.name_it(kind.secret_noun.capitalize())
        self.secret_field.noun = kind.secret_noun
        sent = f"The {kind.secret_noun} is never shown, and goes to this server only."
        self.query_one(".where", Plain).update(f"{kind.secret_hint}\n{sent}")

    @property
    def first_field(self) -> Widget:
        return self.account.field if self.account.display else self.secret_field

    @property
    def field_to_fill(self) -> Widget:
        is_told = bool(self.account.field.value.strip())
        return self.secret_field if is_told else self.first_field


class BotStep(Vertical):
    """What answers, where the secret is kept, and what the profile is called."""

    def __init__(self) -> None:
        super().__init__()
        self.filter = FieldRow("", Field(placeholder="type to filter"))
        self.bots = ChoiceList()
        # the keys are those of the field above
        self.bots.can_focus = False
        self.places = PlaceList()
        self.profile = FieldRow("Name", Field())
        self.profile.add_class("name")
        self._choices: Sequence[Choice[str]] = ()
        self._preferred = ""
        self._suggested = ""

    def compose(self) -> ComposeResult:
        yield self.filter
        yield self.bots
        yield Plain("", classes="keep")
        yield self.places
        yield self.profile

    def offer(self, checked: CheckedServer) -> None:
        """Ask for the rest of what there is to know of a server."""
        # who comes a second time finds what they chose the first
        chosen = self.bot_id
        ids = [bot.id for bot in checked.bots]
        self._choices = [Choice(bot.id, bot.name, bot.detail) for bot in checked.bots]
        self._preferred = chosen if chosen in ids else checked.preferred_bot
        is_choice = len(checked.bots) > 1
        self.filter.display = self.bots.display = is_choice
        self.filter.name_it(checked.bot_noun.capitalize())
        self.filter.field.value = ""
        self.show_bots("")
        self.query_one(".keep", Plain).update(f"Keep the {checked.server.kind.secret_noun}")
        self.places.show_places(checked.places)
        if self.profile.field.value in ("", self._suggested):
            self.profile.field.value = checked.name
        self._suggested = checked.name

    def show_bots(self, words: str) -> None:
        """List the bots with these words, the preferred one under the cursor."""
        choices = choices_with(words, self._choices)
        self.bots.clear_options()
        self.bots.add_options(options_of(choices, self.app.size.width))
        ids = [choice.value for choice in choices]
        at = ids.index(self._preferred) if self._preferred in ids else 0
        self.bots.highlighted = at if choices else None

    @property
    def bot_id(self) -> str:
        """The one under the cursor, empty when nothing is listed."""
        option = self.bots.highlighted_option
        return option.choice.value if isinstance(option, ChoiceOption) else ""

    @property
    def first_field(self) -> Widget:
        return self.filter.field if self.filter.display else self.places

    @property
    def field_to_fill(self) -> Widget:
        return self.first_field
