"""Which modules a command imports: each of them is waited for before the first byte."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Set
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

_RUN = """
import sys
from tui.cli import main
main(sys.argv[1:])
modules = {name for name, module in list(sys.modules.items()) if module is not None}
print(*sorted(modules), sep="\\n", file=sys.__stderr__)
"""
_NOWHERE = "http://127.0.0.1:9"
_PROFILES = {
    "gpt-trainer": {"BASE_URL": _NOWHERE, "TOKEN": "key", "CHATBOT": "bot"},
    "hardwire": {"BASE_URL": _NOWHERE, "EMAIL": "me@example.com", "PASSWORD": "x", "MODEL": "m"},
}
_FULL_SCREEN = {"textual", "rich", "pygments", "markdown_it"}
_SERVER = {"starlette", "uvicorn"}


@cache
def imported_by(*arguments: str, api: str) -> frozenset[str]:
    """Return the names of the modules that are there when a command has ended."""
    profile = {"API": api, **_PROFILES[api]}
    with TemporaryDirectory() as folder:
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": folder,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            **{f"RUNNEL_PROFILES__LAB__{key}": value for key, value in profile.items()},
        }
        done = subprocess.run(
            [sys.executable, "-c", _RUN, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    return frozenset(done.stderr.split())


def packages(modules: Set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def test_the_version_is_told_with_the_command_line_alone() -> None:
    modules = imported_by("--version", api="gpt-trainer")
    assert packages(modules) & {"asyncio", "pydantic", "httpx", *_FULL_SCREEN, *_SERVER} == set()
    assert {each for each in modules if each.startswith("tui.")} == {
        "tui.abilities",
        "tui.cli",
        "tui.cli.completers",
        "tui.cli.options",
        "tui.cli.output",
        "tui.errors",
        "tui.safe_text",
        "tui.settings",
        "tui.settings.links",
        "tui.unexpected",
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("api", "other"), [("gpt-trainer", "hardwire"), ("hardwire", "gpt_trainer")]
)
def test_a_question_is_asked_with_one_backend_and_nothing_that_draws(api: str, other: str) -> None:
    modules = imported_by("ask", "hi", api=api)
    assert packages(modules) & {*_FULL_SCREEN, *_SERVER, "wcwidth", "pydantic"} == set()
    assert {"httpx", "tui.conversation.sending"} <= modules
    rooms = ("tui.ui", "tui.server", f"tui.backends.{other}")
    assert {each for each in modules if each.startswith(rooms)} == set()


@pytest.mark.slow
def test_httpx_goes_without_its_own_command_line_where_that_is_kept_away() -> None:
    # what keeps it away names a module that httpx does not promise
    assert Path(httpx.__file__).with_name("_main.py").exists()
    modules = imported_by("ask", "hi", api="gpt-trainer")
    assert "httpx._client" in modules
    assert "httpx._main" not in modules


@pytest.mark.slow
def test_a_call_is_made_by_asyncio_alone() -> None:
    # httpcore imports the name of the other library, which imports the rest when it is used
    modules = imported_by("ask", "hi", api="gpt-trainer")
    assert {"httpcore", "tui.backends.http.network"} <= modules
    assert not {"anyio.lowlevel", "anyio.abc", "anyio._backends._asyncio"} & modules


def test_a_library_that_is_not_there_is_not_looked_for_with_each_call() -> None:
    import_module("tui.backends")
    assert "sniffio" in sys.modules or find_spec("sniffio") is not None
