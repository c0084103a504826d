"""Texts that messages tell: the tools and sources that a query may name, as far as asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui.query import Query
from tui.query.tree import Has, TextKey
from tui.store import AccountStore

_FIELDS = frozenset((TextKey.TOOL, TextKey.SOURCE))
"""Of labels the list tells."""


class ToldTexts:
    """Those of one account; nobody goes through them who names none in a query."""

    def __init__(self, store: AccountStore) -> None:
        self._store = store
        self.by_field: Mapping[str, Sequence[str]] = {}

    async def take_in(self, query: Query) -> None:
        """Know from now on what may be named where a query begins to name it."""
        conditions = [term.condition for term in query.terms]
        for field in _FIELDS.intersection(
            each.field for each in conditions if isinstance(each, Has)
        ):
            self.by_field = {**self.by_field, field: await self._store.told_texts(field)}
