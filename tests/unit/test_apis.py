from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import tui
from tui.apis import APIS
from tui.backends.http.address import normalise_base_url
from tui.settings import EMBEDDED_PROFILES
from tui.settings.profiles import HOSTS, PROFILE_MODELS

ROOT = Path(tui.__file__).parent
ROOMS = ("server/", "settings/", "apis.py")
# the front of the embedded server names what that imitates
OWN_COMMAND = "cli/server.py"


def plain(text: str) -> str:
    return text.lower().replace("-", "").replace("_", "")


def naming(api: str) -> Iterator[str]:
    for path in ROOT.rglob("*.py"):
        if plain(api) in plain(path.read_text(encoding="utf-8")):
            yield path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("api", APIS)
def test_no_api_is_named_outside_its_own_rooms(api: str) -> None:
    own = f"backends/{api.replace('-', '_')}/"
    places = [each for each in naming(api) if not each.startswith((own, *ROOMS, OWN_COMMAND))]
    assert places == []


def test_every_api_has_a_row_and_settings() -> None:
    assert set(APIS) == set(PROFILE_MODELS)


def test_every_embedded_profile_speaks_an_api_that_can_be_shown() -> None:
    for api in EMBEDDED_PROFILES.values():
        demo = APIS[api].demo
        assert demo is not None
        assert demo("http://127.0.0.1:1").settings.api == api


@pytest.mark.parametrize("base_url", HOSTS.values())
def test_every_host_has_a_normal_address(base_url: str) -> None:
    assert normalise_base_url(base_url) == base_url
