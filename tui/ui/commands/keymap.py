"""Keymap check: what of a person's `[keys]` can be used, and what each key takes from another."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import Keys

from tui.formatting.nearest import did_you_mean
from tui.safe_text import clean_line
from tui.ui.commands.context import Context, own_bindings
from tui.ui.key_bindings import bindings_of, key_name, keys_of

_MODIFIERS = {"ctrl", "alt", "shift", "super", "meta", "hyper"}
_KEYS = {key.value for key in Keys}
_SENT_AS = {"ctrl+h": "Backspace", "ctrl+i": "Tab", "ctrl+m": "Enter"}
_SENT_AS |= dict.fromkeys(("ctrl+left_square_bracket", "ctrl+["), "Esc")
_NEVER_TOLD_APART = {"shift+enter", "ctrl+enter", "ctrl+shift+enter", "ctrl+tab", "ctrl+backspace"}


class KeyProblem(Struct, frozen=True):
    """What is wrong with the keys of one action."""

    action_id: str
    """As `[keys]` calls it; it may be none."""
    predicate: str
    """What follows the name of the action in a sentence, without a full stop at its end."""

    @property
    def sentence(self) -> str:
        end = "" if self.predicate.endswith("?") else "."
        return f"[keys] {clean_line(self.action_id, 60)} {self.predicate}{end}"


def check_keymap(
    wanted: Mapping[str, str], contexts: Iterable[Context]
) -> tuple[dict[str, str], list[KeyProblem]]:
    """Return the usable part of a person's `[keys]` (action id -> keys), and all problems of it."""
    contexts = list(contexts)
    known = sorted({each.id or "" for it in contexts for each in bindings_of(it.owner)})
    usable = {action_id: keys for action_id, keys in wanted.items() if action_id in known}
    problems: list[KeyProblem] = []
    lists = key_name(keys_of(usable.get("app.help", "f1"))[0])
    for action_id, keys in wanted.items():
        if action_id not in known:
            hint = did_you_mean(action_id, known) or f"; {lists} lists the actions"
            problems.append(KeyProblem(action_id, f"is no action{hint}"))
            continue
        problems += [
            KeyProblem(action_id, f"has {_told(key)}, which {why}")
            for key in keys_of(keys)
            if (why := _why_not_sent(key))
        ]
        problems += _clashes(action_id, usable, contexts)
    return usable | _kept(usable, contexts), [*dict.fromkeys(problems)]


def _kept(keymap: Mapping[str, str], contexts: Iterable[Context]) -> dict[str, str]:
    """Return the keys of actions that share one with a remapped action, and keep it.

    Textual takes a key from all actions of a class when it takes it from one.
    """
    kept: dict[str, str] = {}
    for context in contexts:
        bound = [*bindings_of(context.owner)]
        left = {key for each in bound if each.id in keymap for key in keys_of(each.key)}
        taken = {key for each in bound for key in keys_of(keymap.get(each.id or "", ""))}
        for each in bound:
            keys = keys_of(each.key)
            if each.id and each.id not in keymap and left & {*keys}:
                kept[each.id] = ",".join(key for key in keys if key not in taken)
    return {action_id: keys for action_id, keys in kept.items() if keys}


def _told(key: str) -> str:
    return clean_line(key_name(key), 40) if _is_key(key) else repr(clean_line(key, 40))


def _is_key(key: str) -> bool:
    *modifiers, name = key.split("+") if key != "+" else ["plus"]
    if not name or not {*modifiers} <= _MODIFIERS:
        return False
    if len(name) == 1 or name in _KEYS:
        return True
    try:
        unicodedata.lookup(name.replace("_", " ").upper())
    except KeyError:
        return name in ("slash", "minus", "plus", "underscore", "backslash", "at")
    return True


def _why_not_sent(key: str) -> str:
    """Return what follows `which` about a key that does not arrive as what it is, else nothing."""
    if not _is_key(key):
        return "is no key"
    if key in _SENT_AS:
        return f"terminals send as {_SENT_AS[key]}"
    *modifiers, name = key.split("+")
    if {*modifiers} & {"super", "meta", "hyper"}:
        return "most terminals cannot send"
    if key in _NEVER_TOLD_APART or (len(name) == 1 and {"ctrl", "shift"} <= {*modifiers}):
        return "most terminals cannot send"
    return ""


def _clashes(
    action_id: str, keymap: Mapping[str, str], contexts: Sequence[Context]
) -> Iterator[KeyProblem]:
    """Yield what else acts on the keys that `keymap` gives to an action."""
    bound = [(it, each) for it in contexts for each in own_bindings(it, contexts)]
    mine = [each for each in bound if each[1].id == action_id]
    theirs = [each for each in bound if each[1].id != action_id]
    for key in keys_of(keymap[action_id]):
        for context, binding in mine:
            for other_context, other in theirs:
                is_remapped = (other.id or "") in keymap
                if key not in keys_of(keymap.get(other.id or "", other.key)):
                    continue
                if is_remapped and (other.id or "") < action_id:
                    continue  # told at the other one
                predicate = _clash(key, (context, binding), (other_context, other), contexts)
                if predicate:
                    yield KeyProblem(action_id, predicate)


_Bound = tuple[Context, Binding]


def _clash(key: str, mine: _Bound, other: _Bound, contexts: Sequence[Context]) -> str:
    """Return the predicate about two actions on one key, empty when they never meet."""
    (context, binding), (other_context, other_binding) = mine, other
    name = key_name(key)
    if context == other_context:
        return f"has {name}, which {other_binding.id!r} loses"
    around, around_other = _around(context, contexts), _around(other_context, contexts)
    if context.owner not in around_other and other_context.owner not in around:
        return ""
    # what lies further inside acts first, what has priority before that
    is_inner = other_context.owner in around
    wins = binding.priority if binding.priority != other_binding.priority else is_inner
    winner, loser = (binding, other_binding) if wins else (other_binding, binding)
    inner = context if is_inner else other_context
    where = f"{inner.heading[0].lower()}{inner.heading[1:]}"
    return f"has {name}, like {other_binding.id!r}: {where} {winner.id!r} acts, not {loser.id!r}"


def _around(context: Context, contexts: Sequence[Context]) -> set[type[DOMNode]]:
    """Return the owners whose keys act where those of a context do."""
    owners: set[type[DOMNode]] = {each.owner for each in contexts if each.is_app}
    within = context.within
    while within is not None:
        owners.add(within)
        within = next((each.within for each in contexts if each.owner is within), None)
    return owners - {context.owner}
