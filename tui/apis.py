"""APIs that Runnel speaks: one row for each, with everything that tells it from the others.

A new one needs a package in `backends`, settings in `settings`, and a row here. Its backend is
imported when a profile of it is opened, so that nobody waits for those of others.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from msgspec import Struct

from tui.errors import BadInput
from tui.formatting.nearest import did_you_mean
from tui.settings.profiles import GptTrainerSettings, HardWireSettings, ProfileSettings
from tui.settings.sealed import Sealed

if TYPE_CHECKING:
    import httpx

    from tui.backends.base import Backend, Unlock
    from tui.backends.http.credentials import KnownSecrets
    from tui.tapes.sessions import TapedRows

S = TypeVar("S", bound=ProfileSettings)


class Access(Struct, frozen=True):
    """One account at one server, as a backend needs it."""

    client: httpx.AsyncClient
    base_url: str
    read_secret: Callable[[], Awaitable[str]] | None
    """Gives the key or password; `None` where there is none and the server may do without."""
    unlock: Unlock | None
    """Asks a person in its place, where none is configured."""
    state_folder: Path | None
    """For what is kept until the next start; `None` keeps nothing."""
    known_secrets: KnownSecrets | None = None
    """Takes the secrets that the debug log must not hold."""


class Demo(Struct, Generic[S], frozen=True):
    """An account on the embedded server."""

    settings: S
    starters: tuple[str, ...]
    """Questions that show what it can do."""


class Taped(Struct, frozen=True):
    """What was recorded of an account, as a backend needs it to ask the same again."""

    client: httpx.AsyncClient
    base_url: str
    paths: tuple[str, ...]
    """Of all calls on the tape."""
    new_session_id: Callable[[], str]
    """Gives the ids of new sessions in their order, where they are made here."""


class Api(Struct, Generic[S], frozen=True):
    """One API family."""

    name: str
    """What `api` of a profile says."""
    make: Callable[[Access, S], Backend]
    demo: Callable[[str], Demo[S]] | None = None
    """Address of the embedded server -> the account there; `None`: it has no such API."""
    replay: Callable[[Taped], Backend] | None = None
    """Makes the backend of a tape; `None`: this API is not recorded."""
    make_list: Callable[[str, TapedRows], bytes | None] = lambda _, __: None
    """Path, rows of a tape that holds no list -> that list, as this API answers with one; `None`
    where the path is that of none."""
    add_asked: Callable[[str, bytes, Sequence[bytes]], bytes] = lambda _, history, __: history
    """Path, an answer of a tape, bodies sent to its session since -> the answer with these in it,
    where it is a history."""


def _gpt_trainer(access: Access, settings: GptTrainerSettings) -> Backend:
    from tui.backends.gpt_trainer.backend import GptTrainer

    return GptTrainer(
        access.client,
        access.base_url,
        access.read_secret,
        unlock=access.unlock,
        known_secrets=access.known_secrets,
    )


def _gpt_trainer_replay(taped: Taped) -> Backend:
    from tui.backends.gpt_trainer.backend import GptTrainer

    return GptTrainer(taped.client, taped.base_url, _no_secret)


async def _no_secret() -> str:
    # none that a word of a tape could be taken for, and masked
    return "no secret is on a tape"


def _gpt_trainer_demo(base_url: str) -> Demo[GptTrainerSettings]:
    from tui.server import DEMO_KEY, GPT_TRAINER_STARTERS

    settings = GptTrainerSettings(base_url=base_url, token=Sealed(DEMO_KEY))
    return Demo(settings, GPT_TRAINER_STARTERS)


def _hardwire(access: Access, settings: HardWireSettings) -> Backend:
    from tui.backends.hardwire.backend import HardWire
    from tui.backends.hardwire.sign_in_file import SignInFile

    assert access.read_secret is not None
    folder = access.state_folder
    return HardWire(
        access.client,
        access.base_url,
        settings.email,
        access.read_secret,
        None if folder is None else SignInFile(folder / "sign-ins.json"),
        unlock=access.unlock,
        known_secrets=access.known_secrets,
    )


def _hardwire_replay(taped: Taped) -> Backend:
    from tui.backends.hardwire.backend import HardWire
    from tui.backends.hardwire.taped_sign_in import TapedSignIn

    sign_in = TapedSignIn(taped.paths)
    return HardWire(
        taped.client,
        taped.base_url,
        "",
        _no_secret,
        sign_in,
        new_session_id=taped.new_session_id,
    )


def _hardwire_demo(base_url: str) -> Demo[HardWireSettings]:
    from tui.server import DEMO_EMAIL, DEMO_PASSWORD, HARDWIRE_STARTERS

    password = Sealed(DEMO_PASSWORD)
    settings = HardWireSettings(base_url=base_url, email=DEMO_EMAIL, password=password)
    return Demo(settings, HARDWIRE_STARTERS)


def _gpt_trainer_make_list(path: str, rows: TapedRows) -> bytes | None:
    from tui.backends.gpt_trainer.taped_lists import make_list

    return make_list(path, rows)


def _gpt_trainer_add_asked(path: str, history: bytes, asked: Sequence[bytes]) -> bytes:
    from tui.backends.gpt_trainer.taped_lists import add_asked

    return add_asked(path, history, asked)


def _hardwire_make_list(path: str, rows: TapedRows) -> bytes | None:
    from tui.backends.hardwire.taped_lists import make_list

    return make_list(path, rows)


_ROWS: tuple[Api[Any], ...] = (
    Api(
        "gpt-trainer",
        _gpt_trainer,
        _gpt_trainer_demo,
        _gpt_trainer_replay,
        _gpt_trainer_make_list,
        _gpt_trainer_add_asked,
    ),
    Api("hardwire", _hardwire, _hardwire_demo, _hardwire_replay, _hardwire_make_list),
)

APIS: Mapping[str, Api[Any]] = MappingProxyType({row.name: row for row in _ROWS})
"""By their names."""


def check_replayed(api: str) -> None:
    """Raise `BadInput` for an API of which no tape can be played here."""
    if api not in APIS or APIS[api].replay is None:
        near = did_you_mean(api, APIS) or "."
        raise BadInput(f"The tape is of an API that this Runnel does not know: '{api}'{near}")
