"""Copying from messages: text, lines and code blocks, to the clipboard or to a file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from tui.errors import BadInput
from tui.formatting.counts import counted, line_count
from tui.model import Message
from tui.private_files import is_there, overwrite, write_new
from tui.safe_text import clean_line
from tui.ui.dialogs.ask import Prompter
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.dialogs.name_file import NameFileScreen
from tui.ui.dialogs.pick import Choice, PickScreen
from tui.ui.dialogs.select_lines import Destination, LineSelectionScreen
from tui.ui.markdown.source_blocks import CodeBlock, code_blocks, source_blocks
from tui.ui.markdown.targets import CodeTarget
from tui.ui.terminal.clipboard import Clipboard

LONG_CHARS = 20_000
"""A longer text is read aside, so that keys do not wait for it."""
_FIRST_LINE_CHARS = 60
_PATH_CHARS = 400

Block = TypeVar("Block")


class Copying:
    """Copies the source of messages, never what the screen makes of it."""

    def __init__(self, clipboard: Clipboard, prompter: Prompter) -> None:
        self._clipboard = clipboard
        self._prompter = prompter

    def copy(self, text: str, what: str) -> None:
        """Copy to the clipboard; `what` is a noun: `code block`."""
        self._hand_over(self._clipboard.copy, text, what)

    def write(self, text: str, what: str) -> None:
        """Write to a file of our own choosing."""
        self._hand_over(self._clipboard.write, text, what)

    def _hand_over(self, take: Callable[[str, str], str], text: str, what: str) -> None:
        if not text:
            self._prompter.tell(f"There is no {what} to copy.")
            return
        try:
            self._prompter.tell(take(text, what))
        except BadInput as error:
            self._prompter.fail(error)

    async def copy_lines(self, message: Message) -> None:
        """Have blocks or lines of a message chosen and copied."""
        if not message.text:
            self._prompter.tell("There is no text in this message.")
            return
        blocks = await _aside(source_blocks, message.text)
        chosen = await self._prompter.ask(LineSelectionScreen(message.text, blocks))
        if chosen is not None:
            what = "line" if chosen.line_count == 1 else f"{chosen.line_count} lines"
            hand_over = self.write if chosen.destination is Destination.FILE else self.copy
            hand_over(chosen.text, what)

    async def copy_code(self, message: Message | None) -> None:
        block = await self._pick(message, "Copy which code?")
        if block is not None:
            self.copy(block.code, "code block")

    async def copy_shown_code(self, source: str, target: CodeTarget) -> None:
        """Copy a code block as it was written, found by how it is shown."""
        self.copy((await _shown_block(source, target)).code, "code block")

    async def save_code(self, message: Message | None) -> None:
        """Write a code block to a file that the person names."""
        block = await self._pick(message, "Save which code?")
        if block is not None:
            await self._name_and_save(block)

    async def save_shown_code(self, source: str, target: CodeTarget) -> None:
        """Write a code block as it was written, found by how it is shown, to a file."""
        await self._name_and_save(await _shown_block(source, target))

    async def _name_and_save(self, block: CodeBlock) -> None:
        title = f"Save code ({described(block)}) as …"
        named = await self._prompter.ask(NameFileScreen(title, suggested_name(block)))
        if named is not None:
            await self._save(block, named)

    async def _save(self, block: CodeBlock, named: str) -> None:
        shown_path = clean_line(named, _PATH_CHARS)
        data = block.code.encode("utf-8", "replace")
        try:
            path = _path(named)
            if not is_there(path):
                write_new(path, data)
            elif await self._prompter.ask(
                ConfirmScreen("This file exists already. Overwrite it?", shown_path)
            ):
                overwrite(path, data)
            else:
                return
        except (OSError, RuntimeError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            self._prompter.fail(
                BadInput(
                    f"The code could not be saved as {shown_path}: {clean_line(reason)}.",
                    hint="Choose a folder that exists and that you may write to.",
                )
            )
            return
        self._prompter.tell(f"Saved the code block as {clean_line(str(path), _PATH_CHARS)}")

    async def _pick(self, message: Message | None, title: str) -> CodeBlock | None:
        """Return the code block of a message; of several, the one the person picks."""
        blocks = await blocks_of(message) if message is not None else []
        if not blocks:
            self._prompter.tell("There is no code block in this message.")
            return None
        if len(blocks) == 1:
            return blocks[0]
        choices = [
            Choice(block, f"{at} ❮❯ {described(block)}", first_line(block))
            for at, block in enumerate(blocks, start=1)
        ]
        return await self._prompter.ask(PickScreen(title, choices, numbered=True))


async def _shown_block(source: str, target: CodeTarget) -> CodeBlock:
    blocks = await _aside(code_blocks, source)
    is_known = len(blocks) == target.count
    return blocks[target.index] if is_known else CodeBlock("", target.shown)


async def blocks_of(message: Message) -> Sequence[CodeBlock]:
    return await _aside(code_blocks, message.text)


def described(block: CodeBlock) -> str:
    language = clean_line(block.language, 20) or "code"
    return f"{language}, {counted(line_count(block.code), 'line')}"


def first_line(block: CodeBlock) -> str:
    return clean_line(block.code.strip().partition("\n")[0], _FIRST_LINE_CHARS)


def suggested_name(block: CodeBlock) -> str:
    """Return a file name with the ending that the language of the block has."""
    # late: it loads Pygments
    from rich.syntax import Syntax

    lexer = Syntax("", block.language).lexer
    patterns = lexer.filenames if lexer is not None else []
    endings = [each.removeprefix("*.") for each in patterns if each.startswith("*.")]
    return f"code.{endings[0] if endings and endings[0].isalnum() else 'txt'}"


def _path(named: str) -> Path:
    return Path(named).expanduser()


async def _aside(read: Callable[[str], Sequence[Block]], text: str) -> Sequence[Block]:
    return await asyncio.to_thread(read, text) if len(text) > LONG_CHARS else read(text)
