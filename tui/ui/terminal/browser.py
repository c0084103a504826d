"""Browser of the desktop: never one that would draw on this terminal."""

from __future__ import annotations

import asyncio
import re
import shlex
import shutil
import subprocess
import threading
from collections.abc import Mapping
from pathlib import PurePath

CONSOLE_BROWSERS = frozenset(
    {"browsh", "carbonyl", "cha", "chawan", "edbrowse", "elinks", "links", "links2", "lynx",
     "netrik", "retawq", "w3m", "www-browser"}
)  # fmt: skip
FAILS_WITHIN_S = 2.0
"""An opener that fails does so at once; one that became the browser goes on."""

_WEB = ("https://", "http://")
_OPENERS = (("xdg-open",), ("gio", "open"), ("x-www-browser",))
_NO_PART_OF_AN_ADDRESS = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}]")


def is_web_address(address: str) -> bool:
    return address.lower().startswith(_WEB)


def is_openable(address: str) -> bool:
    """Say whether an address is opened when a person asks for it: one of the web or of mail."""
    return is_web_address(address) or address.lower().startswith("mailto:")


class Browser:
    """Opens addresses where there is a screen to show a page on.

    `platform` is that of `sys`. Nothing is opened for somebody who may start no program here.
    """

    def __init__(
        self, environ: Mapping[str, str], platform: str, *, may_start: bool = True
    ) -> None:
        self._environ = environ
        self._platform = platform
        self._may_start = may_start

    @property
    def command(self) -> list[str] | None:
        """The program to start, which takes an address as its last word; `None` without one."""
        environ = self._environ
        if not self._may_start:
            return None
        if self._platform == "darwin":
            # from afar it would open on a screen that nobody looks at
            return None if environ.get("SSH_CONNECTION") else self._there("open")
        if environ.get("WSL_DISTRO_NAME") or environ.get("WSL_INTEROP"):
            return self._there("wslview") or self._there("explorer.exe")
        if not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
            return None
        wanted = (self._wanted(each) for each in environ.get("BROWSER", "").split(":"))
        usual = (self._there(*each) for each in _OPENERS)
        return next(filter(None, (*wanted, *usual)), None)

    async def open(self, address: str) -> bool:
        """Open a web or mail address; return whether a program took it."""
        command = self.command
        process = self._started(command, address) if command is not None else None
        return process is not None and await _has_begun(process)

    def _started(self, command: list[str], address: str) -> subprocess.Popen[bytes] | None:
        try:
            # in a session of its own, which has no terminal
            return subprocess.Popen(
                [*command, _NO_PART_OF_AN_ADDRESS.sub(_escaped, address)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env={name: text for name, text in self._environ.items() if name != "BROWSER"},
            )
        except (OSError, ValueError):
            return None

    def _there(self, program: str, *words: str) -> list[str] | None:
        path = shutil.which(program, path=self._environ.get("PATH"))
        return None if path is None else [path, *words]

    def _wanted(self, entry: str) -> list[str] | None:
        try:
            words = [word for word in shlex.split(entry) if word not in {"%s", "&"}]
        except ValueError:
            return None
        if not words or any(PurePath(word).name in CONSOLE_BROWSERS for word in words):
            return None
        return self._there(*words)


async def _has_begun(process: subprocess.Popen[bytes]) -> bool:
    """Return whether the program still runs after a moment, or has ended well."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()

    def wait() -> None:
        process.wait()
        # a browser may end long after us
        if not loop.is_closed():
            loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait, name="browser", daemon=True).start()
    try:
        await asyncio.wait_for(ended.wait(), FAILS_WITHIN_S)
    except TimeoutError:
        return True
    return process.returncode == 0


def _escaped(character: re.Match[str]) -> str:
    return f"%{ord(character[0]):02X}"
