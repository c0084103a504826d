from collections.abc import Sequence

import pytest

from tests.fakes import ForgetfulBackend, ScriptedBackend, Step, assistant, connection, says, user
from tests.tables import each_row
from tests.unit.cli.conftest import Environment, Run
from tui.backends.base import Capabilities
from tui.cli.chat_commands import SlashCommands
from tui.cli.chat_lines import AnswerLines, say_messages
from tui.cli.following import follow
from tui.cli.plain_chat import PlainChat
from tui.conversation import Connection
from tui.errors import AnswerFailed, BadInput, Unreachable
from tui.events import Completed, Started, TextDelta, ToolCalled, ToolReturned
from tui.model import (
    Citation,
    CitationsPart,
    Failure,
    NotePart,
    Profile,
    TextPart,
    ToolPart,
    ToolState,
)
from tui.safe_text import SafeText as Safe
from tui.values import replace

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _with_profiles(profiles: Environment) -> None:
    """Let every chat be with a server that is configured."""


def talk(run: Run, *lines: str, profile: str = "lab") -> tuple[int, list[str], str]:
    """Return exit code, the lines on stdout, and stderr."""
    said = "".join(f"{line}\n" for line in lines)
    code, out, err = run("chat", "--profile", profile, stdin=said.encode())
    return code, out.splitlines(), err


def after(lines: list[str], line: str) -> list[str]:
    return lines[lines.index(line) + 1 :]


@pytest.mark.parametrize("profile", ["lab", "work"])
def test_every_line_of_a_pipe_is_asked_and_answered_in_its_order(run: Run, profile: str) -> None:
    code, lines, err = talk(run, "echo one", "echo two", profile=profile)
    assert (code, err) == (0, "")
    spoken = [line for line in lines if line.startswith(("You: ", "Bot: "))]
    assert spoken == ["You: echo one", "Bot: one", "You: echo two", "Bot: two"]


def test_tools_are_lines_of_their_own_between_the_words(run: Run) -> None:
    code, lines, _ = talk(run, "tools")
    assert code == 0
    told = after(lines, "You: tools")
    assert sum(line.startswith("Tool: ") for line in told) >= 6
    assert any(line.startswith("Tool: ") and ", failed: " in line for line in told)
    assert any(line.startswith("Table, ") for line in told)
    # whoever hears them knows of each line who speaks, or that it goes on
    assert told[0].startswith("Bot: ")


@pytest.mark.slow
def test_a_failure_is_told_with_what_to_do_and_its_code_is_that_of_the_chat(run: Run) -> None:
    code, lines, _ = talk(run, "please error")
    assert code == 1
    (line,) = (line for line in lines if line.startswith("Error: "))
    assert "/retry" in line
    code, lines, _ = talk(run, "please error", "echo again")
    assert code == 0
    assert lines[-1] == "Bot: again"


def test_a_line_may_go_on_and_begin_with_a_slash(run: Run) -> None:
    _, lines, _ = talk(run, "echo one\\", "two", "//slash")
    assert after(lines, "You: echo one\\")[:3] == [
        "...: two",
        "Bot: one two",
        "You: //slash",
    ]
    assert "Bot: You said: “/slash”" in lines


@pytest.mark.slow
@each_row(
    ("line", "told"),
    [
        ("/nope", "Error: There is no command /nope, and nothing was sent."),
        ("/open", "Error: /open takes NUMBER|ID."),
        ("/open 99", "Error: No session was listed as 99."),
        ("/open no-such-session", "Error: "),
        ("/retry", "Error: Nothing was asked in this session yet."),
        ("/delete", "Error: This session is not at the server."),
        ("/bot no-such-bot", "Error: There is no model 'no-such-bot'."),
        ("/profile no-such-profile", "Error: There is no profile 'no-such-profile'"),
        ("/\x1b[31m", "Error: There is no command /␛[31m"),
        ("/find", "Error: /find takes WORDS."),
        ("/new What is up?", "Error: /new stands alone, and nothing was done."),
        ("/quit now", "Error: /quit stands alone, and nothing was done."),
    ],
)
def test_what_cannot_be_done_is_one_line_and_the_chat_goes_on(
    run: Run, line: str, told: str
) -> None:
    code, lines, err = talk(run, line, "echo on")
    assert (code, err) == (0, "")
    error, *rest = [each for each in lines if each.startswith(("Error: ", "Bot: "))]
    assert error.startswith(told)
    assert rest == ["Bot: on"]


