"""Welcome of a new session: what Runnel is, and what to press, in as many rows as there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct
from textual.content import Content

from tui.model import Profile
from tui.safe_text import clean_line

_MARK = """\
█▀▄ █ █ █▄ █ █▄ █ █▀▀ █
█▀▄ █ █ █ ▀█ █ ▀█ █▀▀ █
▀ ▀ ▀▀▀ ▀  ▀ ▀  ▀ ▀▀▀ ▀▀▀"""
_RUNNEL = "Runnel: your hosted chatbots, in the terminal."
_DEMO = (_RUNNEL, "Nothing here leaves this machine.")
# what a visitor types has left their machine already
_VISITED_DEMO = (_RUNNEL, "A demo: no real chatbot answers here.")
_ToldKeys = Sequence[Sequence[tuple[str, str]]]
"""Rows of action ids, each with the words for it."""
_KEYS: _ToldKeys = (
    (("chat.sessions", "sessions"), ("chat.new", "new session")),
    (("chat.bot", "chatbot or model"), ("app.profile", "other servers")),
    (("app.palette", "all commands"), ("app.help", "all keys")),
)
_REPLAY = (_RUNNEL, "A tape plays here.")
_REPLAY_KEYS: _ToldKeys = (
    (("replay.pause", "pause, go on"), ("replay.step", "one event")),
    (("replay.back", "back"), ("replay.on", "on")),
    (("replay.faster", "faster"), ("replay.slower", "slower")),
    (("app.palette", "all commands"), ("app.help", "all keys")),
)
_KEY_CELLS = 8
_WORDS_CELLS = 20
_MUTED = "$foreground-muted"
_MARK_RANK = 4
"""Of the word mark, which goes first; then the gaps between the others do."""


class Row(Struct, frozen=True):
    content: Content
    starter: int | None = None
    """Which of the starters it shows, counted from 0."""


class StarterMarks(Struct, frozen=True):
    """What of the starters is drawn as chosen."""

    selected: int | None = 0
    """The one that Enter plays; `None` where Enter is for what is written."""
    hovered: int | None = None


class _Part(Struct, frozen=True):
    """Rows that are shown together or not at all."""

    rows: Sequence[Row]
    rank: int
    """The parts of the highest rank go first where there is no room for all, 0 never."""


class Welcome:
    """All there is to say in a new session of a profile; `key_of` tells the key of an action id.

    With `adds_servers` it says how to; without, who reads it is a visitor from another machine.
    Where it is not `takes_questions` a tape plays, and nobody can ask anything.
    """

    def __init__(
        self,
        profile: Profile,
        key_of: Callable[[str], str],
        *,
        adds_servers: bool = True,
        takes_questions: bool = True,
    ) -> None:
        self._adds_servers = adds_servers
        self._takes_questions = takes_questions
        self.starters = profile.starters
        self._profile = profile
        self._key_of = key_of

    def rows(self, width: int, height: int, marks: StarterMarks) -> list[Row]:
        """Return what has room in so many cells, from the top: whole parts, none of them cut.

        Only of starters, where there is room for nothing else, those around the selected one.
        """
        parts = self._parts(width, marks)
        kept = [
            part for part in parts if all(row.content.cell_length <= width for row in part.rows)
        ]
        gap = 1
        while _height(kept, gap) > height and (gap or any(part.rank for part in kept)):
            rank = max(part.rank for part in kept)
            if gap and rank < _MARK_RANK:
                gap = 0
            else:
                kept = [part for part in kept if part.rank < rank]
        rows = _spaced(kept, gap)
        if len(rows) > height:
            first = next((at for at, row in enumerate(rows) if row.starter == marks.selected), 0)
            top = max(0, min(first, len(rows) - height))
            return rows[top : top + height]
        blank = [Row(Content())] * ((height - len(rows)) // 3)
        return [*blank, *rows]

    def _parts(self, width: int, marks: StarterMarks) -> list[_Part]:
        if not self._takes_questions:
            # its profile is a stand-in: name and address would tell nothing
            told = _Part(_sentences(_REPLAY, width), 0)
            return [_mark(), told, _Part([*self._key_rows(_REPLAY_KEYS, width)], 2)]
        return self._demo(width, marks) if self.starters else self._server(width)

    def _demo(self, width: int, marks: StarterMarks) -> list[_Part]:
        key = self._key_of
        plays = f"{key('composer.send')} plays it · {key('composer.later')} goes on to the next"
        adds = f"Your own chatbot? {key('app.profile')} adds a server."
        parts = [
            _mark(),
            _Part(_sentences(_DEMO if self._adds_servers else _VISITED_DEMO, width), 1),
            _Part([*self._starter_rows(width, marks)], 0),
            _Part(_wrapped(Content.styled(f"{plays} · or just type", _MUTED), width), 2),
        ]
        if self._adds_servers:
            parts.append(_Part(_wrapped(Content.styled(adds, _MUTED), width), 3))
        return parts

    def _starter_rows(self, width: int, marks: StarterMarks) -> Iterable[Row]:
        for at, starter in enumerate(self.starters):
            is_selected = at == marks.selected
            style = "bold $text-primary" if is_selected else ""
            if at == marks.hovered:
                style += " underline"
            for line, content in enumerate(Content.styled(starter, style).wrap(max(1, width - 2))):
                mark = "❯ " if is_selected and line == 0 else "  "
                yield Row(Content.assemble((mark, "bold $primary"), content), at)

    def _server(self, width: int) -> list[_Part]:
        profile = self._profile
        place = clean_line(f"{profile.api} · {profile.base_url}")
        sends = f"Type a question, and {self._key_of('composer.send')} sends it."
        return [
            _mark(),
            _Part(
                [
                    *_wrapped(Content.styled(clean_line(profile.name), "bold"), width),
                    *_wrapped(Content.styled(place, _MUTED), width),
                ],
                1,
            ),
            _Part(_wrapped(Content(sends), width), 0),
            _Part([*self._key_rows(_KEYS, width)], 2),
        ]

    def _key_rows(self, told_keys: _ToldKeys, width: int) -> Iterable[Row]:
        told = [(self._key_of(action_id), words) for row in told_keys for action_id, words in row]
        # a remapping may have left an action without one
        keys = [(key, words) for key, words in told if key]
        key_cells = max([_KEY_CELLS, *(len(key) + 2 for key, _ in keys)])
        columns = 2 if width >= 2 * (key_cells + _WORDS_CELLS) else 1
        for at in range(0, len(keys), columns):
            cells = (
                Content.assemble((f"{key:<{key_cells}}", "bold $text-primary"), words).pad_right(
                    _WORDS_CELLS - len(words)
                )
                for key, words in keys[at : at + columns]
            )
            yield Row(Content("").join(cells).rstrip())


def _mark() -> _Part:
    return _Part([Row(Content.styled(line, "$primary")) for line in _MARK.split("\n")], _MARK_RANK)


def _wrapped(content: Content, width: int) -> list[Row]:
    return [Row(line) for line in content.wrap(max(1, width))]


def _sentences(sentences: Sequence[str], width: int) -> list[Row]:
    """Return sentences on one row if it holds them, else each beginning on its own."""
    whole = Content(" ".join(sentences))
    contents = [whole] if whole.cell_length <= width else [Content(each) for each in sentences]
    return [row for content in contents for row in _wrapped(content, width)]


def _height(parts: Sequence[_Part], gap: int) -> int:
    return sum(len(part.rows) for part in parts) + gap * max(0, len(parts) - 1)


def _spaced(parts: Sequence[_Part], gap: int) -> list[Row]:
    rows: list[Row] = []
    for part in parts:
        if rows:
            rows += [Row(Content())] * gap
        rows += part.rows
    return rows
