"""The app through Textual's pilot: paused for every key, and once with the real worker."""

import asyncio
import threading
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import islice

import pytest

from backprop_tui.core.experiment import Experiment
from backprop_tui.core.moment import Stretch
from backprop_tui.core.training import following, start, train, under
from backprop_tui.ui.app import BackpropApp
from backprop_tui.ui.keys import KEYS
from backprop_tui.ui.screens.frame import TITLES, TURN_TITLES
from backprop_tui.ui.screens.help import Help


@asynccontextmanager
async def opened(experiment=None, size=(80, 24), first=None, **options):
    """The app with its run loaded, paused unless told otherwise."""
    first = start(experiment) if experiment else first
    app = BackpropApp(first, **{"running": False, **options})
    async with app.run_test(size=size, notifications=True) as pilot:
        while app.run_screen is None:
            await pilot.pause(0.01)
        if not options.get("running"):
            await pilot.pause()  # waits for all to be still, which a worker is not
        yield app, pilot


def screen_text(app) -> str:
    """What the terminal would show, as lines of text."""
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


def words(app) -> str:
    """The same as words in a row, however boxes and lines part them."""
    return " ".join(screen_text(app).translate({ord(edge): " " for edge in "│▌"}).split())


async def test_everything_that_matters_is_on_an_80_by_24_screen():
    async with opened() as (app, _):
        shown = screen_text(app)
    for words in (
        "XOR 2-4-1 · no biases · learning rate 0.5 · seed 42",
        *TITLES,
        *("paused", "0 of 10,001", "0.255675", "2/4 rows", "speed 500"),
        *("always answers ½", "5,000", "10,000"),
        *("+0.248", "−0.069", "+0.324", "+0.762", "−0.117", "+0.790", "+0.384"),
        *("−0.235", "+0.271", "−0.232", "−0.233", "h4", "ŷ"),
        *("target", "not yet", "✓ 0", "0.447"),
        *("v gradients · −0.79", "+0.79", "h hidden units", "y log loss · x log steps"),
        "space run/pause",
    ):
        assert words in shown


async def test_the_frame_names_the_panels_that_will_be_there():
    async with opened() as (app, _):
        assert tuple(panel.TITLE for panel in app.run_screen.panels) == TITLES + TURN_TITLES


async def test_one_step_and_right_arrow():
    first = start(Experiment())
    async with opened() as (app, pilot):
        await pilot.press("full_stop", "right")
        assert app.snapshot.step == 2
        one, two = islice(train(first), 2)
        assert app.snapshot.loss == two.loss
        shown = screen_text(app)
        assert "2 of 10,001" in shown and "paused" in shown
        assert f"−{one.loss - two.loss:.7f} a step" in shown


async def test_speed_walks_along_its_ladder_and_stops_at_its_ends():
    async with opened(speed=700) as (app, pilot):
        seen = []
        for key in ["plus", "equals_sign", "plus", "plus", "plus", "minus"]:
            await pilot.press(key)
            seen.append(app.run_screen.view.pace.speed)
        assert seen == [1_000, 2_000, 3_000, None, None, 3_000]
        await pilot.press("plus")
        assert "full speed" in screen_text(app)
        for _ in range(15):
            await pilot.press("minus")
        assert app.run_screen.view.pace.speed == 1
        assert "speed 1" in screen_text(app)


async def test_reset_goes_back_to_the_same_start():
    async with opened() as (app, pilot):
        await pilot.press("full_stop", "full_stop", "r")
        assert app.snapshot.step == 0 and app.snapshot.loss == start(Experiment()).loss
        assert app.run_screen.view.timeline.latest == 0
        assert "paused" in screen_text(app)


async def test_next_seed_is_another_start_of_the_same_experiment():
    async with opened(Experiment(seed=2**32 - 1)) as (app, pilot):
        await pilot.press("n")
        assert app.snapshot.experiment == Experiment(seed=0)
        assert "seed 0" in screen_text(app)


async def test_gradients_in_place_of_weights():
    async with opened() as (app, pilot):
        await pilot.press("v")
        shown = screen_text(app)
        assert "Gradients of E, ×10⁻²" in shown and "dW1" in shown and "v weights" in shown
        largest = max(abs(slope).max() for slope in app.snapshot.gradients.weights)
        assert f"{100 * largest:.3f}" in shown
        await pilot.press("v")
        assert "dW1" not in screen_text(app)


