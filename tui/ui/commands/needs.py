"""Needs of the commands: the ability that each takes, so that a visitor gets no other.

Every action id stands here. One that does not is refused to whoever lacks any ability.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from textual.dom import DOMNode

from tui.abilities import EVERY_ABILITY, Abilities, Ability
from tui.ui.key_bindings import bindings_of, palette_only

NEEDS: Mapping[str, Ability] = MappingProxyType(
    {
        "app.add-server": Ability.ACCOUNTS,
        "app.sign-out": Ability.ACCOUNTS,
        "app.suspend": Ability.SHELL,
        "answers.check": Ability.FILES,
        "chat.ask-taught": Ability.ASKING,
        "chat.checks": Ability.FILES,
        "chat.compare": Ability.ASKING,
        "chat.editor": Ability.PROGRAMS,
        "chat.new": Ability.ASKING,
        "chat.record": Ability.FILES,
        "chat.record-end": Ability.FILES,
        "chat.save-tape": Ability.FILES,
        "chat.workflow": Ability.ASKING,
        "checks.edit": Ability.PROGRAMS,
        "checks.repeat": Ability.ASKING,
        "checks.run": Ability.ASKING,
        "checks.run-suite": Ability.ASKING,
        "checks.teach": Ability.ASKING,
        "inspect.copy-file": Ability.FILES,
        "inspect.tape": Ability.FILES,
        "queue.edit": Ability.ASKING,
        "queue.send": Ability.ASKING,
        "read.all-file": Ability.FILES,
        "read.check": Ability.FILES,
        "read.copy-file": Ability.FILES,
        "read.edit": Ability.ASKING,
        "read.editor": Ability.PROGRAMS,
        "read.editor-all": Ability.PROGRAMS,
        "read.export": Ability.FILES,
        "read.pager": Ability.PROGRAMS,
        "read.pager-all": Ability.PROGRAMS,
        "read.retry": Ability.ASKING,
        "read.save-code": Ability.FILES,
        "read.tape": Ability.FILES,
        "read.teach": Ability.ASKING,
        "read.web": Ability.PROGRAMS,
        "read.whole": Ability.ASKING,
        "select.file": Ability.FILES,
        "sessions.export": Ability.FILES,
        "text.copy-file": Ability.FILES,
    }
)
"""Action id -> what it takes."""

_HARMLESS = """
    answers.copy answers.down answers.first answers.last answers.next answers.page-down
    answers.page-up answers.previous answers.up
    app.copy-or-clear app.help app.palette app.link app.profile app.quit app.redraw app.theme
    chat.back chat.bot chat.copy chat.find chat.fold chat.forget chat.last chat.near
    chat.next chat.numbers chat.outbox chat.plain-text chat.previous chat.recall chat.reread
    chat.search chat.sessions chat.stop chat.stop-reading chat.sync chat.sync-end chat.sync-pause
    chat.wait
    checks.newer checks.older checks.other checks.stop
    commands.down commands.first commands.last commands.page-down commands.page-up commands.up
    composer.earlier composer.later composer.newline composer.page-down composer.page-up
    composer.redo composer.send composer.undo
    confirm.enter confirm.no confirm.yes
    dialog.close find.close find.next find.previous hints.start-over
    inbox.flag inbox.next inbox.note inbox.previous inbox.query inbox.read-on inbox.tag inbox.unread
    inspect.copy inspect.curl inspect.events inspect.filter inspect.kind inspect.message
    inspect.next inspect.previous inspect.request inspect.summary inspect.whole
    line.complete
    lines.all lines.first lines.hold lines.last lines.less lines.more lines.next lines.next-block
    lines.page-down lines.page-up lines.previous lines.previous-block
    list.fold list.narrower list.wider numbers.next numbers.previous panel.toggle
    pick.down pick.first pick.last pick.page-down pick.page-up pick.up piece.more
    queue.down queue.drop queue.leave queue.up
    read.archive read.copy read.copy-code read.delete read.find read.first read.flag
    read.hints read.inspect read.last read.lines read.mark read.next read.next-hit
    read.note read.person read.previous read.previous-hit read.question read.rename
    read.tag read.undo-mark read.unread
    replay.back replay.faster replay.on replay.pause replay.slower replay.step
    search.complete search.near search.order select.copy
    sessions.archive sessions.clear sessions.complete sessions.delete sessions.down
    sessions.first sessions.flag sessions.last sessions.note sessions.open sessions.page-down
    sessions.page-up sessions.period sessions.pick sessions.pin sessions.query sessions.rename
    sessions.tag sessions.undo sessions.unread sessions.up
    several.done several.mark
    source.back source.copy source.copy-all source.next source.open source.previous
    text.copy text.newline text.redo text.save text.undo
    wire.first wire.last wire.next wire.page-down wire.page-up wire.previous
    """
NEED_NOTHING = frozenset(_HARMLESS.split())
"""The others: what they do stays in the chat. An address is opened where there is a browser."""


def lacking(action_id: str, abilities: Abilities) -> str:
    """Return why an action is not there for whoever has these abilities, empty when it is."""
    if abilities == EVERY_ABILITY or action_id in NEED_NOTHING:
        return ""
    needed = NEEDS.get(action_id)
    if needed is None:
        return "This is not there for visitors."
    return "" if needed in abilities else needed.value


def refusal(owner: DOMNode, action: str, abilities: Abilities) -> str:
    """Return why an action that is run at a part of the screen is not there, empty when it is.

    It may have no id, as those of Textual's own: these move about.
    """
    if abilities == EVERY_ABILITY:
        return ""
    ids = [each.id or "" for each in bindings_of(type(owner)) if each.action == action]
    for base in type(owner).__mro__:
        ids += [each.action_id for each in palette_only(base) if each.action == action]
    return next(filter(None, (lacking(each, abilities) for each in ids)), "")
