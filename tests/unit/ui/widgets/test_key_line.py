from tests.tables import each_row
from tui.ui.widgets.key_line import key_at

KEYS = {
    "y": "y", "n": "n", "r": "r", "Esc": "escape", "Enter": "enter", "F5": "f5", "F6": "f6",
    "Up": "up", "Down": "down", "Ctrl+N": "ctrl+n", "Alt+Up": "alt+up", "F12": "f12",
}  # fmt: skip


def pressed(row: str) -> list[tuple[str, str]]:
    """The stretches of a row that press a key, with the key."""
    found: list[tuple[str, str]] = []
    last: str | None = None
    for at, letter in enumerate(row):
        key = key_at(row, at, KEYS)
        if key is not None and key == last:
            found[-1] = (found[-1][0] + letter, key)
        elif key is not None:
            found.append((letter, key))
        last = key
    return found


@each_row(
    ("row", "found"),
    [
        ("y yes · n no · Esc cancel", [("y yes", "y"), ("n no", "n"), ("Esc cancel", "escape")]),
        (
            "Up/Down move · Enter select",
            [("Up/", "up"), ("Down move", "down"), ("Enter select", "enter")],
        ),
        ("No chatbot chosen yet. Press F6.", [("F6.", "f6")]),
        (
            "F5 reloads: the server may have it. More",
            [("F5 reloads: the server may have it", "f5")],
        ),
        (
            "Alt+Up, then r retry · y copy",
            [("Alt+Up, then ", "alt+up"), ("r retry", "r"), ("y copy", "y")],
        ),
        ("Ctrl+N is new, Ctrl+NX is not", [("Ctrl+N is new, Ctrl+NX is not", "ctrl+n")]),
        ("F12 is not F1", [("F12 is not F1", "f12")]),
        ("a word y or n, and no key", []),
        ("", []),
    ],
)
def test_the_words_of_a_key_are_those_up_to_the_next(
    row: str, found: list[tuple[str, str]]
) -> None:
    assert pressed(row) == found


def test_without_keys_nothing_is_pressed() -> None:
    assert key_at("Esc cancel", 0, {}) is None
