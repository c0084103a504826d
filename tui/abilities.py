"""Abilities of who sits at the terminal: what they may ask, and reach of this machine.

Somebody at their own machine has all of them; a visitor from another one may only ask.
"""

from __future__ import annotations

from enum import Enum


class Ability(Enum):
    """Something that not everybody can do; its value says why it is not there for them."""

    PROGRAMS = "No program can be started from here: this Runnel runs on another machine."
    """A pager, an editor, a browser."""
    FILES = "No file can be read or written from here: this Runnel runs on another machine."
    """One that a person names, or is told of."""
    ACCOUNTS = "Servers and sign-ins cannot be changed from here: they belong to the host."
    SHELL = "There is no shell here to go back to."
    """For a while, with the app stopped."""
    ASKING = "Nothing can be asked in a replay."
    """Of any bot, or taught."""


Abilities = frozenset[Ability]

EVERY_ABILITY: Abilities = frozenset(Ability)
NO_ABILITY: Abilities = frozenset()
VISITING: Abilities = frozenset({Ability.ASKING})
"""Of a visitor from another machine."""
