"""Incremental document: a source that grows, and the blocks it is read into.

What can no longer change freezes: top-level blocks, items of top-level lists and rows of
top-level tables, each as soon as the next one stands on a whole line of its own. Only what is
open after them is parsed again. Everything that decides how a frozen unit looks is in the source,
never in the size of the pieces it came in.
"""

from __future__ import annotations

import re

from tui.formatting.counts import counted
from tui.ui.markdown.block_list import BlockList
from tui.ui.markdown.block_reader import gap_before
from tui.ui.markdown.blocks import TAB, Block, Context, InTable, Literal, Prose, Unit
from tui.ui.markdown.code import OpenFence, open_fence
from tui.ui.markdown.definitions import pending_definition
from tui.ui.markdown.parsed_range import ParsedRange, mentions, table_context
from tui.ui.markdown.sections import References
from tui.ui.markdown.shown_limit import ShownLimit
from tui.ui.markdown.styled_text import in_one_style, shared_chars

OPEN_CHARS = 4_000
"""What is parsed in one step; an open block beyond it is shown as its source until it closes."""
MAX_BLOCK_CHARS = 16_000
"""A block that does not close within this stays as its source."""
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_BLANK_LINES = re.compile(r"(?:[ \t]*\n)+")


class MarkdownDocument:
    """Reads a source in steps: `write` or `replace` it, then `advance` until that says no.

    Any split of one text gives the same rows once `finish` was called and all was read.
    """

    def __init__(self) -> None:
        self.source = ""
        self._limit = ShownLimit()
        self._is_finished = False
        self._block_list = BlockList()
        self._references: References = {}
        self._open_references: References = {}
        self._resolved = 0
        """How many units were looked through for links to definitions below them."""
        self._go_to(0, None)

    def _go_to(self, at: int, context: Context) -> None:
        """Read on from an offset of the source, where a unit begins."""
        self._at = at
        self._context = context
        self._fence: OpenFence | None = None
        self._is_literal = False
        self._tried = at
        """How far the end of what is open was looked for."""

    @property
    def blocks(self) -> list[Block]:
        """What was read so far; the blocks at the end may still change."""
        return self._block_list.blocks

    @property
    def is_finished(self) -> bool:
        """The source was taken for whole."""
        return self._is_finished

    @property
    def position(self) -> int:
        """How far everything is frozen, in characters of the source."""
        return self._at

    def take_changed(self) -> int:
        """Return the index of the first block that may have changed since the last call."""
        return self._block_list.take_changed()

    # The source

    def write(self, text: str) -> None:
        """Add to the end."""
        self._go_on(self.source + text)

    def _go_on(self, source: str) -> None:
        """Take over a source that begins with the one before, as it is: a copy would be felt."""
        if self._is_finished and self._open_references:
            # links were made from definitions that what is new may change
            self._restart()
        self._is_finished = False
        self.source = source
        self._limit.see(source)

    def finish(self) -> None:
        """Take the source for whole: what is still open is closed by its end."""
        self._is_finished = True
        self._resolved = 0

    def replace(self, source: str) -> None:
        """Take over another source; what was read of the beginning both share stays."""
        if source.startswith(self.source):
            self._go_on(source)
            return
        shared = shared_chars(self.source, source)
        self.source = source
        self._is_finished = False
        self._limit = ShownLimit()
        self._limit.see(source)
        keep = 0
        # a unit is closed by the one below it, which must be shared to its end
        units = self._block_list.units
        while keep + 2 < len(units) and units[keep + 2].start <= shared:
            keep += 1
        if keep == 0 or self._references or self._open_references:
            self._restart()
        else:
            after = units[keep]
            self._keep_units(keep)
            self._go_to(after.start, after.context)

    def _restart(self) -> None:
        self._keep_units(0)
        self._references, self._open_references = {}, {}
        self._go_to(0, None)

    def _keep_units(self, count: int) -> None:
        self._resolved = min(self._resolved, count)
        self._block_list.keep_units(count)

    @property
    def _end(self) -> int:
        """Where what is shown of the source ends: what may become a definition waits."""
        end = len(self.source) if self._limit.cut is None else self._limit.cut
        if self._is_whole or self._fence is not None or self._is_literal:
            return end
        pending = pending_definition(self.source, self._at, end)
        return end if pending is None else pending

    @property
    def _is_whole(self) -> bool:
        """Nothing will be shown after what is there."""
        return self._is_finished or self._limit.cut is not None

    # Reading

    def advance(self) -> bool:
        """Read a few thousand characters further; return whether there is more to read."""
        self._skip_blank_lines()
        if self._fence is None and self._context is None and not self._is_literal:
            self._fence = open_fence(self.source, self._at, self._end)
        left = self._end - self._at
        if self._fence is not None:
            goes_on = self._read_fence(self._fence)
        elif self._is_literal:
            goes_on = self._read_literal()
        elif left > OPEN_CHARS and (left > MAX_BLOCK_CHARS or self._is_whole):
            goes_on = self._read_ahead(left)
        elif left > OPEN_CHARS:
            goes_on = self._read_long()
        else:
            goes_on = self._read_rest()
        if not goes_on and self._is_whole:
            goes_on = self._resolve_references()
        if not goes_on and self._limit.cut is not None:
            self._block_list.blocks.append(_note(self._end, len(self.source) - self._end))
        return goes_on

    def _skip_blank_lines(self) -> None:
        blank = _BLANK_LINES.match(self.source, self._at, self._end)
        if blank is not None and self._fence is None and not self._is_literal:
            # an item of a list never begins with one, and a table ends with it
            self._go_to(blank.end(), None)

    def _read_fence(self, fence: OpenFence) -> bool:
        """Freeze an open fence when its last line has come, else show what there is of it."""
        searched = max(fence.content, self._tried)
        line = max(searched, self.source.rfind("\n", searched, self._end) + 1)
        stop = fence.closing_line(self.source, searched, line)
        if stop is not None:
            end = self.source.index("\n", stop)
            block = fence.block(self.source, stop, end)
            self._block_list.freeze([Unit(fence.start, end + 1, None, (block,), is_parsed=False)])
            self._go_to(end + 1, None)
            return True
        self._tried = line
        if self._is_whole:
            stop = fence.closing_line(self.source, line, self._end)
            stop = self._end if stop is None else stop
        else:
            stop = line if fence.may_close(self.source[line : self._end]) else self._end
        is_open = not self._is_whole
        self._block_list.show_open([fence.block(self.source, stop, self._end, is_open=is_open)])
        return False

    def _read_literal(self) -> bool:
        """Show a block that is too long to be parsed as it is, up to the next blank line."""
        searched = max(self._at + MAX_BLOCK_CHARS - 1, self._tried)
        blank = _BLANK_LINE.search(self.source, searched, self._end)
        if blank is None:
            self._tried = max(searched, self.source.rfind("\n", searched, self._end))
            self._block_list.show_open([self._literal(self._end)])
            return False
        block = self._literal(blank.start())
        self._block_list.freeze(
            [Unit(self._at, blank.end(), self._context, (block,), is_parsed=False)]
        )
        self._go_to(blank.end(), None)
        return True

    def _literal(self, end: int) -> Block:
        text = self.source[self._at : end].rstrip("\n").replace("\t", TAB)
        return Block(
            Literal(text), self._at, end, gap=gap_before(self.source, self._at, self._context)
        )

    def _read_ahead(self, left: int) -> bool:
        """Freeze what closes soon; what does not within `MAX_BLOCK_CHARS` is literal."""
        soon = self._parse(self._at + OPEN_CHARS)
        if soon is not None and self._freeze_closed(soon):
            return True
        if left <= MAX_BLOCK_CHARS:
            return self._read_rest()
        later = self._parse(self._at + MAX_BLOCK_CHARS)
        if later is None or not self._freeze_closed(later):
            self._is_literal = True
        return True

    def _read_long(self) -> bool:
        """Show a block that has become long as its source; look for its end now and then."""
        far = self._end - self._at > (self._tried - self._at) * 9 // 8
        if far or self.source.find("\n\n", max(self._at, self._tried - 1), self._end) >= 0:
            self._tried = self._end
            outline = self._parse(self._end, outline=True)
            if outline is not None and (outline.closed() or outline.head_end() is not None):
                parsed = self._parse(self._end)
                return parsed is not None and self._freeze_closed(parsed)
        self._block_list.show_open([self._literal(self._end)])
        return False

    def _read_rest(self) -> bool:
        """Freeze what is closed, and show what is left as it looks by now."""
        parsed = self._parse(self._end)
        if parsed is None:
            self._is_literal = True
            return True
        if self._freeze_closed(parsed):
            return True
        self._open_references = {
            label: definition
            for label, definition in parsed.references.items()
            if label not in self._references
        }
        self._block_list.show_open([block for unit in parsed.units() for block in unit.blocks])
        return False

    def _parse(self, end: int, *, outline: bool = False) -> ParsedRange | None:
        """Parse from where we are to `end`; `None` when the parser gives up."""
        try:
            return ParsedRange(
                self.source, self._at, end, self._context, self._references, outline=outline
            )
        except Exception:  # noqa: BLE001 - the parser is not ours: what it trips over is literal
            return None

    def _freeze_closed(self, parsed: ParsedRange) -> bool:
        """Freeze the units of `parsed` that are closed; return whether any was."""
        closed = parsed.closed()
        head_end = parsed.head_end() if closed == 0 else None
        if isinstance(self._context, InTable) and parsed.has_left_table():
            self._context = None
            return True
        if closed == 0 and head_end is None:
            return False
        end = parsed.start_of(closed) if head_end is None else head_end
        if head_end is not None or len(parsed.references) > len(self._references):
            # only what stands above may be known to what is frozen
            again = self._parse(end)
            if again is None:
                return False
            units = again.units()
            self._references = again.references
        else:
            units = parsed.units(0, closed)
        context = parsed.sections[closed].context if head_end is None else table_context(units)
        self._block_list.freeze(units)
        self._go_to(end, context)
        return True

    def _resolve_references(self) -> bool:
        """Read a unit again that links by what was defined below it; return whether one was."""
        known = {**self._open_references, **self._references}
        while known and self._resolved < len(self._block_list.units):
            unit = self._block_list.units[self._resolved]
            self._resolved += 1
            if unit.is_parsed and mentions(self.source[unit.start : unit.end], known):
                again = ParsedRange(self.source, unit.start, unit.end, unit.context, known)
                self._block_list.replace_unit(
                    unit, [block for each in again.units() for block in each.blocks]
                )
                return True
        return False


def _note(at: int, chars: int) -> Block:
    are = "is" if chars == 1 else "are"
    words = f"… {counted(chars, 'more character')} {are} not shown here; copying takes all of them."
    return Block(Prose.of(in_one_style(words, ".muted")), at, at, gap=())
