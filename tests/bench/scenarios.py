"""Scenarios of the benchmark: by name, how often each is run, and how long that takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tests.bench import (
    answers,
    beginnings,
    freshness,
    links,
    opening,
    screens,
)
from tests.bench.figures import Figures
from tests.bench.laboratory import Laboratory

ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Scenario:
    run: Callable[[Laboratory], Figures]
    calm_s: float
    """How long a round takes on a calm machine with two cores."""
    full_s: float
    """The same with all shapes, sizes and peers."""
    rounds: int = ROUNDS
    """One is enough where a round measures several times, or what does not depend on the load."""
    is_default: bool = True
    is_timed: bool = True
    """What counts bytes, memory and CPU alone is measured beside others that do."""


# what these import of Runnel and of its libraries takes longer than all the rest


def _stored(lab: Laboratory) -> Figures:
    from tests.bench.stored import stored

    return stored(lab)


def _wire_log(lab: Laboratory) -> Figures:
    from tests.bench.wire_log import wire_log

    return wire_log(lab)


SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        "start": Scenario(beginnings.start, 1.3, 1.3),
        "enter": Scenario(beginnings.enter, 2.3, 2.3),
        "commands": Scenario(beginnings.commands, 2, 2, rounds=1),
        "far": Scenario(links.far, 9, 9, rounds=1),
        "links": Scenario(links.links, 22, 100, rounds=1, is_timed=False),
        "quiet": Scenario(screens.quiet, 9, 13, rounds=1, is_timed=False),
        "age": Scenario(freshness.age, 37, 37, rounds=1),
        "short": Scenario(answers.short, 21, 57),
        "short-sse": Scenario(answers.short_sse, 8, 20, rounds=1),
        "slow": Scenario(answers.slow, 105, 105, rounds=1, is_default=False),
        "flood": Scenario(answers.flood, 20, 150),
        "wire-log": Scenario(_wire_log, 20, 20, rounds=1, is_timed=False),
        "shapes": Scenario(answers.shapes, 28, 160, rounds=1),
        "five": Scenario(answers.five, 24, 70, rounds=1),
        "echo": Scenario(answers.echo, 16, 90, rounds=1),
        "history": Scenario(screens.history, 18, 50, rounds=1),
        "sessions": Scenario(screens.sessions, 15, 20, rounds=1),
        "stored": Scenario(_stored, 37, 37, rounds=1, is_timed=False),
        "cold": Scenario(opening.cold, 10, 10, rounds=1),
        "memory": Scenario(opening.memory, 20, 20, rounds=1, is_timed=False),
        "resize": Scenario(screens.resize, 12, 17, rounds=1),
    }
)
DEFAULT = tuple(name for name, each in SCENARIOS.items() if each.is_default)
QUICK = ("start", "short")
"""What `--quick` runs when nothing is named."""