async def test_hidden_activations():
    async with opened() as (app, pilot):
        await pilot.press("h")
        assert "x1 x2  y    h1    h2    h3    h4     ŷ" in screen_text(app)
        await pilot.press("h")
        assert "prediction" in screen_text(app)


async def test_axes_in_powers_of_ten():
    async with opened() as (app, pilot):
        await pilot.press("y", "x")
        shown = screen_text(app)
        assert "y linear loss · x linear steps" in shown
        assert "0.1┤" in shown and " 100 " in shown and "10,000" in shown


async def test_help_explains_every_panel_and_names_every_key():
    async with opened(size=(100, 124)) as (app, pilot):
        await pilot.press("question_mark")
        assert isinstance(app.screen, Help)
        shown = " ".join(screen_text(app).replace("│", " ").split())
        for panel in app.run_screen.panels:
            assert panel.HELP.count(". ") == 1 and "Look for" in panel.HELP
            assert panel.HELP in shown
        for key in KEYS:
            assert f"{key.shown} {key.sentence}" in shown
        await pilot.press("escape")
        assert app.screen is app.run_screen


async def test_the_palette_opens():
    async with opened() as (app, pilot):
        await pilot.press("full_stop", "ctrl+p", *"reset")
        await pilot.pause(0.3)
        assert "Start again as it began" in screen_text(app)
        await pilot.press("down", "enter")
        await pilot.pause(0.3)
        assert app.snapshot.step == 0


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q"])
async def test_every_way_out_ends_with_status_0(key):
    async with opened() as (app, pilot):
        await pilot.press(key)
    assert app.return_code == 0


async def test_a_diverging_step_is_told_in_words_and_the_last_finite_one_stays():
    async with opened(Experiment(learning_rate=1e308, momentum=0.99)) as (app, pilot):
        await pilot.press("pagedown", "full_stop")
        assert app.snapshot.step == 47
        shown = screen_text(app)
        assert "diverged at step 48 (infinite or NaN); step 47 is kept. Try a lower rate." in shown
        assert "paused" in shown
        await pilot.press("r")
        assert "diverged" not in screen_text(app)


@pytest.mark.parametrize("size", [(59, 24), (80, 15), (1, 1), (10, 3)])
async def test_a_small_terminal_is_told_what_is_needed(size):
    async with opened(size=size) as (app, _):
        if size[0] > 50:
            assert "60 × 16" in screen_text(app)


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40), (200, 60), (400, 120)])
@pytest.mark.parametrize(
    "experiment",
    [
        Experiment(hidden_sizes=()),
        Experiment(hidden_sizes=(8,), bias=True),
        Experiment(hidden_sizes=(4, 3), momentum=0.9),
        Experiment(init="zeros", seed=0),
    ],
    ids=["2-1", "2-8-1 with biases", "2-4-3-1", "zeros"],
)
async def test_every_shape_draws_at_every_size(size, experiment):
    async with opened(experiment, size=size) as (app, pilot):
        await pilot.press("full_stop", "v", "h", "y", "x")
        assert app.snapshot.step == 1


async def test_the_worker_trains_to_the_end_and_pauses_at_once():
    """The real thread at full speed, paused on the way and run on."""
    async with opened(Experiment(steps=40_000), speed=None, running=True) as (app, pilot):
        while app.snapshot.step == 0:
            await asyncio.sleep(0.01)
        app.run_screen.action_run_or_pause()
        paused_at = app.snapshot.step
        await asyncio.sleep(0.25)
        assert app.snapshot.step == paused_at and app.run_screen.view.state == "paused"
        app.run_screen.action_run_or_pause()
        while app.run_screen.view.state == "running":
            await asyncio.sleep(0.01)
        assert app.run_screen.view.state == "finished" and app.snapshot.step == 40_000
        *_, straight = train(start(Experiment(steps=40_000)))
        assert (app.snapshot.outputs == straight.outputs).all()
        assert app.run_screen.view.moment.right_since.tolist() == [397, 19, 556, 1_141]
        await pilot.press("space")
        assert "This run is finished" in screen_text(app)


