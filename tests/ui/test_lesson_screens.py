"""Guided experiments through the app: predict, watch, read why."""

import json
from dataclasses import replace

from backprop_tui.core.lessons import lessons
from backprop_tui.core.training import start
from backprop_tui.ui.app import BackpropApp
from backprop_tui.ui.drawing.lines import text_of
from backprop_tui.ui.learner import Learner, keep, kept_learner
from backprop_tui.ui.panels.lesson_line import LessonLine
from backprop_tui.ui.view import first_view
from tests.ui.test_app import opened, words

FOREIGN = '{"predictions": {"zeros": 9, "tutorial": -1, "gone": 0}, "watched": ["zeros", "gone"]}'
TWO_UNITS = 2  # which of the lessons it is
MINE = """
[[lesson]]
name = "mine"
title = "[b]My own[/b]"
question = "Will AND be learned?"
answers = ["yes", "no"]
right = 1
watch = "The loss. [@click=app.quit]no link[/]"
why = "It is separable."
[[lesson.start]]
title = "AND"
problem = "and"
seed = 7
"""


async def test_a_prediction_comes_before_the_run_and_the_reason_after_it():
    lesson = lessons()[TWO_UNITS]
    async with opened(size=(80, 50)) as (app, pilot):
        await pilot.press("e", *["down"] * TWO_UNITS, "enter")
        shown = words(app)
        assert lesson.question in shown and "Press its number" in shown
        assert lesson.why_told[:40] not in shown and "enter run" not in shown
        await pilot.press("enter", "a", "9")
        assert "Press its number" in words(app)
        await pilot.press("1", "2")
        shown = words(app)
        assert "▸ 2" in shown and lesson.watch[:40] not in shown and lesson.why_told[:40] not in shown
        await pilot.press("b")
        app.run_screen.pause()
        await pilot.pause()
        assert app.snapshot.experiment == lesson.starts[1].experiment
        assert lesson.starts[1].title in words(app) and "e why · esc closes" in words(app)
        assert lesson.watch[:40] in words(app)
        await pilot.press("e")
        shown = words(app)
        assert "You predicted 2. It is 3." in shown and lesson.why_told in shown
        assert f"run {lesson.starts[2].title} (enter)" in shown
        await pilot.press("1")
        assert "▸ 2" in words(app)  # once watched it stays
        await pilot.press("e")
        assert "Watched: 1 of 10, predicted rightly: 0." in words(app)
        assert f"{lesson.title} ✗" in words(app)
        await pilot.press("escape", "escape")
        assert "e why" not in words(app) and app.screen is app.run_screen


async def test_its_text_goes_with_its_problem():
    async with opened() as (app, pilot):
        await pilot.press("e", "enter", "2", "enter")
        app.run_screen.pause()
        await pilot.press("left_parenthesis")
        assert "e why" in words(app)
        await pilot.press("t", "enter", "escape")
        assert "e why" not in words(app)


async def test_a_finished_experiment_says_what_comes_next_and_another_run_is_none():
    async with opened(size=(80, 24), speed=None) as (app, pilot):
        await pilot.press("plus", "y", "e", "enter", "2", "enter")
        view = app.run_screen.view
        assert view.pace.speed == 500 and not view.log_loss and view.running
        app.run_screen.pause()
        app.run_screen.go(10_001)
        await pilot.pause()
        assert "The run is finished: press e to read why it came out so." in words(app)
        await pilot.press("n")
        app.run_screen.pause()
        await pilot.pause()
        assert "e why" not in words(app)


async def test_the_next_class_begins_with_nothing_predicted():
    async with opened(size=(80, 60)) as (app, pilot):
        await pilot.press("e", "enter", "2", "enter")
        app.run_screen.pause()
        await pilot.pause()
        await pilot.press("e", "e", "end", "enter")
        assert "Watched: 0 of 10, predicted rightly: 0." in words(app)
    assert kept_learner(lessons()) == Learner({}, frozenset())


async def test_predictions_are_kept_from_one_session_to_the_next(tmp_path):
    async with opened() as (app, pilot):
        await pilot.press("e", "enter", "2", "enter")
        app.run_screen.pause()
        await pilot.pause()
    kept = json.loads((tmp_path / "state" / "backprop-tui" / "lessons.json").read_text())
    assert kept == {"predictions": {"tutorial": 1}, "watched": ["tutorial"]}
    async with opened() as (app, pilot):
        await pilot.press("e")
        assert "Watched: 1 of 10, predicted rightly: 1." in words(app)
        assert "The tutorial's network ✓" in words(app)


async def test_a_prediction_without_a_run_is_kept_and_not_judged():
    async with opened() as (app, pilot):
        await pilot.press("e", "enter", "1", "e")
        assert "Watched: 0 of 10, predicted rightly: 0." in words(app)
        await pilot.press("enter")
        assert "▸ 1" in words(app)


async def test_a_teachers_lessons_are_shown_as_text(tmp_path):
    (tmp_path / "mine.toml").write_text(MINE)
    app = BackpropApp(None, running=False, lessons=lessons(tmp_path / "mine.toml"))
    async with app.run_test(size=(80, 60)) as pilot:
        while app.run_screen is None:
            await pilot.pause(0.01)
        await pilot.press("e", "end", "enter")
        assert "[b]My own[/b]" in words(app)
        await pilot.press("1", "enter")
        app.run_screen.pause()
        await pilot.pause()
        assert "[b]My own[/b]: AND" in words(app) and "The loss. [@click=app.quit]no link[/]" in words(app)
        experiment = lessons(tmp_path / "mine.toml")[-1].starts[0].experiment
        assert app.snapshot.experiment == experiment == start(experiment).experiment


def test_what_is_kept_survives_and_nonsense_is_nothing(tmp_path):
    assert kept_learner(lessons()) == Learner({}, frozenset())
    keep(Learner({"zeros": 2}, frozenset({"zeros"})))
    assert kept_learner(lessons()) == Learner({"zeros": 2}, frozenset({"zeros"}))
    path = tmp_path / "state" / "backprop-tui" / "lessons.json"
    for nonsense in (
        "",
        "[]",
        '{"predictions": 1}',
        '{"predictions": {"a": []}, "watched": []}',
        "\0",
        "[" * 90_000,
    ):
        path.write_text(nonsense)
        assert kept_learner(lessons()) == Learner({}, frozenset())
    path.unlink()
    path.parent.rmdir()
    path.parent.write_text("in the way")
    keep(Learner({"zeros": 1}, frozenset()))


def test_what_to_look_for_fits_under_the_panels_at_80_by_24():
    for lesson in lessons():
        view = replace(
            first_view(start(lesson.starts[0].experiment), 500),
            lesson=f"{lesson.title}: {lesson.starts[0].title}\n{lesson.watch}",
        )
        told = [text_of(line) for line in LessonLine(view).draw(78, 4)]
        assert "…" not in "".join(told) and len(told) <= 4, lesson.name
        assert told[0].endswith("e why · esc closes")
