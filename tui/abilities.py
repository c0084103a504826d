"""Abilities of who sits at the terminal: what of this machine the app may reach for them.

Somebody at their own machine has all of them, a visitor from another one none.
"""

from __future__ import annotations

from enum import Enum


class Ability(Enum):
    """Something beyond the chat; its value says why it is not there for a visitor."""

    PROGRAMS = "No program can be started from here: this Runnel runs on another machine."
    """A pager, an editor, a browser."""
    FILES = "No file can be read or written from here: this Runnel runs on another machine."
    """One that a person names, or is told of."""
    ACCOUNTS = "Servers and sign-ins cannot be changed from here: they belong to the host."
    SHELL = "There is no shell here to go back to."
    """For a while, with the app stopped."""


Abilities = frozenset[Ability]

EVERY_ABILITY: Abilities = frozenset(Ability)
NO_ABILITY: Abilities = frozenset()
