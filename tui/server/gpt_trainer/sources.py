"""Data sources of the GPT-trainer API: questions with answers that a chatbot was taught.

Source: the vendor's API reference. That a source is `await` or `pending` before `success` or `fail`
is from there too; that a failed one says why in `error` is inferred.
"""

from __future__ import annotations

from collections.abc import Mapping

from tui.server.gpt_trainer.records import time_text
from tui.server.scripted.taught import LearningState, Lesson, Lessons

_STATUSES: Mapping[LearningState, str] = {
    LearningState.AWAITED: "await",
    LearningState.LEARNT: "success",
    LearningState.FAILED: "fail",
}
_UNREADABLE = "The page at reference_source_link could not be read."


def source_record(lessons: Lessons, lesson: Lesson) -> dict[str, object]:
    progress = lessons.progress(lesson)
    return {
        "uuid": lesson.id,
        "title": lesson.question,
        "file_name": None,
        "type": "qa",
        "status": _STATUSES[progress],
        "error": _UNREADABLE if progress is LearningState.FAILED else None,
        "question": lesson.question,
        "answer": lesson.answer,
        "reference_source_link": lesson.link or None,
        "created_at": time_text(lesson.taught_at),
        "modified_at": time_text(lesson.taught_at),
    }
