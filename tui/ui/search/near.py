"""Rows of the sessions near another one, in groups that say why each is there."""

from __future__ import annotations

from tui.conversation import Connection
from tui.conversation.neighbours import Neighbours
from tui.formatting.times import relative_time
from tui.ui.dialogs.pick import Choice
from tui.ui.search.hits import TIME_CELLS


def near_choices(connection: Connection, near: Neighbours) -> list[Choice[str]]:
    """Return a row for each session, by id, and one that cannot be picked above each group."""
    choices: list[Choice[str]] = []
    for heading, sessions in (
        ("Similar: nearly the same was asked", near.similar),
        ("With the same person", near.of_person),
        ("Around it in time", near.around),
    ):
        if sessions:
            # no session has such an id
            choices.append(Choice(f"\0{heading}", heading, disabled=True))
        for each in sessions:
            time = relative_time(each.updated_at or each.created_at, connection.now())
            title = connection.local.marks.title_of(each)
            choices.append(Choice(each.id, f"{time:>{TIME_CELLS}}  {title}"))
    return choices