def test_sessions_are_listed_opened_searched_and_deleted(run: Run) -> None:
    code, lines, _ = talk(
        run, "echo to be found", "/new", "/sessions", "/open 1", "/find found", "/delete", "no"
    )
    assert code == 0
    listed = after(lines, "You: /sessions")
    assert listed[0].startswith("Note: 1. ")
    opened = after(lines, "You: /open 1")
    assert opened[:2] == ["You: echo to be found", "Bot: to be found"]
    found = after(lines, "You: /find found")
    assert found[0] == "Note: 2 of 2 messages have these words."
    # only a yes is one
    assert "Deleted" not in "".join(lines)
    _, lines, _ = talk(run, "/sessions found", "/open 1", "/delete", "yes", "/sessions found")
    assert any(line.startswith("Note: Deleted.") for line in lines)


def test_help_names_all_there_is_and_each_command_is_said_by_it(run: Run) -> None:
    _, lines, _ = talk(run, "/help", "/quit", "echo never")
    told = after(lines, "You: /help")
    assert len([line for line in told if line.startswith("Note: /")]) >= 12
    assert lines[-1] == "You: /quit"


def test_bots_and_profiles_are_listed_and_chosen(run: Run) -> None:
    _, lines, _ = talk(run, "/bot", "/bot 2", "echo a", "/profile work", "echo b", "/workflow")
    assert any("(answers now)" in line for line in lines)
    assert any(line.endswith("answers from now on.") for line in lines)
    assert [line for line in lines if line.startswith("Bot: ")] == ["Bot: a", "Bot: b"]
    assert any(line.startswith("Note: Profile work, chatbot ") for line in lines)


def scripted(*steps: Step) -> ScriptedBackend:
    return ScriptedBackend(scripts=[list(steps)])


async def shown(backend: ScriptedBackend) -> None:
    conversation = connection(backend).conversation()
    await follow(conversation, conversation.send("Why?"), AnswerLines().show)


async def test_a_stored_text_that_differs_is_written_whole(capsys: Captured) -> None:
    backend = ScriptedBackend(scripts=[says("So")])
    backend.stores = lambda _, text, streamed: [user("q", text), assistant("a", "Not *so*.")]
    await shown(backend)
    assert capsys.readouterr().out.splitlines() == [
        "Bot: So",
        "Note: The server stored another text than it sent; this is the stored one.",
        "Bot: Not so.",
    ]


PARTS = (
    ToolPart(0, Safe("search"), {"q": "rye"}, ToolState.DONE, "7 found"),
    ToolPart(1, Safe("order"), None, ToolState.UNANSWERED),
    TextPart(Safe("Here.")),
    CitationsPart((Citation(Safe("2"), Safe("Bread"), Safe("http://127.0.0.1/b")),)),
    NotePart(Safe("Cut by the server.")),
)
TOLD = [
    'Tool: search {"q": "rye"}, done: "7 found"',
    "Tool: order, no result came",
    "Bot: Here.",
    "Source: [2] Bread http://127.0.0.1/b",
    "Note: Cut by the server.",
]


def test_each_part_of_a_message_has_a_line_that_says_what_it_is(capsys: Captured) -> None:
    failure = Failure("The server gave up.", hint="Wait.")
    say_messages([user("q", "Any *rye*?"), replace(assistant("a", *PARTS), failure=failure)])
    assert capsys.readouterr().out.splitlines() == [
        "You: Any *rye*?",
        *TOLD,
        "Error: The server gave up.",
    ]


