"""Suite files that grow: a case of what was asked, added behind those that a person wrote."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from tui.checks.reading import MAX_BYTES, SuiteText
from tui.checks.written import case_of
from tui.errors import BadInput
from tui.file_reading import read_file
from tui.model import Message
from tui.private_files import locked, write_new
from tui.safe_text import clean_line

_HEAD = "# A suite of checks. runnel check asks it; runnel check new shows what can be expected.\n"


def add_case(path: Path, exchanges: Sequence[Sequence[Message]]) -> str:
    """Add a case of exchanges, each a question and its answers, to a suite, and return its name.

    A file that is not there is made. Nothing is written where the suite would be none. Of several
    clients that add one at the same time, none undoes what another does.

    Raises:
        BadInput: the file holds something else than a suite, or something in it is wrong.
        OSError, ValueError: it cannot be read or written.
    """
    name = clean_line(path.name)
    with locked(path.parent):
        # one that others write all the same, and do not wait: then it is there
        with suppress(FileExistsError):
            if not path.exists():
                case = f"{_HEAD}\n{case_of(exchanges)}"
                [made] = SuiteText(name, case).suite({}).cases
                write_new(path, case.encode())
                return made.name
        return _append(path, name, exchanges)


def _append(path: Path, name: str, exchanges: Sequence[Sequence[Message]]) -> str:
    try:
        text = read_file(path, MAX_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{name} is not UTF-8 text.", hint="Name a suite, or a new file.") from None
    before = SuiteText(name, text).suite({}).cases if text.strip() else ()
    case = case_of(exchanges, {each.name for each in before})
    is_on_new_line = not text or text.endswith(("\n", "\r"))
    added = f"\n{case}" if is_on_new_line else f"\n\n{case}"
    *_, made = SuiteText(name, text + added).suite({}).cases
    # as it is written by whoever else edits it: its rights stay, and its place
    with path.open("ab") as file:
        file.write(added.encode())
    return made.name
