"""Key trial: the bytes that the terminal sends for each key, and what Runnel makes of them."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable, Iterable, Sequence

from textual import events
from textual.message import Message

from tui.ui.terminal import modes
from tui.ui.terminal.input_parser import InputParser

Tell = Callable[[str, Sequence[str]], None]
"""Is told bytes, as people write them, and the keys that they are, often one."""

IDLE_S = 30.0
"""So long without a key the trial goes on."""
END_KEY = "ctrl+c"


def try_keys(read_from: int, write_to: int, tell: Tell, idle_s: float = IDLE_S) -> None:
    """Tell of every key that is pressed until Ctrl+C, with the modes that the app uses."""
    before = modes.make_raw(read_from)
    os.write(write_to, modes.KEYBOARD_ON.encode())
    try:
        _read_keys(read_from, tell, idle_s)
    finally:
        os.write(write_to, modes.KEYBOARD_OFF.encode())
        modes.restore(read_from, before)


def _read_keys(read_from: int, tell: Tell, idle_s: float) -> None:
    parser = InputParser()
    sent = b""
    while (data := _read(read_from, parser.deadline, idle_s)) is not None:
        # byte by byte, so that of keys pressed at once each has its line
        for piece in [data[at : at + 1] for at in range(len(data))] or [b""]:
            keys = _keys(parser.feed(piece) if piece else parser.expire())
            sent += piece
            if END_KEY in keys:
                return
            if keys:
                tell(shown_bytes(sent), keys)
                sent = b""
        if sent and parser.deadline is None:
            # what becomes nothing is worth a line too
            tell(shown_bytes(sent), ())
            sent = b""


def _read(read_from: int, due_at: float | None, idle_s: float) -> bytes | None:
    """Return what was sent, nothing when something is due first, `None` when nobody is there."""
    wait_s = idle_s if due_at is None else max(0.0, due_at - time.monotonic())
    if select.select([read_from], [], [], wait_s)[0]:
        return os.read(read_from, 4096) or None
    return None if due_at is None else b""


def _keys(messages: Iterable[Message]) -> list[str]:
    return [message.key for message in messages if isinstance(message, events.Key)]


def shown_bytes(data: bytes) -> str:
    """Return bytes as people write them of terminals: `ESC [13;2u`, `^A`."""
    shown = []
    for byte in data[:60]:
        if byte == 0x1B:
            shown.append("ESC ")
        elif byte < 0x20 or byte == 0x7F:
            shown.append(f"^{chr(byte ^ 0x40)}")
        else:
            shown.append(chr(byte) if byte < 0x7F else f"\\x{byte:02x}")
    return "".join(shown)
