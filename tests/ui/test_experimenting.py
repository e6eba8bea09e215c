"""The keys that change what is trained, through the app."""

import asyncio
from dataclasses import replace
from itertools import islice

import pytest

from backprop_tui.core.experiment import Experiment, fitting
from backprop_tui.core.problems import PROBLEMS, XOR
from backprop_tui.core.training import start, train, under
from tests.ui.test_app import opened, screen_text


@pytest.mark.parametrize(
    ("keys", "settings"),
    [
        (["greater_than_sign"], {"hidden_sizes": (5,)}),
        (["less_than_sign"] * 4, {"hidden_sizes": ()}),
        (["less_than_sign"] * 5 + ["greater_than_sign"], {"hidden_sizes": (1,)}),
        (["greater_than_sign"] * 6, {"hidden_sizes": (8,)}),
        (["b"], {"bias": True}),
        (["b", "b", "n"], {"seed": 43}),
    ],
)
async def test_a_key_makes_a_new_start_with_the_old_curve_as_a_ghost(keys, settings):
    async with opened() as (app, pilot):
        await pilot.press("pagedown", *keys)
        wanted = start(Experiment(**settings))
        assert app.snapshot.step == 0 and app.snapshot.experiment == wanted.experiment
        assert app.snapshot.loss == wanted.loss
        assert app.run_screen.view.ghost.latest == 100


async def test_the_last_layer_comes_and_goes_with_its_first_unit():
    async with opened(Experiment(hidden_sizes=(3, 1))) as (app, pilot):
        await pilot.press("less_than_sign")
        assert app.snapshot.experiment.hidden_sizes == (3,)
        assert "XOR 2-3-1" in screen_text(app)


async def test_a_new_start_is_typed():
    async with opened() as (app, pilot):
        await pilot.press("i", *"4,3", "tab", *"yes", "tab", *"0,25", "tab", *".9", "tab", *"gauss", "enter")
        await pilot.pause(0.1)
        assert "first weights must be one of normal, uniform, zeros, not gauss" in screen_text(app)
        await pilot.press("home", "ctrl+k", *"uniform", "tab", *"0.3", "tab", *"7", "tab", *"500", "enter")
        await pilot.pause(0.1)
        assert app.snapshot.experiment == Experiment(
            hidden_sizes=(4, 3),
            bias=True,
            learning_rate=0.25,
            momentum=0.9,
            init="uniform",
            init_scale=0.3,
            seed=7,
            steps=500,
        )
        assert "momentum 0.9 · uniform × 0.3 · seed 7" in screen_text(app)


async def test_a_new_start_takes_a_mistake_back():
    async with opened() as (app, pilot):
        await pilot.press("exclamation_mark", "down", "down", "enter")
        await pilot.pause(0.1)
        assert "BROKEN: updated W2" in screen_text(app)
        await pilot.press(*["less_than_sign"] * 4)
        assert app.snapshot.experiment == Experiment(hidden_sizes=())


async def test_a_problem_is_chosen_with_its_settings_shown_before():
    async with opened(size=(80, 40)) as (app, pilot):
        await pilot.press("p")
        names = list(PROBLEMS)
        await pilot.press(*["down"] * (names.index("symmetry") - names.index("xor")))
        await pilot.pause(0.1)
        assert "6-2-1 · biases · rate 0.1 · momentum 0.9 · uniform × 0.3" in screen_text(app)
        await pilot.press("enter")
        await pilot.pause(0.1)
        assert app.snapshot.experiment == fitting(PROBLEMS["symmetry"])
        assert app.run_screen.view.ghost is None


async def test_a_flipped_target_is_learned_from_there_on_and_the_gate_is_named():
    async with opened() as (app, pilot):
        await pilot.press("pagedown", "t", "up", "enter")
        await pilot.pause(0.1)
        shown = screen_text(app)
        assert "Targets: OR" in shown and "OR 2-4-1" in shown and "1  1  [1]" in shown
        assert app.snapshot.step == 100
        changes = app.run_screen.view.timeline.changes
        assert changes[100].problem is PROBLEMS["or"]
        await pilot.press("escape", "pagedown")
        *_, before = islice(train(start(Experiment())), 100)
        *_, straight = islice(train(under(before, Experiment(PROBLEMS["or"]))), 100)
        assert app.snapshot.loss == straight.loss


async def test_a_finished_run_gets_as_many_steps_again_to_learn_a_flipped_target():
    async with opened(Experiment(steps=30), speed=None) as (app, pilot):
        await pilot.press("pagedown", "t", "enter")
        while app.run_screen.view.state != "finished":
            await asyncio.sleep(0.01)
        assert app.snapshot.step == 60 and app.snapshot.experiment.problem is PROBLEMS["nand"]


async def test_the_targets_of_points_are_not_flipped():
    async with opened(fitting(PROBLEMS["circles"])) as (app, pilot):
        await pilot.press("t")
        await pilot.pause(0.1)
        assert "no targets to flip" in screen_text(app) and app.screen is app.run_screen


async def test_the_16_gates_learned_or_not_without_a_hidden_layer():
    async with opened(Experiment(hidden_sizes=(), steps=300), size=(80, 30)) as (app, pilot):
        await pilot.press("g")
        while app.screen.tried < 16:
            await asyncio.sleep(0.01)
        await pilot.pause(0.1)
        shown = screen_text(app)
        assert "Learned in 300 steps: 6." in shown
        assert "One straight line through (0, 0) can part 6 of the 16." in shown
        assert "OR             0 1 1 1   ✓ all right since step 1" in shown
        assert "AND            0 0 0 1   ✗ not learned" in shown
        await pilot.press("down", "enter")
        await pilot.pause(0.1)
        assert app.snapshot.experiment.problem is PROBLEMS["or"]


async def test_steps_with_another_problem_give_other_ghosts_no_endless_axis():
    async with opened() as (app, pilot):
        await pilot.press(*["pagedown"] * 3)
        app.run_screen.begin_with(replace(Experiment(), steps=100))
        await pilot.pause()
        assert "0 of 100" in screen_text(app) and app.run_screen.view.ghost.latest == 300
    assert XOR.is_gate
