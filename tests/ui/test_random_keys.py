"""Random keys on every screen: whatever is pressed, the run is what it says, to the bit, and so it is shown."""

import asyncio
import random
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from backprop_tui.core.experiment import Experiment, fitting
from backprop_tui.core.moment import NOT_RIGHT, Stretch
from backprop_tui.core.problems import PROBLEMS
from backprop_tui.core.sweep import sweep
from backprop_tui.core.training import start, train
from backprop_tui.ui import sweeping
from backprop_tui.ui.app import BackpropApp
from backprop_tui.ui.keys import GRID_KEYS, KEYS, LINE_KEYS, SWEEP_KEYS
from backprop_tui.ui.panels.lines_box import NARROWEST
from backprop_tui.ui.screens import gates, training
from tests.hostile import counts
from tests.ui.test_app import opened

OF_THE_APP = {name for key in (*KEYS, *LINE_KEYS, *SWEEP_KEYS, *GRID_KEYS) for name in key.keys.split(",")}
OTHERS = ["ctrl+p", "ctrl+c", "backspace", "shift+tab", "f1", "é", "²", *"0123456789.,afgjkz-"]
SIZES = ["60x16", "80x24", "120x40", "59x15", "20x5", "1x1", "200x60"]
WAYS_OUT = ["escape", "enter", "space", "full_stop", "comma"]  # to be pressed more often
ACTIONS = [*sorted(OF_THE_APP), *OTHERS, *(f"resize {size}" for size in SIZES), *WAYS_OUT * 3]
STRETCH = 7  # steps that the stand-in for the worker makes


class Worker:
    """Stands in for the training thread's loop: hands some steps over and waits to be stopped."""

    waited_for: asyncio.Event

    def follow(self, snapshot, changes, speed, fps, stop, hand_over):
        stretch = Stretch(snapshot)
        self.stop, self.is_done = stop, False
        try:
            for made in islice(train(snapshot, changes), STRETCH):
                stretch.add(made)
                if made.step in changes:
                    break
        finally:
            if stretch.losses and not stop.is_set():
                hand_over(stretch, 0.1, 70.0)
            self.is_done = True
        stop.wait()


class Straight:
    """The run that a timeline tells of, trained from its beginning."""

    def __init__(self):
        self.changes = None

    def snapshots(self, timeline, step):
        if timeline.changes is not self.changes:
            self.changes, experiment = timeline.changes, timeline.changes[timeline.first]
            assert timeline.first == 0
            self.made = [start(experiment)]
        if step >= len(self.made):
            more = train(self.made[-1], self.changes)
            self.made += islice(more, step - len(self.made) + 1)
        return self.made[: step + 1]


def bits(snapshot):
    arrays = [*snapshot.parameters.weights, *snapshot.parameters.biases, *snapshot.activations]
    arrays += [each for part in snapshot.changes or () for each in part]
    return snapshot.experiment, snapshot.step, snapshot.loss, [(each.shape, each.tobytes()) for each in arrays]


def check_run(view, straight):
    """The moment shown is that of a run trained straight on to it, under the changes told."""
    made = straight.snapshots(view.timeline, view.snapshot.step)
    assert bits(view.snapshot) == bits(made[-1])
    last_wrong = np.full(made[-1].experiment.problem.rows, -1)
    for snapshot in made:
        last_wrong[~snapshot.right] = snapshot.step
    since = np.where(made[-1].right, last_wrong + 1, NOT_RIGHT)
    assert view.moment.right_since.tolist() == since.tolist()
    assert view.timeline.first <= view.snapshot.step <= view.timeline.latest


def painted(app, panel):
    """What the terminal shows where the inside of the panel is."""
    region = panel.content_region
    rows = app.screen._compositor.render_strips()[region.y : region.bottom]
    return [strip.crop(region.x, region.right).text.rstrip() for strip in rows]


