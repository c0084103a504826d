"""Facts of a server that is being added: what the steps of the form have brought by now."""

from __future__ import annotations

from collections.abc import Iterator

from tui.formatting.counts import counted
from tui.safe_text import clean_line
from tui.settings.servers import CheckedServer, NewServer

_LABEL_CELLS = 11
"""What is told stands below what is asked for."""


def facts_of(
    server: NewServer | None, checked: CheckedServer | None, *, is_unreachable: bool
) -> Iterator[str]:
    """Yield a line for each step that is done, `None` for what is not told yet."""
    if server is not None:
        mark = "✗" if is_unreachable else "✓"
        kind = server.kind
        place = kind.title if kind.base_url else clean_line(server.base_url)
        yield f"{mark} {'Server':<{_LABEL_CELLS}}{place}"
    if checked is None:
        return
    found = counted(len(checked.bots), checked.bot_noun)
    if account := clean_line(checked.server.account, 60):
        said = f"{'Sign-in':<{_LABEL_CELLS}}{account}"
    else:
        said = f"{checked.server.kind.secret_noun.title():<{_LABEL_CELLS}}accepted"
    yield f"✓ {said} · {found}"
    if len(checked.bots) == 1:
        [bot] = checked.bots
        yield f"✓ {checked.bot_noun.capitalize():<{_LABEL_CELLS}}{clean_line(bot.name, 60)}"
