"""Stylesheet whose rules are parsed once per process, for all screens and apps in these colours."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

COLOUR_SETS = 8
"""Of so many themes the parsed rules are kept."""
SOURCES = 256
"""So many pieces of CSS are kept in each; all widgets and screens there are have about 100."""


@lru_cache(COLOUR_SETS)
def _parsed_in(
    variables: frozenset[tuple[str, str]],
) -> LRUCache[tuple[Any, ...], list[RuleSet]]:
    return LRUCache(SOURCES)


class SharingStylesheet(Stylesheet):
    """A stylesheet that takes rules from others with the same variables.

    Textual's own parses everything for each app, and once more for each screen that brings CSS.
    """

    def __init__(self, *, variables: dict[str, str]) -> None:
        super().__init__(variables=variables)
        self._parse_cache = _parsed_in(frozenset(variables.items()))

    def set_variables(self, variables: dict[str, str]) -> None:
        # Textual empties the cache, which others use too
        self._parse_cache = LRUCache(1)
        super().set_variables(variables)
        self._parse_cache = _parsed_in(frozenset(variables.items()))

    def reparse(self) -> None:
        # Textual's is for a cache that does not know of variables
        self.parse()
