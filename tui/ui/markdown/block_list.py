"""Block list of a document: frozen units, and the open blocks behind them that may still change."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from tui.ui.markdown.blocks import Block, Unit


class BlockList:
    """Holds what was read so far, and remembers from where on it has changed."""

    def __init__(self) -> None:
        self.units: list[Unit] = []
        """What is frozen."""
        self.blocks: list[Block] = []
        """Of the units, then the open ones."""
        self._frozen_count = 0
        """How many blocks are frozen."""
        self._changed = 0

    def take_changed(self) -> int:
        """Return the index of the first block that may have changed since the last call."""
        changed, self._changed = self._changed, self._frozen_count
        return changed

    def freeze(self, units: Sequence[Unit]) -> None:
        """Add units in place of the open blocks."""
        self.show_open(())
        for unit in units:
            self.units.append(unit)
            self.blocks += unit.blocks
        self._frozen_count = len(self.blocks)

    def show_open(self, blocks: Sequence[Block]) -> None:
        """Have these as the open blocks."""
        self._changed = min(self._changed, self._frozen_count)
        self.blocks[self._frozen_count :] = blocks

    def keep_units(self, count: int) -> None:
        """Drop all but the first units."""
        del self.units[count:]
        self._frozen_count = sum(len(unit.blocks) for unit in self.units)
        self.show_open(())

    def replace_unit(self, unit: Unit, blocks: Sequence[Block]) -> None:
        """Give a frozen unit other blocks."""
        if not unit.blocks or tuple(blocks) == unit.blocks:
            return
        at = bisect_left(self.blocks, unit.blocks[0].start, key=lambda block: block.start)
        self.blocks[at : at + len(unit.blocks)] = blocks
        self._frozen_count += len(blocks) - len(unit.blocks)
        self._changed = min(self._changed, at)
        unit.blocks = tuple(blocks)
