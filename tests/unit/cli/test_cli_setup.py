from __future__ import annotations

from tests.unit.cli.conftest import Run


def test_without_a_terminal_setup_says_what_to_do_instead(run: Run) -> None:
    code, out, err = run("setup")
    assert (code, out) == (2, "")
    first, rest = err.split("\n", 1)
    assert first == "runnel: The full-screen app needs a terminal."
    assert "runnel config path" in rest
    assert "RUNNEL_PROFILES__WORK__TOKEN" in rest


def test_setup_takes_no_secret_as_an_option(run: Run) -> None:
    code, out, _ = run("setup", "--help")
    assert code == 0
    assert "Add a server in three steps" in out
    assert "key" not in "".join(line for line in out.splitlines() if line.startswith("  -"))
    assert run("setup", "--key", "x")[0] == 2
    assert run("setup", "x")[0] == 2