async def test_what_only_the_history_tells_of_an_answer_is_written_when_it_settled(
    capsys: Captured,
) -> None:
    backend = scripted(Started(), TextDelta(Safe("He")), Completed())
    backend.stores = lambda _, text, streamed: [user("q", text), assistant("a", *PARTS)]
    await shown(backend)
    assert capsys.readouterr().out.splitlines() == TOLD


async def test_an_answer_without_a_word_is_told(capsys: Captured) -> None:
    await shown(scripted(Started(), Completed()))
    assert capsys.readouterr().out == "Bot: (no text)\n"


async def test_no_text_of_a_server_acts_on_the_terminal(capsys: Captured) -> None:
    evil = Safe("\x1b]52;c;YQ==\x07 \x1b[2J `\x9b31m`\u202e")
    await shown(
        scripted(
            Started(),
            TextDelta(evil),
            ToolCalled(0, evil, {evil: [evil]}),
            ToolReturned(0, evil, failed=True),
            AnswerFailed(evil, hint=evil),
        )
    )
    out = capsys.readouterr().out
    assert all(each.isprintable() or each == "\n" for each in out), repr(out)


class OneProfile:
    """The profile of a scripted backend."""

    first_profile = "test"

    def __init__(self, backend: ScriptedBackend) -> None:
        self._connection = connection(backend)

    @property
    def profiles(self) -> Sequence[Profile]:
        return [self._connection.profile]

    async def connect(self, name: str) -> Connection:
        return self._connection


async def test_asking_again_sends_the_question_as_it_was_written(capsys: Captured) -> None:
    raw = "a\x1b[31m\u202eb"
    unreached = Unreachable("Nobody is there.", sent=False)
    backend = ScriptedBackend(scripts=[[unreached], says("yes"), says("again")])
    backend.stores = lambda _, text, streamed: (
        [user(f"q{streamed}", text), assistant(f"a{streamed}", streamed)] if streamed else []
    )
    chat = PlainChat(OneProfile(backend))
    commands = SlashCommands(chat)
    await chat.begin(None)
    for line in (raw, "/retry", "/retry"):
        await commands.take(line)
    assert backend.sent == [raw] * 3
    assert chat.exit_code == 0
    told = capsys.readouterr().out
    # a question that never got there is not asked twice in the history
    assert told.count("Error: ") == 1
    await commands.take("/read")
    assert capsys.readouterr().out.count("You: ") == 2


async def test_a_question_in_a_session_that_is_gone_begins_a_new_one(capsys: Captured) -> None:
    backend = ForgetfulBackend(histories={"s": []}, scripts=[says("1"), says("2")])
    chat = PlainChat(OneProfile(backend))
    commands = SlashCommands(chat)
    await chat.begin("s")
    await commands.take("First?")
    backend.delete_elsewhere("s")
    await commands.take("Second?")
    assert chat.exit_code == 4
    await commands.take("/retry")
    assert backend.sent == ["First?", "Second?"]
    assert chat.conversation.session_id not in (None, "s")
    told = capsys.readouterr().out
    assert told.count("This question begins a new one.") == 1
    assert told.rstrip().endswith("Bot: 2")


async def test_in_a_customers_session_nothing_is_asked_before_a_person_says_so(
    capsys: Captured,
) -> None:
    operated = Capabilities("chatbot", sessions_belong_to_bot=True, operators=True)
    history = [user("q", "Where?"), assistant("a", "Here.")]
    backend = ScriptedBackend(histories={"s": history}, scripts=[says("1")], can=operated)
    chat = PlainChat(OneProfile(backend))
    commands = SlashCommands(chat)
    await chat.begin("s")
    for line in ("And?", "/retry", "/whole"):
        with pytest.raises(BadInput) as refused:
            await commands.take(line)
        assert "/here" in refused.value.hint
    assert backend.sent == []
    for line in ("/here", "And?"):
        await commands.take(line)
    assert backend.sent == ["And?"]
    assert "Bot: 1" in capsys.readouterr().out
