from __future__ import annotations

import random

from tests.tables import each_row
from tui.server.scripted.scripts import WORDS, Call, Fail, Pause, Return, Say, Script, script_for
from tui.server.web.pacing import FASTEST_TOKENS_PER_S, SLOWEST_TOKENS_PER_S, Delivery, tokens


def text_of(script: Script) -> str:
    return "".join(step.text for step in script.steps if isinstance(step, Say))


@each_row("word", WORDS)
def test_a_word_in_the_question_chooses_its_script(word: str) -> None:
    script = script_for(word)
    assert script == script_for(f"Show me {word.upper()}, please!")
    assert script == script_for(word.removesuffix("s"))
    assert text_of(script)


def test_the_first_word_in_the_question_counts() -> None:
    assert script_for("a table of links") == script_for("table")
    assert script_for("links to a table") == script_for("links")


def test_a_part_of_a_word_chooses_nothing() -> None:
    assert "You said" in text_of(script_for("Is this stable, and can you decode it?"))


def test_anything_else_is_quoted_and_told_what_to_try() -> None:
    answer = text_of(script_for("Good\nmorning " + "x" * 500))
    assert "“Good morning xxx" in answer
    assert "…”" in answer
    assert all(f"`{word}`" in answer for word in WORDS)


def test_scripts_are_what_they_are_called() -> None:
    code = text_of(script_for("code")).partition("```python\n")[2].partition("\n```")[0]
    assert code.count("\n") >= 60
    compile(code, "code", "exec")
    assert 1_900 <= len(text_of(script_for("long")).split()) <= 2_200
    assert script_for("slow").steps[0] == Pause(6)
    assert isinstance(script_for("error").steps[-1], Fail)
    steps = script_for("tools").steps
    assert sum(isinstance(step, Call) for step in steps) == 3
    failed = [step for step in steps if isinstance(step, Return) and "error" in str(step.result)]
    assert len(failed) == 1


def test_echo_is_not_touched_where_markers_are_taken_out() -> None:
    assert text_of(script_for("ECHO  a [3.4] b").without_markers()) == " a [3.4] b"
    assert "[3.4]" not in text_of(script_for("citations").without_markers())


@each_row(
    "text",
    [" leading", "trailing \n", "\n\n", "", "夜汽車の窓に、遠い町", "a\u2028b\x85c \x00", "x" * 50],
)
def test_tokens_join_to_the_text(text: str) -> None:
    assert "".join(tokens(text)) == text


def test_tokens_are_words_with_the_blanks_before_them() -> None:
    assert tokens("Take the\n\n  night train.") == ["Take", " the", "\n\n  night", " train."]


def test_token_pauses_are_natural_and_the_same_for_a_seed() -> None:
    first, second = (Delivery(random=random.Random(3)) for _ in range(2))
    pauses = [first.token_pause() for _ in range(200)]
    assert pauses == [second.token_pause() for _ in range(200)]
    assert min(pauses) >= 1 / FASTEST_TOKENS_PER_S
    assert max(pauses) <= 1 / SLOWEST_TOKENS_PER_S
