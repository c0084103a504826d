"""Command catalogue: every action that has an id, with the keys it has now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from textual import actions
from textual.dom import DOMNode

from tui.ui.key_bindings import KeyHelp, key_help, palette_only

Context = tuple[str, type[DOMNode]]
"""A heading, and the class whose bindings stand under it."""


class RunsActions(Protocol):
    """An app, as far as it runs actions: at `default_namespace`, or at itself."""

    async def run_action(self, action: str, default_namespace: DOMNode | None = None) -> bool: ...


class CommandCatalogue:
    """The actions of all contexts, under the keys of a person's keymap (action id -> keys).

    `parts` yields what is on the screen now, outermost first; an action that belongs to `app`
    needs none of it.
    """

    def __init__(
        self,
        contexts: Sequence[Context],
        keymap: Mapping[str, str],
        app: RunsActions,
        parts: Callable[[], Iterable[DOMNode]],
    ) -> None:
        self._app = app
        self._parts = parts
        self._bound = [(heading, owner, key_help(owner, keymap)) for heading, owner in contexts]
        self._first_keys: dict[str, str] = {}
        for _, _, helps in self._bound:
            for each in helps:
                self._first_keys.setdefault(each.action_id, next(iter(each.keys), ""))

    @property
    def key_sections(self) -> Sequence[tuple[str, Sequence[KeyHelp]]]:
        """What the keys do, by context."""
        return [(heading, helps) for heading, _, helps in self._bound]

    def key_of(self, action_id: str) -> str:
        """Return the first key of an action as a person reads it, empty for an unknown one."""
        return self._first_keys.get(action_id, "")

    def offered(self) -> Iterator[tuple[str, KeyHelp]]:
        """Yield everything that can be done now, with the heading of its context."""
        parts = list(self._parts())
        for heading, owner, helps in self._bound:
            for each in (*helps, *palette_only(owner)):
                if each.description and _is_offered(_part(parts, owner), each.action):
                    yield heading, each

    async def run(self, action_id: str) -> bool:
        """Run an action where it belongs, as its key would; `False` when there is no such place."""
        for _, owner, helps in self._bound:
            for each in (*palette_only(owner), *helps):
                if each.action_id == action_id:
                    return await self._run_at(owner, each.action)
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


class HasCatalogue(Protocol):
    @property
    def catalogue(self) -> CommandCatalogue: ...


def _part(parts: Iterable[DOMNode], owner: type[DOMNode]) -> DOMNode | None:
    """Return the last of `parts` that `owner` is the class of."""
    last: DOMNode | None = None
    for each in parts:
        if isinstance(each, owner):
            last = each
    return last


def _is_offered(part: DOMNode | None, action: str) -> bool:
    """Say whether an action makes sense now; what has no place here yet may get one."""
    if part is None:
        return True
    _, name, parameters = actions.parse(action)
    return part.check_action(name, parameters) is not False