def check_screen(app):
    """Every panel shows the view, and the terminal the panel."""
    screen, view = app.run_screen, app.run_screen.view
    assert all(panel.view is view for panel in screen.panels)
    if app.screen is not screen or "-too-narrow" in screen.classes or "-too-short" in screen.classes:
        return
    if view.running:
        return  # the panels wait for their turn to redraw
    for panel in screen.panels:
        if panel.display and panel.content_size and panel.content_size.width >= NARROWEST:
            lines = panel.draw(*panel.content_size)[: panel.content_size.height]
            texts = ["".join(text for text, _ in line).rstrip() for line in lines]
            texts += [""] * (panel.content_size.height - len(texts))
            assert painted(app, panel) == texts, panel
    told = " ".join("".join(text for text, _ in line) for line in screen.panels[0].lines)
    if app.size.width < 120:  # the figures are no larger than text
        assert f" {view.snapshot.step:,} of {view.experiment.steps:,}" in " ".join(told.split())
        assert f" {view.snapshot.loss:.6f}" in told and f" {view.state}" in told


async def press(app, pilot, action, worker):
    if action.startswith("resize"):
        await pilot.resize_terminal(*map(int, action.split()[1].split("x")))
    else:
        await pilot.press(action)
    while app.run_screen.view.running and not (worker.is_done and worker.stop is app.run_screen.stop):
        await asyncio.sleep(0.001)
    if app.run_screen.view.running or action.startswith("resize"):
        await pilot.pause()


async def press_all(actions, size, name):
    """Press these keys one by one; what is wrong after one is raised, with all keys so far."""
    pressed, straight, worker = [], Straight(), Worker()
    training.follow = worker.follow
    try:
        async with opened(RUNS[name], size) as (app, pilot):
            for action in actions:
                pressed.append(action)
                await press(app, pilot, action, worker)
                assert app._exception is None
                check_run(app.run_screen.view, straight)
                check_screen(app)
    except BaseException as wrong:
        wrong.add_note(f"await press_all({pressed}, {size}, {name!r})")
        raise


@pytest.fixture(autouse=True)
def light_work(monkeypatch, tmp_path):
    """Sweeps and gates of a few steps, a worker of the test's own, and nothing that leaves the app."""
    monkeypatch.chdir(tmp_path)

    def few(experiment, starts):
        return sweep(replace(experiment, steps=min(experiment.steps, 20)), min(starts, 30))

    monkeypatch.setattr(sweeping, "sweep", few)
    monkeypatch.setattr(gates, "MOST_STEPS", 20)
    monkeypatch.setattr(training, "follow", training.follow)  # so that it is put back
    monkeypatch.setattr(BackpropApp, "action_quit", lambda self: asyncio.sleep(0))
    monkeypatch.setattr(BackpropApp, "notify", lambda *what, **how: None)  # it would lie over the panels


RUNS = {
    "xor": Experiment(steps=60),
    "deep": Experiment(hidden_sizes=(3, 2), bias=True, momentum=0.9, steps=400),
    "symmetry": fitting(PROBLEMS["symmetry"], steps=150),
    "wild": Experiment(learning_rate=100.0, init_scale=20.0, steps=100),
}


FOUND = [  # what random keys have found, cut down to what it takes
    (["resize 200x60", "resize 20x5", "full_stop", "resize 200x60"], (80, 24), "xor"),
]


@pytest.mark.parametrize(("actions", "size", "name"), FOUND, ids=str)
async def test_what_was_found_before(actions, size, name):
    await press_all(actions, size, name)


@counts(60, 1_000)
@pytest.mark.parametrize(
    ("name", "size"), [("xor", (60, 16)), ("deep", (80, 24)), ("symmetry", (120, 40)), ("wild", (80, 24))]
)
async def test_whatever_is_pressed_the_run_is_what_it_says(name, size, count):
    choices = random.Random(f"{name} {count}")
    await press_all(choices.choices(ACTIONS, k=count), size, name)
