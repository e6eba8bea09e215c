"""What a learner predicted and watched, kept in the user's state directory from one session to the next."""

import contextlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from backprop_tui.core.files import BadFile, opened, state_folder, written_whole
from backprop_tui.core.lessons import Lesson

MOST_BYTES = 100_000
NONSENSE = (
    BadFile,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RecursionError,
)  # what reading it may raise


class Learner(NamedTuple):
    """The answer predicted for a lesson, by the lesson's name and counted from 0; the lessons watched."""

    predictions: Mapping[str, int]
    watched: frozenset[str]


def kept_learner(lessons: Iterable[Lesson]) -> Learner:
    """What is kept of these lessons; of a file that is not there or makes no sense, nothing."""
    answers = {lesson.name: range(len(lesson.answers)) for lesson in lessons}
    with contextlib.suppress(*NONSENSE), opened(_path()) as file:
        record = json.loads(file.read(MOST_BYTES))
        predictions = {
            name: answer for name, answer in record["predictions"].items() if answer in answers.get(name, ())
        }
        return Learner(predictions, frozenset(record["watched"]) & predictions.keys())
    return Learner({}, frozenset())


def keep(learner: Learner) -> None:
    """Write it down; where that cannot be, it is kept for this session only."""
    record = {"predictions": dict(learner.predictions), "watched": sorted(learner.watched)}
    with contextlib.suppress(OSError):
        _path().parent.mkdir(parents=True, exist_ok=True)
        with written_whole(_path()) as file:
            file.write(json.dumps(record).encode())


def forgotten() -> Learner:
    """Nothing predicted and nothing watched, and nothing kept of it."""
    with contextlib.suppress(OSError):
        _path().unlink(missing_ok=True)
    return Learner({}, frozenset())


def _path() -> Path:
    return state_folder() / "lessons.json"
