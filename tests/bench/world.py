"""Sessions and histories of the benchmark's server, as any API may tell them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.bench.texts import sentence

NEWEST = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer, which make two messages."""

    id: str
    at: datetime
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Furnishing:
    """What there is: `sessions` sessions, the newest `long` of them with `messages` messages each.

    All others hold one exchange.
    """

    sessions: int = 0
    messages: int = 2
    long: int = 1


NOTHING = Furnishing()


class World:
    """Sessions by their ids, which begin with the number of the session, newest first."""

    def __init__(self, furnishing: Furnishing = NOTHING) -> None:
        self.sessions: list[tuple[str, datetime]] = [
            (session_id(number), NEWEST - timedelta(minutes=number))
            for number in range(furnishing.sessions)
        ]
        """The newest last, once they are made here."""
        self._furnishing = furnishing
        self._stored: dict[str, list[Exchange]] = {}

    def create(self, session: str | None = None) -> tuple[str, datetime]:
        """Make a session, newer than all, as one that has just been made is."""
        made = (session or session_id(len(self.sessions) + 10**9), datetime.now(UTC))
        self.sessions.append(made)
        self._stored[made[0]] = []
        return made

    def knows(self, session: str) -> bool:
        return session in self._stored or self._number(session) is not None

    def history(self, session: str) -> list[Exchange]:
        """Return the exchanges of a session, oldest first; of an unknown one none."""
        number = self._number(session)
        if number is None:
            told = list[Exchange]()
        elif number < self._furnishing.long:
            exchanges = self._furnishing.messages // 2
            told = [_exchange(number, each, exchanges) for each in range(exchanges)]
        else:
            told = [Exchange(f"s{session}", NEWEST, "A question", "Lamp.")]
        return told + self._stored.get(session, [])

    def store(self, session: str, question: str, answer: str) -> None:
        stored = self._stored.setdefault(session, [])
        stored.append(Exchange(f"{session}-{len(stored)}", datetime.now(UTC), question, answer))

    def _number(self, session: str) -> int | None:
        try:
            number = int(session, 16)
        except ValueError:
            return None
        return number if number < self._furnishing.sessions else None


def session_id(number: int) -> str:
    return f"{number:032x}"


def first_word(session: int) -> str:
    """Return a word of the first answer in a long session."""
    return f"QEDFIRST{session}X"


def last_word(session: int) -> str:
    """Return the last word of the last answer in a long session."""
    return f"QEDLAST{session}X"


def wire_time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _exchange(session: int, number: int, exchanges: int) -> Exchange:
    said = number + 1009 * session
    answer = f"{sentence(said, 30)}\n\n- {sentence(said + 1)}\n- **{sentence(said + 2)}**"
    if number == 0:
        answer = f"{first_word(session)} {answer}"
    if number == exchanges - 1:
        answer = f"{answer}\n\n{last_word(session)}"
    at = NEWEST - timedelta(minutes=exchanges - number)
    return Exchange(f"long-{session}-{number}", at, sentence(said + 3, 8), answer)