async def test_a_new_seed_while_it_runs_goes_on_running():
    async with opened(Experiment(steps=10**9), speed=1_000, running=True) as (app, _):
        while app.snapshot.step == 0:
            await asyncio.sleep(0.01)
        app.run_screen.action_next_seed()
        assert app.run_screen.view.state == "running" and app.snapshot.step == 0
        while app.snapshot.step == 0:
            await asyncio.sleep(0.01)
        assert app.snapshot.experiment.seed == 43


async def test_steps_of_a_stopped_worker_are_not_shown():
    async with opened() as (app, _):
        stopped = threading.Event()
        stopped.set()
        later = following(app.snapshot)
        app.run_screen.show(stopped, Stretch(later, [later.loss], [later.outputs]), 0.1, 500.0)
        assert app.snapshot.step == 0


async def test_gradients_too_small_for_a_power_of_ten_are_drawn():
    async with opened(Experiment(init_scale=1000, seed=157)) as (app, pilot):
        await pilot.press("v")
        assert "dW1" in screen_text(app)


async def test_the_worker_keeps_the_speed_it_was_asked_for():
    async with opened(Experiment(steps=20), speed=100, fps=50, running=True) as (app, _):
        while app.run_screen.view.state == "running":
            await asyncio.sleep(0.01)
        assert app.snapshot.step == 20
        assert 0.1 < app.run_screen.view.pace.seconds < 2


async def test_the_worker_reports_divergence():
    async with opened(Experiment(learning_rate=1e308, momentum=0.99), speed=None, running=True) as (app, _):
        while app.run_screen.view.running:
            await asyncio.sleep(0.01)
        assert app.snapshot.step == 47 and "diverged at step 48" in app.run_screen.view.notice


SHORT = Experiment(steps=1_000)


def straight_run(steps, experiment=None):
    first = start(experiment or Experiment())
    return [first, *islice(train(first), steps)]


async def test_back_and_forward_again_through_the_same_bits():
    straight = straight_run(305)
    async with opened() as (app, pilot):
        await pilot.press("pagedown", "pagedown", "pagedown", *["full_stop"] * 5)
        for keys, step in (
            (["comma", "left"], 303),
            (["pageup"], 203),
            (["home"], 0),
            (["comma"], 0),
            (["right", "pagedown"], 101),
            (["end"], 305),
            (["comma"], 304),
            (["pagedown"], 404),
        ):
            await pilot.press(*keys)
            assert app.snapshot.step == step
            if step <= 305:
                assert app.snapshot.loss == straight[step].loss
                assert (app.snapshot.parameters.weights[0] == straight[step].parameters.weights[0]).all()
        assert app.run_screen.view.timeline.latest == 404


async def test_every_panel_shows_the_moment_gone_back_to():
    straight = straight_run(300)
    async with opened() as (app, pilot):
        await pilot.press(*["pagedown"] * 5, "pageup", "pageup")
        shown = screen_text(app)
        at_300 = straight[300]
        assert "300 of 10,001" in shown and f"{at_300.loss:.6f}" in shown and repr(at_300.loss) in shown
        assert f"{at_300.outputs[3, 0]:.3f}" in shown
        assert f"{abs(at_300.parameters.weights[1][0, 0]):.3f}" in shown
        assert "│" in screen_text(app).splitlines()[14][6:20] and "◆" in shown
        assert f"{at_300.loss - straight[299].loss:+.1e} a step".replace("-", "−") in shown


async def test_playing_on_replays_the_known_future_and_then_goes_beyond():
    async with opened(Experiment(steps=700), speed=None) as (app, pilot):
        await pilot.press(*["pagedown"] * 5, "home", "space")
        while app.run_screen.view.running:
            await asyncio.sleep(0.01)
        straight = straight_run(700, Experiment(steps=700))
        assert app.snapshot.step == 700 and app.snapshot.loss == straight[-1].loss
        curve = app.run_screen.view.timeline.curve
        assert len(curve.steps) == len(set(curve.steps.tolist())) and curve.latest == 700


