"""What an answer of the benchmark's server is, and how fast each stretch of it comes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from tests.bench.texts import CHARS_PER_TOKEN, text_of, tokens

KB = 1_000
UNBOUNDED = 0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of an answer, held back until the measuring side lets it go."""

    size_bytes: int
    tokens_per_s: int
    """`UNBOUNDED` for as fast as the socket takes them, each a chunk of its own all the same."""

    @property
    def duration_s(self) -> float:
        """How long its pace makes it take; without one no time at all."""
        if self.tokens_per_s == UNBOUNDED:
            return 0.0
        return self.size_bytes / CHARS_PER_TOKEN / self.tokens_per_s


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer to the question `name`."""

    name: str
    shape: str
    stretches: tuple[Stretch, ...]

    @property
    def size_bytes(self) -> int:
        return sum(stretch.size_bytes for stretch in self.stretches)

    def sign(self, stretch: int) -> str:
        """Return the last word of a stretch, which is nowhere else."""
        return f"QED{self.name.upper()}{stretch}"

    @property
    def end(self) -> str:
        """The last word of the answer."""
        return self.sign(len(self.stretches) - 1)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Plan:
        stretches = tuple(Stretch(**each) for each in value["stretches"])
        return cls(value["name"], value["shape"], stretches)

    def pieces(self) -> list[list[str]]:
        """Return the tokens by stretch; its sign is the last piece of each."""
        text = text_of(self.shape, self.size_bytes)
        share = len(text) / self.size_bytes
        made = []
        for index, stretch in enumerate(self.stretches):
            is_last = index == len(self.stretches) - 1
            # before a blank, where a word changes nothing of the block it comes into
            end = len(text) if is_last else text.index(" ", round(stretch.size_bytes * share))
            between = "\n\n" if is_last else " "
            made.append([*tokens(text[:end]), between, self.sign(index)])
            text = text[end:]
        return made


def one_pace(name: str, shape: str, size_bytes: int, tokens_per_s: int) -> Plan:
    return Plan(name, shape, (Stretch(size_bytes, tokens_per_s),))
