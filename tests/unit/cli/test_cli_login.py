from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from tests.memory_keyring import MemoryKeyring, used
from tests.unit.cli.conftest import Environment, Run


@pytest.fixture(autouse=True)
def empty_keyring(bare_environment: None) -> Iterator[None]:
    with used(MemoryKeyring()):
        yield


@pytest.fixture
def secretless(profiles: Environment) -> Environment:
    """Take the secrets of both profiles out of the environment."""
    for name in [name for name in profiles if name.endswith(("TOKEN", "PASSWORD"))]:
        del profiles[name]
    return profiles


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({}, "no terminal to ask for the key in"),
        ({"RUNNEL_PROFILES__WORK__TOKEN": "x"}, "has its key in the settings"),
        ({"RUNNEL_PROFILES__WORK__TOKEN_COMMAND": "x"}, "has its key in the settings"),
    ],
)
@pytest.mark.usefixtures("secretless")
def test_what_cannot_be_saved_is_told_in_one_sentence(
    run: Run, variables: Mapping[str, str], words: str
) -> None:
    code, out, err = run("login", "--save", variables=variables)
    assert (code, out) == (2, "")
    first, *rest = err.splitlines()
    assert first.startswith("runnel: ")
    assert words in first
    assert len(rest) == 1


@pytest.mark.parametrize("profile", ["work", "lab"])
@pytest.mark.usefixtures("secretless")
def test_without_a_secret_nobody_is_let_in(run: Run, profile: str) -> None:
    code, out, err = run("--profile", profile, "login")
    assert (code, out) == (3 if profile == "work" else 2, "")
    assert err.startswith("runnel: ")


@pytest.mark.parametrize("arguments", [("login", "--save"), ("logout",)])
def test_without_profiles_there_is_nothing_to_save_or_to_sign_out_of(
    run: Run, arguments: tuple[str, ...]
) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert "\nrunnel: There is n" in err


@pytest.mark.usefixtures("profiles")
def test_signing_out_where_nothing_is_kept_says_so(run: Run) -> None:
    assert run("logout") == (
        0,
        "work: nothing was kept\n",
        "Its key is still in the settings.\n",
    )