async def test_a_change_in_the_past_forks_and_is_really_used():
    async with opened(SHORT) as (app, pilot):
        await pilot.press(*["pagedown"] * 5, *["pageup"] * 3, "right_parenthesis", "right_parenthesis")
        assert app.snapshot.experiment.learning_rate == 2.0
        view = app.run_screen.view
        assert view.timeline.latest == 200 and view.timeline.forks == {200} and view.ghost.latest == 500
        shown = screen_text(app)
        assert "learning rate 2 (0.5 until 200)" in shown
        await pilot.press("pagedown")
        assert "━Y━" in screen_text(app)
        before = straight_run(200, SHORT)
        straight = [*train(under(before[-1], replace(SHORT, learning_rate=2.0)))]
        assert app.snapshot.loss == straight[99].loss
        await pilot.press("pageup", "comma")
        assert app.snapshot.experiment.learning_rate == 0.5 and "rate 0.5 (2 from 200)" in screen_text(app)
        await pilot.press("full_stop", "left_parenthesis", "left_parenthesis")
        assert app.run_screen.view.timeline.changes == {0: SHORT}


async def test_a_change_while_it_runs_goes_on_running_under_it():
    async with opened(Experiment(steps=10**6), speed=1_000, running=True) as (app, _):
        while app.snapshot.step < 50:
            await asyncio.sleep(0.01)
        app.run_screen.action_rate(1)
        at = app.snapshot.step
        assert app.run_screen.view.running and app.run_screen.view.timeline.changes.keys() == {0, at}
        while app.snapshot.step < at + 100:
            await asyncio.sleep(0.01)
        app.run_screen.pause()
        step = app.snapshot.step
        changes = {at: Experiment(steps=10**6, learning_rate=1.0)}
        straight = [*islice(train(start(Experiment(steps=10**6)), changes), step)]
        assert app.snapshot.loss == straight[-1].loss


async def test_settings_are_typed():
    async with opened() as (app, pilot):
        await pilot.press("pagedown", "comma", "l")
        assert "From step 99 on" in screen_text(app) and "up to 100 are left behind" in screen_text(app)
        await pilot.press(*"much", "enter")
        await pilot.pause(0.1)
        assert "learning rate must be a finite number above 0" in screen_text(app)
        await pilot.press("home", "ctrl+k", *"0.8", "tab", *"0.5", "tab", *"0 1 1", "enter")
        await pilot.pause(0.1)
        assert "targets must be 4 numbers from 0 to 1" in screen_text(app)
        await pilot.press("end", *" 1", "enter")
        experiment = app.snapshot.experiment
        assert (experiment.learning_rate, experiment.momentum) == (0.8, 0.5)
        assert experiment.problem.targets.ravel().tolist() == [0, 1, 1, 1]
        assert "OR 2-4-1" in screen_text(app)
        await pilot.press("l", "escape")
        assert app.snapshot.experiment is experiment


async def test_the_mouse_goes_along_the_timeline():
    async with opened() as (app, pilot):
        await pilot.press(*["pagedown"] * 40)
        chart = app.run_screen.query_one("LossCurve")
        await pilot.click(chart, offset=(1 + chart.frame.column(2_000), 10))
        assert abs(app.snapshot.step - 2_000) < 200
        await pilot.click(chart, offset=(30, 3))
        assert app.snapshot.step == 4_000


async def test_reset_is_the_run_as_it_began():
    async with opened() as (app, pilot):
        await pilot.press("pagedown", "right_parenthesis", "pagedown", "r")
        view = app.run_screen.view
        assert view.snapshot.step == 0 and view.timeline.changes == {0: Experiment()}
        assert view.ghost.latest == 200


async def test_what_waits_for_the_screen_grows_with_frames_not_with_steps():
    endless = Experiment(steps=100_000_000)
    async with opened(endless, speed=None, running=True) as (app, _):
        while app.snapshot.step < 2_000:  # the screen itself is being made before
            await asyncio.sleep(0.01)
        began, of_app, of_any = app.snapshot.step, 0, 0
        for _ in range(200):
            await asyncio.sleep(0.005)
            pumps = [app, app.run_screen, *app.run_screen.query("*")]
            of_app = max(of_app, app.message_queue_size)
            of_any = max(of_any, *(pump.message_queue_size for pump in pumps))
        assert app.snapshot.step > began + 1_000
        assert of_app <= 10 and of_any <= 50  # on a busy machine a screen has up to 13
