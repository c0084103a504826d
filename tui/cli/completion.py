"""`runnel completion`: scripts for shells, and the answers to what they ask at each Tab."""

from __future__ import annotations

import io
from contextlib import redirect_stderr
from shlex import quote
from typing import Any

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
)

from tui.cli.completers import COMPLETE_VARIABLE
from tui.cli.output import write

_PROGRAM = "runnel"


class _Bash(BashComplete):
    # nothing of a failure may stand across the line that is being typed
    source_template = BashComplete.source_template.replace(
        "bash_complete $1)", "bash_complete $1 2>/dev/null)"
    ).replace(
        "COMPREPLY+=($value)",
        # the value of a filter follows without a blank
        'COMPREPLY+=("$value"); if [[ $value == *: ]]; then compopt -o nospace; fi',
    )
    _begun = ""
    """What stands in the line before the last word as this shell takes it, up to its colon."""

    def get_completion_args(self) -> tuple[list[str], str]:
        args, incomplete = super().get_completion_args()
        # this shell makes three words of --profile=work, and of label:refund
        args = [each for each in args if each != "="]
        if incomplete == ":" and args:
            args, incomplete = args[:-1], f"{args[-1]}:"
        elif args[-1:] == [":"] and len(args) > 1:
            args, incomplete = args[:-2], f"{args[-2]}:{incomplete}"
        else:
            return args, incomplete
        self._begun = incomplete[: incomplete.index(":") + 1]
        return args, incomplete

    def format_completion(self, item: CompletionItem[Any]) -> str:
        # the other shells quote by themselves what they put into the line
        value = item.value.removeprefix(self._begun)
        return f"{item.type},{quote(value) if item.type == 'plain' else value}"


class _Zsh(ZshComplete):
    source_template = ZshComplete.source_template.replace(
        "zsh_complete %(prog_name)s)", "zsh_complete %(prog_name)s 2>/dev/null)"
    )


class _Fish(FishComplete):
    # with -m 1, or a help would end at its first comma
    source_template = FishComplete.source_template.replace(
        "COMP_CWORD=(commandline -t) %(prog_name)s)",
        "COMP_CWORD=(commandline -t) %(prog_name)s 2>/dev/null)",
    ).replace('string split ","', 'string split -m 1 ","')


_SHELLS: dict[str, type[ShellComplete]] = {"bash": _Bash, "zsh": _Zsh, "fish": _Fish}


@click.command(short_help="Print the script that lets a shell complete commands.")
@click.argument("shell", type=click.Choice([*_SHELLS]))
def completion(shell: str) -> None:
    """Print the script that lets SHELL complete commands, options and their values.

    Sessions are those that Runnel listed on this machine last: Tab asks no server.

    \b
    Examples:
      runnel completion bash > ~/.local/share/bash-completion/completions/runnel
      runnel completion zsh > "${fpath[1]}/_runnel"
      runnel completion fish > ~/.config/fish/completions/runnel.fish
    """
    root = click.get_current_context().find_root().command
    write(_shell(root, shell).source())


def complete(command: click.Command, instruction: str) -> int:
    """Write what a shell asks for, as `bash_complete`, and return the exit code.

    Never says a word on stderr: what goes wrong completes nothing.
    """
    name, _, what = instruction.partition("_")
    if name not in _SHELLS or what not in ("source", "complete"):
        return 1
    shell = _shell(command, name)
    try:
        with redirect_stderr(io.StringIO()):
            write((shell.source() if what == "source" else shell.complete()) + "\n")
    except (Exception, KeyboardInterrupt):  # noqa: BLE001 - the commands of click end in many ways
        return 1
    return 0


def _shell(command: click.Command, name: str) -> ShellComplete:
    return _SHELLS[name](command, {}, _PROGRAM, COMPLETE_VARIABLE)
