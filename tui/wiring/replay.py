"""Composition of a replay: the real backend and conversation over a tape, without a network."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

from tui.abilities import EVERY_ABILITY, Abilities
from tui.apis import APIS, Taped, check_replayed
from tui.backends.http.client import client_over
from tui.conversation import Connection
from tui.model import Profile
from tui.settings.appearance import Appearance
from tui.store import MemoryStore
from tui.tapes.player import TapePlayer
from tui.tapes.replayed import Replayed
from tui.tapes.tape import Tape, base_path_of
from tui.tapes.wire import Asked, Sent, Wire, WireLog
from tui.ui.replay import ReplayApp, Replaying

App = TypeVar("App", bound=ReplayApp)

PROFILE = "tape"
_HOST = "tape"


def profile_of(tape: Tape) -> Profile:
    """Return the profile that a tape is shown as."""
    base_url = f"https://{tape.header.host or _HOST}{base_path_of(tape)}"
    return Profile(PROFILE, tape.header.api, base_url)


def replayed_connection(player: TapePlayer) -> Connection:
    """Return a connection that is answered by `player`, with the clocks of its tape.

    Raises:
        BadInput: the API of the tape is not known here.
    """
    tape = player.tape
    check_replayed(tape.header.api)
    profile = profile_of(tape)
    wire = Wire(WireLog(), clock=player.clock)
    api = APIS[profile.api]
    client = client_over(Replayed(player, api.make_list), wire=wire)
    assert api.replay is not None
    paths = tuple(each.path for each in _calls(tape))
    backend = api.replay(Taped(client, profile.base_url, paths, player.new_session_id))
    traffic = backend.traffic
    traffic.clock, traffic.sleep, traffic.jitter = player.clock, player.sleep, lambda: 1.0
    return Connection(
        profile,
        backend,
        MemoryStore(),
        tape.header.bot or next((each.bot for each in tape.events if isinstance(each, Sent)), ""),
        clock=player.clock,
        sleep=player.sleep,
        now=player.now,
        wire=wire,
    )


def replay_app(
    tape: Tape,
    how: Replaying,
    *,
    theme: str | None = None,
    abilities: Abilities = EVERY_ABILITY,
    few_colours: bool | None = None,
    kind: type[App],
) -> App:
    """Return the app of a `kind` that plays a tape; it reads no configuration and keeps nothing.

    `few_colours`: where it is shown there are sixteen or fewer; `None` asks the terminal.

    Raises:
        BadInput: the API of the tape is not known here.
    """
    check_replayed(tape.header.api)
    return kind(
        tape,
        profile_of(tape),
        replayed_connection,
        how,
        looks=Appearance(theme=theme or ""),
        abilities=abilities,
        config_folder=Path(os.devnull),
        few_colours=few_colours,
    )


def _calls(tape: Tape) -> list[Asked]:
    return [each for each in tape.events if isinstance(each, Asked) and not each.is_private]
