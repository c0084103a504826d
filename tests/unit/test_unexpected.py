from __future__ import annotations

import pytest

from tui.errors import NotFound, Unexpected
from tui.safe_text import clean
from tui.unexpected import in_our_words, module_of, place_of, reported

SECRET = "s3cr3t-value"


def caught(raiser: object) -> Exception:
    assert callable(raiser)
    try:
        raiser()
    except Exception as error:  # noqa: BLE001 - whatever it is
        return error
    raise AssertionError("nothing was raised")


def fail_deeply() -> None:
    try:
        raise KeyError(SECRET)
    except KeyError as error:
        raise ExceptionGroup(SECRET, [ValueError(SECRET)]) from error


def test_an_exception_is_named_with_its_place_and_without_its_text(reports: list[str]) -> None:
    error = caught(fail_deeply)
    fault = reported(error)
    assert isinstance(fault, Unexpected)
    assert fault.exit_code == 1
    assert fault.sentence.startswith(
        "Something in Runnel failed: ExceptionGroup in tests.unit.test_unexpected, line "
    )
    (report,) = reports
    reports.clear()
    for name in ("ExceptionGroup", "because of KeyError", "because of ValueError"):
        assert name in report
    assert SECRET not in report + fault.sentence + fault.hint


def test_of_our_own_code_the_innermost_place_is_named() -> None:
    error = caught(lambda: clean(None))  # type: ignore[arg-type]
    assert place_of(error).startswith("TypeError in tui.safe_text, line ")
    assert module_of(error) == "tui.safe_text"
    assert place_of(ValueError()) == "ValueError"


def test_an_error_in_our_words_stays_what_it_is(reports: list[str]) -> None:
    error = NotFound("There is none.")
    assert reported(error) is error
    with pytest.raises(NotFound), in_our_words():
        raise error
    assert reports == []
    with pytest.raises(Unexpected), in_our_words():
        raise ValueError(SECRET)
    reports.clear()
