"""Writes the tables of faults into their README: `python -m tests.fault_tables`."""

from __future__ import annotations

from pathlib import Path

from tui.server.faults import FAULTS, Fault, Group

README = Path(__file__).parents[1] / "tui" / "server" / "faults" / "README.md"
MARK = "| how an answer ends |"
"""What the tables begin with; they go on to the end of the file."""


def fault_tables() -> str:
    """Return a table in Markdown for each group of faults."""
    return "\n".join(_table(group) for group in Group)


def _table(group: Group) -> str:
    rows = [_row(fault) for fault in FAULTS if fault.group is group]
    head = f"| {group} | what happens | what a person sees |\n|---|---|---|\n"
    return head + "".join(rows)


def _row(fault: Fault) -> str:
    return f"| `{fault.usage}` | {fault.description} | {fault.seen} |\n"


if __name__ == "__main__":
    introduction, *_ = README.read_text(encoding="utf-8").partition(MARK)
    README.write_text(introduction + fault_tables(), encoding="utf-8")
