"""Key bindings as help, palette and a person's remapping see them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import Struct
from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import format_key
from textual.screen import Screen

_NAMES = {
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
    "enter": "Enter",
    "backspace": "Backspace",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}
"""Where Textual draws a sign or cuts a word short."""
_NAMED_ACTION = re.compile(r"\{([a-z.-]+)\}")


class KeyHelp(Struct, frozen=True):
    action_id: str
    """What `[keys]` of the configuration calls it."""
    action: str
    """The action in the namespace of its context."""
    description: str
    """What it does, as a verb; the footer may have a shorter word."""
    keys: tuple[str, ...]
    """As a person reads them: `Ctrl+N`, `F1`."""


# lists, footer and remapping all ask for those of the same classes
@cache
def bindings_of(owner: type[DOMNode]) -> Sequence[Binding]:
    """Return our own bindings of a class: those that have an id, inherited ones too."""
    by_id: dict[str, Binding] = {}
    for base in owner.__mro__:
        for binding in vars(base).get("BINDINGS", ()):
            if isinstance(binding, Binding) and binding.id:
                by_id.setdefault(binding.id, binding)
    return (*by_id.values(),)


def key_help(owner: type[DOMNode], keymap: Mapping[str, str]) -> list[KeyHelp]:
    """Return what the keys of a class do, remapped by `keymap` (action id -> keys)."""
    helps: list[KeyHelp] = []
    taken = _taken(owner, keymap)
    for binding in bindings_of(owner):
        keys = keys_of(keymap.get(binding.id or "", binding.key))
        if binding.id not in keymap:
            keys = [key for key in keys if key not in taken]
        names = tuple(map(key_name, keys))
        verb = binding.tooltip or binding.description
        helps.append(KeyHelp(binding.id or "", binding.action, verb, names))
    return helps


def _taken(owner: type[DOMNode], keymap: Mapping[str, str]) -> dict[str, str]:
    """Return the keys that `keymap` gives to actions of a class, key -> action id.

    Textual takes them from the actions of that class that had them.
    """
    own = [binding.id or "" for binding in bindings_of(owner)]
    return {key: each for each in own if each in keymap for key in keys_of(keymap[each])}


def keys_of(keys: str) -> list[str]:
    """Return the keys of a binding or of a line in `[keys]`."""
    return [key.strip() for key in keys.split(",")]


def palette_only(owner: type[DOMNode]) -> Sequence[KeyHelp]:
    """Return what a class does that is too rare for a key."""
    commands: Sequence[KeyHelp] = vars(owner).get("PALETTE_ONLY", ())
    return commands


def key_name(key: str) -> str:
    """Return a key in the one spelling that a person reads: `Ctrl+N`, `Alt+Up`, `F1`, `y`."""
    *modifiers, name = key.split("+")
    name = _NAMES.get(name) or format_key(name)
    # a letter by itself is the one that is typed; after a modifier it is a key
    if len(name) > 1 or modifiers:
        name = name[0].upper() + name[1:]
    return "+".join([*(modifier.capitalize() for modifier in modifiers), name])


def name_keys(words: str, screen: Screen[Any]) -> str:
    """Return `words` with the keys of actions in place of their ids: `{dialog.close} cancel`.

    The keys are those that act on the screen now, as a person remapped them.
    """
    keys: dict[str, str] = {}
    for key, active in screen.active_bindings.items():
        keys.setdefault(active.binding.id or "", key_name(key))
    return _NAMED_ACTION.sub(lambda named: keys.get(named[1], ""), words)
