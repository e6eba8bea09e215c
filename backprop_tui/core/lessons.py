"""Guided experiments: a question to predict first, starts to run, what to look for, and why it came out so.

They are written in TOML: the built-in ones in lessons.toml beside this file, which says what each key
means, and a teacher's own in a file of the same form.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from backprop_tui.core.experiment import RULES, Experiment, InvalidSetting, fitting
from backprop_tui.core.files import BadFile, shown
from backprop_tui.core.problems import PROBLEMS, XOR
from backprop_tui.core.settings import option, sizes
from backprop_tui.core.toml_file import Rule, are_tables, checked, content, is_text, is_whole, scrubbed, wrong

PLACEHOLDER = re.compile(r"\{(learned|of|percent)\d*\}")
LEAST_ANSWERS, MOST_ANSWERS, MOST_STARTS, MOST_MEASURED = 2, 4, 9, 1_000_000


@dataclass(frozen=True)
class Start:
    """An experiment to run. learned, of: how many of the seeds 0 … of − 1 have all rows right at its last step.

    Both are None where nothing was measured.
    """

    title: str
    experiment: Experiment
    learned: int | None = None
    of: int | None = None


@dataclass(frozen=True)
class Lesson:
    """question, answers: to predict first; right: which of the answers, counted from 0.

    watch: what to look for while the starts run. why: why it came out so, as it is written; why_told, as it
    is to be read.
    """

    name: str
    title: str
    question: str
    answers: tuple[str, ...]
    right: int
    watch: str
    why: str
    starts: tuple[Start, ...]

    @property
    def why_told(self) -> str:
        """Why, with the starts' numbers for {learned}, {of}, {percent}, {learned2}, …; all else is left."""
        text = self.why
        for number, start in enumerate(self.starts, 1):
            for word, measured in _measured(start).items():
                text = text.replace(f"{{{word}{number if number > 1 else ''}}}", measured)
        return text


def _measured(start: Start) -> dict[str, str]:
    if start.learned is None or start.of is None:
        return {}
    percent = f"{100 * start.learned / start.of:.3g}"
    return {"learned": f"{start.learned:,}", "of": f"{start.of:,}", "percent": percent}


def lessons(path: Path | None = None) -> tuple[Lesson, ...]:
    """The built-in lessons, with those of a file in the place of the same name, or after the others.

    Raises BadFile, one line that says which lesson and what about it is wrong.
    """
    built_in = _read(Path(__file__).with_name("lessons.toml"))
    given = () if path is None else _read(path)
    return tuple({lesson.name: lesson for lesson in (*built_in, *given)}.values())


def _read(path: Path) -> tuple[Lesson, ...]:
    place, tables = shown(path.name), content(path)
    if not tables.get("lesson"):
        raise BadFile(f"{place}: no lessons; each begins with [[lesson]]")
    checked(place, tables, {"lesson": are_tables})
    found: dict[str, Lesson] = {}
    for number, table in enumerate(tables["lesson"], 1):
        lesson = _lesson(f"{place}, lesson {number}", table)
        if lesson.name in found:
            first = list(found).index(lesson.name) + 1
            raise BadFile(f"{place}, lesson {number} ({shown(lesson.name)}): lesson {first} has the same name")
        found[lesson.name] = lesson
    return tuple(found.values())


def _lesson(place: str, table: object) -> Lesson:
    """The lesson in this table; its name is part of the place once it is known."""
    if isinstance(table, dict) and isinstance(table.get("name"), str):
        place = f"{place} ({shown(table['name'])})"
    values = checked(place, table, LESSON_RULES)
    starts = tuple(_start(f"{place}, start {number}", each) for number, each in enumerate(values["start"], 1))
    lesson = Lesson(
        **{key: scrubbed(values[key]) for key in ("name", "title", "question", "watch", "why")},
        answers=tuple(map(scrubbed, values["answers"])),
        right=values["right"] - 1,
        starts=starts,
    )
    unknown = PLACEHOLDER.search(lesson.why_told)
    if unknown:
        raise BadFile(f"{place}: why has {shown(unknown[0])}, for which no start has learned and of")
    return lesson


def _start(place: str, table: object) -> Start:
    values = checked(place, table, START_RULES, optional=START_RULES.keys() - {"title"})
    if ("learned" in values) != ("of" in values):
        raise BadFile(f"{place}: learned and of belong together, only one of them is given")
    experiment = _experiment(place, {key: value for key, value in values.items() if key in SETTINGS})
    return Start(scrubbed(values["title"]), experiment, values.get("learned"), values.get("of"))


def _experiment(place: str, given: dict[str, Any]) -> Experiment:
    name = given.get("problem", XOR.name)
    problem = PROBLEMS.get(name) if isinstance(name, str) else None
    if problem is None:
        raise wrong(place, "problem", name, RULES["problem"][0])
    settings = {SETTINGS[key]: value for key, value in given.items() if key != "problem"}
    if "hidden" in given:
        settings["hidden_sizes"] = _sizes(given["hidden"])
    try:
        return fitting(problem, **settings)
    except InvalidSetting as refused:
        key = _key(refused.setting)
        raise wrong(place, key, given.get(key, refused.given), refused.allowed) from None


def _sizes(value: object) -> object:
    """Hidden layers as they are typed, or as a number: 4 for one of four units."""
    if isinstance(value, int) and not isinstance(value, bool):
        return (value,) if value else ()
    return sizes(value) if isinstance(value, str) else value


def _key(setting: str) -> str:
    """What a setting is called here: as on the command line, without dashes."""
    return option(setting).removeprefix("--")


def _are_answers(value: object, _: Mapping[str, Any]) -> str:
    if not isinstance(value, list) or not LEAST_ANSWERS <= len(value) <= MOST_ANSWERS:
        return f"a list of {LEAST_ANSWERS} to {MOST_ANSWERS} texts"
    return next(("texts, each " + allowed for answer in value if (allowed := is_text(answer, {}))), "")


LESSON_RULES: Mapping[str, Rule] = {
    "name": is_text,
    "title": is_text,
    "question": is_text,
    "answers": _are_answers,
    "right": lambda value, lesson: is_whole(value, 1, len(lesson["answers"])),
    "watch": is_text,
    "why": is_text,
    "start": lambda value, lesson: (
        are_tables(value, lesson) or (f"at most {MOST_STARTS} tables" if len(value) > MOST_STARTS else "")
    ),
}
SETTINGS = {_key(field.name): field.name for field in fields(Experiment) if field.name != "mistake"}
START_RULES: Mapping[str, Rule] = {
    "title": is_text,
    **dict.fromkeys(SETTINGS, lambda value, start: ""),  # the Experiment's to judge
    "of": lambda value, start: is_whole(value, 1, MOST_MEASURED),
    "learned": lambda value, start: is_whole(value, 0, start.get("of", MOST_MEASURED)),
}
