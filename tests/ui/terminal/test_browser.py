from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.fakes import ScriptedBackend, assistant, user
from tests.ui.harness import stage
from tests.ui.talks import opened
from tests.ui.terminal.desktop import Desktop
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.terminal.browser import CONSOLE_BROWSERS, Browser

ADDRESS = "https://example.com/a?b=1&c=%20#d"
NO_DISPLAY: list[dict[str, str]] = [
    {},
    {"DISPLAY": "", "WAYLAND_DISPLAY": ""},
    {"SSH_CONNECTION": "1 2 3 4"},
    *({"BROWSER": name} for name in sorted(CONSOLE_BROWSERS)),
    {"BROWSER": "firefox"},
    {"BROWSER": "w3m %s:lynx"},
]


def talk(answer: str) -> ScriptedBackend:
    return ScriptedBackend(histories={"s": [user("q", "Q"), assistant("a", answer)]})


def program(desktop: Desktop, environ: dict[str, str], platform: str = "linux") -> str:
    command = Browser({"PATH": str(desktop.folder), **environ}, platform).command
    return "" if command is None else " ".join([Path(command[0]).name, *command[1:]])


@pytest.mark.parametrize("environ", NO_DISPLAY, ids=str)
def test_without_a_display_nothing_is_started(desktop: Desktop, environ: dict[str, str]) -> None:
    for name in (*CONSOLE_BROWSERS, "firefox", "gio", "open", "wslview"):
        desktop.add(name)
    assert program(desktop, environ) == ""


@pytest.mark.parametrize("platform", ["linux", "darwin"])
@pytest.mark.parametrize("environ", [{"DISPLAY": ":0"}, {"WSL_INTEROP": "1"}], ids=str)
def test_for_a_visitor_nothing_is_started_on_the_desktop_of_the_host(
    desktop: Desktop, environ: dict[str, str], platform: str
) -> None:
    for name in ("open", "wslview"):
        desktop.add(name)
    told = {"PATH": str(desktop.folder), **environ}
    assert Browser(told, platform).command is not None
    assert Browser(told, platform, may_start=False).command is None


@pytest.mark.parametrize(
    ("environ", "platform", "started"),
    [
        ({"DISPLAY": ":0"}, "linux", "xdg-open"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", "xdg-open"),
        ({"DISPLAY": ":0", "BROWSER": "firefox"}, "linux", "firefox"),
        ({"DISPLAY": ":0", "BROWSER": "firefox --new-tab %s"}, "linux", "firefox --new-tab"),
        ({"DISPLAY": ":0", "BROWSER": "w3m:firefox"}, "linux", "firefox"),
        ({"DISPLAY": ":0", "BROWSER": "/usr/bin/w3m"}, "linux", "xdg-open"),
        ({"DISPLAY": ":0", "BROWSER": "env lynx"}, "linux", "xdg-open"),
        ({"DISPLAY": ":0", "BROWSER": "none-such"}, "linux", "xdg-open"),
        ({"DISPLAY": ":0", "BROWSER": "'"}, "linux", "xdg-open"),
        ({"WSL_DISTRO_NAME": "Debian"}, "linux", "wslview"),
        ({}, "darwin", "open"),
        ({"SSH_CONNECTION": "1 2 3 4"}, "darwin", ""),
    ],
)
def test_the_browser_is_one_of_the_desktop(
    desktop: Desktop, environ: dict[str, str], platform: str, started: str
) -> None:
    for name in (*CONSOLE_BROWSERS, "firefox", "env", "open", "wslview"):
        desktop.add(name)
    assert program(desktop, environ, platform) == started


async def test_the_browser_has_no_terminal_of_ours(desktop: Desktop) -> None:
    desktop.add(
        "xdg-open",
        "#!/bin/sh\n( readlink /proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2; "
        'echo "tty: $(cat /dev/tty 2>&1)"; echo "browser: $BROWSER"; '
        'ps -o sid= -p $$ ) > "$0.facts" 2>&1\n',
    )
    environ = {**os.environ, "BROWSER": "w3m"}
    assert await Browser(environ, "linux").open(ADDRESS)
    facts = (desktop.folder / "xdg-open.facts").read_text()
    assert facts.count("/dev/null") >= 1
    assert "browser: \n" in facts
    assert f" {os.getsid(0)}\n" not in facts


@pytest.mark.parametrize("script", ["#!/bin/sh\nexit 3\n", "#!/no/such/program\n"])
async def test_a_browser_that_fails_at_once_did_not_take_the_address(
    desktop: Desktop, script: str
) -> None:
    desktop.add("xdg-open", script)
    assert not await Browser(os.environ, "linux").open(ADDRESS)


@pytest.mark.parametrize(
    ("address", "given"),
    [
        (ADDRESS, ADDRESS),
        ("mailto:me@example.com?subject=a b", "mailto:me@example.com?subject=a%20b"),
        ('https://x.example/"`$(id)`";\n-x', "https://x.example/%22%60$(id)%60%22;%0A-x"),
    ],
)
async def test_an_address_is_one_word_to_the_browser(
    desktop: Desktop, address: str, given: str
) -> None:
    assert await Browser(os.environ, "linux").open(address)
    assert desktop.opened_by() == given


async def test_where_no_browser_is_the_address_can_be_copied(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("BROWSER", "w3m")
    desktop.add("w3m")
    async with stage(talk(f"[docs]({ADDRESS})")) as it:
        await opened(it)
        await it.press("f", "a")
        await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
        await it.until(lambda: "no browser here" in it.drawn and ADDRESS in it.drawn)
        await it.press("y")
        await it.until(lambda: it.app.clipboard == ADDRESS)
    assert desktop.opened_by() == desktop.opened_by("w3m") == ""


async def test_an_address_no_browser_takes_can_be_copied(desktop: Desktop) -> None:
    desktop.add("xdg-open", "#!/bin/sh\nexit 3\n")
    async with stage(talk(f"[docs]({ADDRESS})")) as it:
        await opened(it)
        await it.press("f", "a")
        await it.until(lambda: "Open this address" in it.drawn)
        await it.press("y")
        await it.until(lambda: "did not take this address" in it.drawn)
        await it.press("y")
        await it.until(lambda: it.app.clipboard == ADDRESS)
