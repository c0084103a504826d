"""Scenarios of the benchmark: by name, how often each is run, and how long that takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tests.bench import answers, beginnings, freshness, opening, screens
from tests.bench.figures import Figures
from tests.bench.laboratory import Laboratory

ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Scenario:
    run: Callable[[Laboratory], Figures]
    calm_s: float
    """How long a round takes on a calm machine with two cores."""
    rounds: int = ROUNDS
    """One is enough where a round measures several times, or what does not depend on the load."""
    is_default: bool = True


SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        "start": Scenario(beginnings.start, 2),
        "enter": Scenario(beginnings.enter, 4),
        "commands": Scenario(beginnings.commands, 2, 1),
        "quiet": Scenario(screens.quiet, 9, 1),
        "age": Scenario(freshness.age, 50, 1),
        "short": Scenario(answers.short, 9),
        "short-sse": Scenario(answers.short_sse, 9, 1),
        "slow": Scenario(answers.slow, 60, is_default=False),
        "long": Scenario(answers.long, 12),
        "flood": Scenario(answers.flood, 22),
        "shapes": Scenario(answers.shapes, 50, 1),
        "five": Scenario(answers.five, 20, 1),
        "echo": Scenario(answers.echo, 22, 1),
        "history": Scenario(screens.history, 18, 1),
        "sessions": Scenario(screens.sessions, 15, 1),
        "cold": Scenario(opening.cold, 9, 1),
        "memory": Scenario(opening.memory, 15, 1),
        "resize": Scenario(screens.resize, 12, 1),
    }
)
QUICK = ("start", "short")
"""What `--quick` runs when nothing is named."""
