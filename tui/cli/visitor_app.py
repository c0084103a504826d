"""App of a visitor: what it shows, and what runs of it in a process of its own."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from msgspec import Struct

from tui.abilities import VISITING
from tui.cli.options import Seat

DEMO, REPLAY, LIVE = "demo", "replay", "live"
"""What `--app` of `runnel serve` names."""

_NOT_IN_CHILDREN = ("tui.serve.", "tui.cli.serve.", "tui.__main__.")
_IMPORTED_LATE = (
    "anyio._backends._asyncio",
    "certifi",
    "httpcore",
    "pygments.lexers",
    "pygments.lexers.python",
    "pygments.lexers.shell",
    "textual.layouts.factory",
    "textual.layouts.horizontal",
    "textual.layouts.stream",
    "uvicorn.lifespan.off",
    "uvicorn.logging",
)
"""By libraries, when they are first used."""


class DemoApp(Struct, frozen=True):
    """The demonstration, on a server within."""

    @property
    def words(self) -> Sequence[str]:
        """The words after `runnel` that show it."""
        return (DEMO,)


class ReplayOf(Struct, frozen=True):
    """A tape."""

    file: Path
    """Absolute: each visitor's app runs in a folder of its own."""

    @property
    def words(self) -> Sequence[str]:
        return (REPLAY, str(self.file))


class LiveProfile(Struct, frozen=True):
    """A profile of whoever serves, with its server's sessions."""

    name: str

    @property
    def words(self) -> Sequence[str]:
        return ("--profile", self.name)


Shown = DemoApp | ReplayOf | LiveProfile


class VisitorApp(Struct, frozen=True):
    """What runs in the process of a visitor."""

    shown: Shown
    looks: Sequence[str]
    """Options of Runnel for its looks, --theme and --link."""

    def show(self, folder: Path) -> int:
        """Show it until the visitor leaves, and return the exit code; `folder` is theirs."""
        from tui.cli import main

        words = [*self.looks, *self.shown.words]
        if isinstance(self.shown, LiveProfile):
            return main(words, Seat(VISITING, folder))
        from tui.serve.fence import Fence, code_folders

        tapes = [self.shown.file] if isinstance(self.shown, ReplayOf) else []
        Fence(folder, [*code_folders(), *tapes]).raise_up()
        return main(words, Seat(VISITING))


def import_all() -> None:
    """Import all that a visitor's app may need: what is imported before the fork is there once."""
    import pkgutil

    import tui

    of_tui = {each.name for each in pkgutil.walk_packages(tui.__path__, "tui.")}
    for name in (*sorted(of_tui), *_IMPORTED_LATE):
        if not (f"{name}." in _NOT_IN_CHILDREN or name.startswith(_NOT_IN_CHILDREN)):
            import_module(name)
