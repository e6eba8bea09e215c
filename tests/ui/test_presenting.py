"""Presenter mode: large figures, the bar, a demo played live, a run after the other; on a clock of its own."""

import asyncio

import pytest
from textual.events import Resize
from textual.geometry import Size

from backprop_tui.core.demo import Act, Demo
from backprop_tui.core.experiment import Experiment, fitting
from backprop_tui.core.problems import PROBLEMS
from backprop_tui.core.training import start
from backprop_tui.recording import clock
from backprop_tui.recording.stage import StageApp, StageDriver


def on_stage(act, size=(80, 26), demo=None, loop=None, experiment=None, **options):
    """Do what act does with the app, whose time passes only when it has nothing to do."""

    async def work():
        app = StageApp(start(experiment or Experiment()), **{"running": False, **options})
        app.driver_class, app.demo, app.loop = StageDriver, demo, loop
        showing = asyncio.create_task(app.run_async(size=size))
        while app.run_screen is None:
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.2)
        try:
            await asyncio.wait_for(act(app), 1e6)
        finally:
            app.exit()
            await showing
        assert app.failure is None

    clock.run(work())


async def typed(app, *keys):
    for key in keys:
        app._driver.typed.take(key.encode())
        await asyncio.sleep(0.3)


def demo(*acts, large=None):
    return Demo("a demo", (80, 26), 10, (), large, acts)


def bar(app):
    return " ".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips()[-2:])


def screen(app):
    return "\n".join(app.lines_shown())


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40), (200, 60)])
def test_large_figures_and_the_chart_alone_and_all_panels_again(size):
    async def act(app):
        before = app.lines_shown()
        await typed(app, "P")
        shown = screen(app)
        for word in ("step", "loss", "right", "Loss", "always answers ½" if size[1] > 16 else "┈"):
            assert word in shown
        for word in ("Weights", "Predictions", "Step and loss", "Decision map", "run/pause"):
            assert word not in shown
        assert "P audience" in bar(app) and ("██" in shown or size[0] == 60)
        assert all(len(line) == size[0] for line in app.lines_shown())
        await typed(app, "P")
        assert app.lines_shown() == before

    on_stage(act, size=size)


def test_the_figures_are_those_of_the_moment():
    async def act(app):
        await typed(app, "P")
        figures = screen(app)
        await typed(app, ".")
        assert screen(app) != figures
        await typed(app, ",")
        assert app.lines_shown()[:13] == figures.split("\n")[:13]

    on_stage(act)


def test_the_last_key_and_what_it_does_stand_in_the_bar_over_every_screen():
    async def act(app):
        await typed(app, "P")
        for key, told in ((".", ". step"), ("?", "? help"), ("m", "m"), ("\x1b", "esc"), ("m", "m lines")):
            await typed(app, key)
            assert bar(app).rstrip().endswith(told), told
        await typed(app, "\x1b[C")
        assert "→ next" in bar(app)

    on_stage(act)


def test_a_demo_is_played_from_its_first_act_to_its_last():
    seen = []

    async def act(app):
        assert "One." in bar(app)
        await asyncio.sleep(3)
        seen.append(screen(app) + bar(app))
        await asyncio.sleep(30)
        assert "line 1 of" in screen(app) and "Two." in bar(app) and app.demo is None

    acts = Act("", "One.", seconds=2.0), Act("", "Two.", ("space",), until="4/4"), Act("", keys=("m",))
    on_stage(act, demo=demo(*acts, large=False), speed=500)
    assert "running" in seen[0] and "Two." in seen[0]


@pytest.mark.parametrize(("large", "expected"), [(None, True), (True, True), (False, False)])
def test_it_begins_with_large_figures_unless_it_says_otherwise(large, expected):
    async def act(app):
        assert ("Weights" not in screen(app)) == expected

    on_stage(act, demo=demo(Act("", "One.", seconds=9.0), large=large))


def test_a_key_of_ones_own_holds_the_demo_until_it_is_let_go_on():
    async def act(app):
        await asyncio.sleep(1)
        await typed(app, "v")
        assert "Held: G lets the demo go on. One." in bar(app)
        await asyncio.sleep(100)
        assert app.run_screen.snapshot.step == 0
        await typed(app, "G")
        await asyncio.sleep(10)
        assert app.run_screen.snapshot.step == 2 and "Held" not in bar(app)

    acts = Act("", "One.", seconds=5.0), Act("", None, (".", "."))
    on_stage(act, demo=demo(*acts, large=False))


def test_a_demo_that_cannot_go_on_says_where():
    async def act(app):
        await asyncio.sleep(125)
        assert "my.toml, line 7: 5/4 did not come within 120 seconds" in screen(app)

    on_stage(act, demo=demo(Act("my.toml, line 7", until="5/4")), size=(110, 30))


@pytest.mark.parametrize("running", [True, False])
def test_a_demo_is_played_again_as_at_first_but_for_the_seed(running):
    begun = []

    async def act(app):
        for _ in range(1_200):
            await asyncio.sleep(0.1)
            if app.snapshot and (not begun or app.snapshot.experiment != begun[-1]):
                begun.append(app.snapshot.experiment)
        assert [each.seed for each in begun[::2]] == [*range(42, 42 + len(begun[::2]))] and len(begun) >= 4
        assert all(each.hidden_sizes == (4,) for each in begun[::2])
        assert all(each.hidden_sizes == (3,) for each in begun[1::2])

    acts = [
        Act("", "Once.", () if running else ("space",), until="4/4"),
        Act("", "Then.", ("<", "m"), seconds=3.0),
    ]
    on_stage(act, demo=demo(*acts), loop=5, speed=500, running=running)


