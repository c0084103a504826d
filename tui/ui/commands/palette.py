"""Command palette: everything that can be done now."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import cast

from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.markup import escape
from textual.widgets import Input

from tui.ui.commands.catalogue import CommandCatalogue, HasCatalogue


class Commands(Provider):
    """Offers what the bindings offer, told with their keys."""

    async def discover(self) -> Hits:
        for title, detail, action in self._commands():
            yield DiscoveryHit(title, partial(self._run, action), help=detail)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for title, detail, action in self._commands():
            score = matcher.match(f"{title} {detail}")
            if score > 0:
                yield Hit(score, matcher.highlight(title), partial(self._run, action), help=detail)

    @property
    def _catalogue(self) -> CommandCatalogue:
        # Textual makes providers itself, and hands them nothing but the screen
        return cast("HasCatalogue", self.app).catalogue

    def _commands(self) -> Iterator[tuple[str, str, str]]:
        for heading, each in self._catalogue.offered():
            # the palette reads markup, and a person's own keys may hold brackets
            detail = escape(" · ".join(word for word in (heading, ", ".join(each.keys)) if word))
            yield each.description, detail, each.action_id

    async def _run(self, action_id: str) -> None:
        if not await self._catalogue.run(action_id):
            key = self._catalogue.key_of("chat.previous")
            self.app.notify(f"Nothing selected. {key} selects a message.", markup=False)


class Palette(CommandPalette):
    """Textual's palette, in which no key moves through a list that has no rows yet."""

    def on_mount(self) -> None:
        # a blinking cursor is drawn though nothing changes
        self.query_one(Input).cursor_blink = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "command_list" and not self.query_one(CommandList).scrollable_content_region:
            # before its first layout, and where there is no room: paging there is a KeyError
            return False
        return super().check_action(action, parameters)
