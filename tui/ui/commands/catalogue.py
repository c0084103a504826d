"""Command catalogue: every action that has an id, with the keys it has now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, runtime_checkable

from textual import actions
from textual.dom import DOMNode

from tui.abilities import EVERY_ABILITY, Abilities
from tui.ui.commands.context import Context, own_bindings
from tui.ui.commands.needs import lacking
from tui.ui.commands.rows import CommandRow
from tui.ui.key_bindings import KeyHelp, key_help, palette_only
from tui.values import replace

_NOT_NOW = "not now"
_NOT_HERE = "not here"
_KEY_IS_LOST = "another action has its key"


class RunsActions(Protocol):
    """An app, as far as it runs actions: at `default_namespace`, or at itself."""

    async def run_action(self, action: str, default_namespace: DOMNode | None = None) -> bool: ...


@runtime_checkable
class ExplainsActions(Protocol):
    """A part of the screen that can say why something cannot be done now."""

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return why an action cannot be run now; empty when it can, or nothing is known."""
        ...


class CommandCatalogue:
    """The actions of all contexts, under the keys of a person's keymap (action id -> keys).

    `dialogs` are contexts that only the keys list, not the commands. `parts` yields what is on the
    screen now, outermost first, `here` what the focus is in, innermost first; an action that
    belongs to `app` needs none of it. `notes` tells what is wrong with the keys of an action. What
    needs an ability that is not among `abilities` is not listed.
    """

    def __init__(
        self,
        contexts: Sequence[Context],
        dialogs: Sequence[Context],
        keymap: Mapping[str, str],
        app: RunsActions,
        parts: Callable[[], Iterable[DOMNode]],
        here: Callable[[], Iterable[DOMNode]] = tuple,
        notes: Mapping[str, str] | None = None,
        abilities: Abilities = EVERY_ABILITY,
    ) -> None:
        self._app = app
        self._parts = parts
        self._here = here
        self._notes = notes or {}
        self._abilities = abilities
        everywhere = (*contexts, *dialogs)
        self._bound = [(each, _helps(each, everywhere, keymap)) for each in contexts]
        self._in_dialogs = [
            (replace(each, missing=_in_words(each)), _helps(each, everywhere, keymap))
            for each in dialogs
        ]
        self._first_keys: dict[str, str] = {}
        for _, helps in (*self._bound, *self._in_dialogs):
            for each in helps:
                self._first_keys.setdefault(each.action_id, next(iter(each.keys), ""))

    def key_of(self, action_id: str) -> str:
        """Return the first key of an action as a person reads it, empty for an unknown one."""
        return self._first_keys.get(action_id, "")

    def command_rows(self) -> Sequence[CommandRow]:
        """Return everything that can be done, what belongs to the focus first.

        Keys of writing stand behind that: whoever opens a list has left off.
        """
        parts, here = list(self._parts()), list(self._here())

        def rank(context: Context) -> int:
            return len(here) if context.is_for_writing else _distance(context, here)

        bound = sorted(self._bound, key=lambda each: rank(each[0]))
        return [
            self._row(context, each, parts)
            for context, helps in bound
            for each in (*helps, *palette_only(context.owner))
            if each.description and self._is_there(each)
        ]

    def key_rows(self) -> Sequence[CommandRow]:
        """Return what the keys do, by context: those of the focus first, of dialogs last."""
        parts, here = list(self._parts()), list(self._here())
        rows = [
            (context, self._row(context, each, parts))
            for context, helps in (*self._bound, *self._in_dialogs)
            for each in helps
            if self._is_there(each)
        ]
        return [row for _, row in sorted(rows, key=lambda each: _distance(each[0], here))]

    def _is_there(self, told: KeyHelp) -> bool:
        return not lacking(told.action_id, self._abilities)

    def _row(self, context: Context, told: KeyHelp, parts: Iterable[DOMNode]) -> CommandRow:
        is_bound = told not in palette_only(context.owner)
        part = self._app if isinstance(self._app, context.owner) else _part(parts, context.owner)
        return CommandRow(
            told.action_id,
            told.description,
            told.keys,
            context.heading,
            _why_not(part, context, told.action),
            self._notes.get(told.action_id, "" if told.keys or not is_bound else _KEY_IS_LOST),
        )

    async def run(self, action_id: str) -> bool:
        """Run an action where it belongs, as its key would; `False` when there is no such place."""
        for context, helps in (*self._bound, *self._in_dialogs):
            for each in (*palette_only(context.owner), *helps):
                if each.action_id == action_id:
                    return await self._run_at(context.owner, each.action)
        return False

    async def _run_at(self, owner: type[DOMNode], action: str) -> bool:
        if isinstance(self._app, owner):
            await self._app.run_action(action)
            return True
        part = _part(self._parts(), owner)
        if part is None:
            return False
        await self._app.run_action(action, part)
        return True


def _distance(context: Context, here: Sequence[DOMNode]) -> int:
    """Return how far out around the focus the part of a context lies."""
    at = (i for i, each in enumerate(here) if isinstance(each, context.owner))
    return next(at, len(here))


def _helps(
    context: Context, contexts: Iterable[Context], keymap: Mapping[str, str]
) -> Sequence[KeyHelp]:
    own = {each.id for each in own_bindings(context, contexts)}
    return [each for each in key_help(context.owner, keymap) if each.action_id in own]


def _in_words(context: Context) -> str:
    return f"{context.heading[0].lower()}{context.heading[1:]}"


def _part(parts: Iterable[DOMNode], owner: type[DOMNode]) -> DOMNode | None:
    """Return the last of `parts` that `owner` is the class of."""
    last: DOMNode | None = None
    for each in parts:
        if isinstance(each, owner):
            last = each
    return last


def _why_not(part: object, context: Context, action: str) -> str:
    """Return why an action cannot be run now, empty when it can."""
    if part is None:
        return context.missing or _NOT_HERE
    if not isinstance(part, DOMNode):
        return ""
    _, name, parameters = actions.parse(action)
    # asked first: a key may be there only to say why
    if isinstance(part, ExplainsActions) and (told := part.why_not(name, parameters)):
        return told
    return "" if part.check_action(name, parameters) else _NOT_NOW