def test_p_leaves_a_demo_its_bar():
    async def act(app):
        await asyncio.sleep(1)
        await typed(app, "P", "P")
        assert "Held: G lets the demo go on. One." in bar(app)

    on_stage(act, demo=demo(Act("", "One.", seconds=9.0), large=False))


def test_once_a_demo_is_over_p_takes_its_bar_away():
    async def act(app):
        await asyncio.sleep(5)
        assert app.demo is None and "One." in bar(app)
        await typed(app, "P", "P")
        assert "One." not in bar(app) and not app.has_bar

    on_stage(act, demo=demo(Act("", "One.", seconds=1.0), large=False))


def test_a_held_demo_goes_on_from_a_field_too():
    async def act(app):
        await asyncio.sleep(2)
        await typed(app, "7", "G")
        assert "Held" not in bar(app)
        await asyncio.sleep(10)
        assert "77" in screen(app) and "G" not in screen(app)

    on_stage(act, demo=demo(Act("", "One.", ("i",), seconds=5.0), Act("", "Two.", ("7",))))


def test_what_is_waited_for_is_not_found_in_the_caption():
    async def act(app):
        await asyncio.sleep(20)
        assert app.demo is not None

    on_stage(act, demo=demo(Act("", "Now we wait for finished.", until="finished"), Act("", seconds=1.0)))


def test_esc_is_no_part_of_the_next_key():
    async def act(app):
        await asyncio.sleep(2)
        assert app.run_screen.view.show_gradients and app.screen is app.run_screen and app.scripted == 0

    on_stage(act, demo=demo(Act("", "One.", ("m", "esc", "v"), every=0.01), large=False))


CAPTIONS = ["x" * 300, "wort " * 60, "日本語の説明文です。" * 9, "[b]x[/b]", "a\tb"]


@pytest.mark.parametrize("caption", CAPTIONS)
@pytest.mark.parametrize("columns", [60, 80, 120])
def test_any_caption_leaves_the_key_its_place(caption, columns):
    async def act(app):
        app.say(caption)
        await typed(app, "v")
        first, second = app.screen._compositor.render_strips()[-2:]
        assert first.cell_length == second.cell_length == columns
        assert first.text.rstrip().endswith("v gradients")

    on_stage(act, size=(columns, 26))


def test_a_terminal_that_becomes_too_small_is_told_so_without_a_bar():
    async def act(app):
        await typed(app, "P", "m", "\x1b[Z")
        for size in ((24, 10), (3, 2), (1, 1), (80, 26)):
            app.post_message(Resize(Size(*size), Size(*size)))
            app._driver._size = Size(*size)
            await asyncio.sleep(1)
        assert "line 1 of" in screen(app) and "shift+tab" in bar(app)

    on_stage(act)


def test_a_run_is_not_taken_away_under_what_is_open_over_it():
    async def act(app):
        await typed(app, "m")
        await asyncio.sleep(30)
        assert app.snapshot.experiment.seed == 42
        await typed(app, "\x1b")
        await asyncio.sleep(6)
        assert app.snapshot.experiment.seed == 43

    on_stage(act, loop=5, experiment=Experiment(steps=1), running=True)


def test_numbers_too_long_for_figures_are_text():
    wide = PROBLEMS["moons"]

    async def act(app):
        app.run_screen.go(300)
        await typed(app, "P")
        shown = screen(app)
        assert f"right {app.snapshot.right.sum()}/{wide.rows}" in shown or "┏" in shown or "╺" in shown
        assert all(len(line) == 60 for line in app.lines_shown())

    on_stage(act, size=(60, 16), experiment=fitting(wide))


def test_a_run_after_the_other_each_with_the_next_seed_so_long_after_it_learned():
    async def act(app):
        learned = app.run_screen.snapshot
        while not learned.right.all():
            assert app.run_screen.snapshot.experiment.seed == 42
            await asyncio.sleep(0.1)
            learned = app.run_screen.snapshot
        await asyncio.sleep(4.5)
        assert app.snapshot.experiment.seed == 42
        await asyncio.sleep(1.0)
        assert app.snapshot.experiment.seed == 43 and app.run_screen.view.running

    on_stage(act, loop=5, running=True)


def test_one_that_did_not_learn_is_followed_too_and_one_that_was_paused_is_not():
    async def act(app):
        await asyncio.sleep(3.0)
        assert app.snapshot.experiment.seed == 42 and app.run_screen.view.finished
        await asyncio.sleep(4.0)
        assert app.snapshot.experiment.seed == 43
        await typed(app, " ")
        await asyncio.sleep(100)
        assert app.snapshot.experiment.seed == 43

    on_stage(act, loop=5, running=True, experiment=Experiment(hidden_sizes=(1,), steps=1_000))


def test_the_last_seed_is_followed_by_the_first():
    async def act(app):
        await asyncio.sleep(7)
        assert app.snapshot.experiment.seed == 0

    on_stage(act, loop=5, running=True, experiment=Experiment(seed=2**32 - 1, steps=100))
