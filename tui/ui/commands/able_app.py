"""App base that runs an action only for whoever has the ability that it needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic

from textual import actions
from textual.actions import ActionParseResult
from textual.dom import DOMNode

from tui.abilities import EVERY_ABILITY, Abilities
from tui.ui.terminal.app import TerminalApp
from tui.ui.terminal.link import Link
from tui.ui.terminal.safety_net import Result


class AbleApp(TerminalApp[Result], Generic[Result]):
    """Says in a sentence why an action is not there for somebody without all `abilities`.

    Keys, clicks and lists all come by here.
    """

    def __init__(self, abilities: Abilities = EVERY_ABILITY, link: Link | None = None) -> None:
        super().__init__(link)
        self.abilities = abilities

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        if self.abilities != EVERY_ABILITY and isinstance(action, str):
            # not imported for the first frame
            from tui.ui.commands.needs import refusal

            place, _, _ = actions.parse(action)
            owner: DOMNode = default_namespace or self
            owner = {"app": self, "screen": self.screen}.get(place, owner)
            if why := refusal(owner, action.removeprefix(f"{place}."), self.abilities):
                self.notify(why, markup=False)
                return True
        return await super().run_action(action, default_namespace, namespaces)
