"""Panels that take turns or stand beside each other, panels that scroll, and files that the app writes."""

import asyncio
import csv
from dataclasses import replace

import pytest

from backprop_tui.core import checkpoint
from backprop_tui.core.experiment import Experiment, fitting
from backprop_tui.core.problems import PROBLEMS
from backprop_tui.core.training import start, train
from backprop_tui.ui.view import Pace
from tests.ui.test_app import opened, screen_text

TURNS = ("Weights", "Hidden representation", "Decision map", "Weights over time")


async def test_panels_take_turns_in_one_place():
    async with opened() as (app, pilot):
        for title in (*TURNS[1:], TURNS[0]):
            await pilot.press("d")
            await pilot.pause()
            shown = screen_text(app)
            assert [each for each in TURNS if f"─ {each} ─" in shown] == [title]


async def test_where_there_is_room_they_stand_beside_each_other():
    async with opened(size=(120, 40)) as (app, pilot):
        await pilot.press("d")
        await pilot.pause(0.1)
        shown = screen_text(app)
        assert all(f"─ {each} ─" in shown for each in TURNS) and "All panels are on the screen" in shown


async def test_the_hidden_plane_looks_at_other_units_and_follows_the_moment():
    async with opened() as (app, pilot):
        await pilot.press("d", *["pagedown"] * 15)
        assert "h1 ─" in screen_text(app) and "2 of 4 on their side, 4 with all units" in screen_text(app)
        await pilot.press("D")
        assert "h3┤" in screen_text(app)
        await pilot.press("home")
        assert "2 with all units" in screen_text(app)


async def test_the_decision_map_marks_what_is_wrong():
    async with opened() as (app, pilot):
        await pilot.press("d", "d")
        assert screen_text(app).count("✕") >= 3  # two rows, and the legend
        await pilot.press(*["pagedown"] * 15)
        assert screen_text(app).count("✕") == 1


async def test_a_panel_brought_in_shows_the_present_moment():
    async with opened() as (app, pilot):
        await pilot.press("d", "d", "d", "d", *["pagedown"] * 15, "d")
        await pilot.pause()
        assert "4 with all units" in screen_text(app)
        await pilot.press("d", "d")
        await pilot.pause()
        assert "1,500" in screen_text(app).splitlines()[-3]
        await pilot.press("home", "d")
        await pilot.pause()
        assert "+0.248" in screen_text(app)


async def test_a_panel_that_is_cut_scrolls_and_tab_takes_the_other_in_hand():
    async with opened(fitting(PROBLEMS["spirals"])) as (app, pilot):
        assert "Predictions · ↑ ↓ ─" in screen_text(app) and "Weights · tab ─" in screen_text(app)
        await pilot.press("down", "down")
        assert "… 2 rows above" in screen_text(app)
        await pilot.press("up", "up", "up", "tab", "right_square_bracket", "down")
        shown = screen_text(app)
        assert "Weights · ↑ ↓ [ ] ─" in shown and "… h1.2" in shown and "… 1 row above" in shown
        assert "Predictions · tab ─" in shown


async def test_while_it_runs_a_drawing_of_many_cells_is_made_only_some_times_a_second(monkeypatch):
    async with opened() as (app, pilot):
        await pilot.press("d", "d", "d")
        screen, drawn = app.run_screen, []
        monkeypatch.setattr(
            "backprop_tui.ui.panels.weight_paths.weight_paths", lambda *_: drawn.append(1) or []
        )
        for frame in range(10):
            screen.view = replace(screen.view, running=True, pace=Pace(500, 500.0, 2.0 + frame / 10))
        assert len(drawn) == 2
        screen.view = replace(screen.view, running=False)
        assert len(drawn) == 3


async def test_what_fits_does_not_scroll():
    async with opened() as (app, pilot):
        before = screen_text(app)
        await pilot.press("down", "tab", "right_square_bracket")
        assert screen_text(app) == before


async def test_c_saves_a_run_that_goes_on_to_the_same_bits(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    experiment = Experiment(momentum=0.9, bias=True, steps=400)
    async with opened(experiment) as (app, pilot):
        await pilot.press("pagedown", "pagedown", "c")
        await pilot.pause(0.3)
        assert "Saved xor-2-4-1-seed-42-step-200.npz" in screen_text(app)
    loaded = checkpoint.load(tmp_path / "xor-2-4-1-seed-42-step-200.npz")
    *_, straight = train(start(experiment))
    *_, resumed = train(loaded)
    assert resumed.loss == straight.loss
    async with opened(size=(80, 24), first=loaded) as (app, pilot):
        assert "200 of 400" in screen_text(app)
        await pilot.press("pagedown", "home", "comma", "pageup")
        assert app.snapshot.step == 200
        await pilot.press("pagedown", "pagedown")
        assert app.snapshot.loss == straight.loss
        await pilot.press("pageup", "r")
        assert app.snapshot.step == 200 and app.snapshot.loss == loaded.loss
        await pilot.press("n")
        assert app.snapshot.step == 0 and app.snapshot.experiment.seed == 43


async def test_the_history_is_every_step_so_far(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with opened() as (app, pilot):
        await pilot.press("pagedown", "right_parenthesis", "pagedown", "C")
        path = tmp_path / "xor-2-4-1-seed-42-step-200.csv"
        while not path.exists():
            await asyncio.sleep(0.01)
        rows = list(csv.reader(path.read_text().splitlines()))
        assert [int(row[0]) for row in rows[1:]] == list(range(201))
        assert float(rows[-1][1]) == app.snapshot.loss


@pytest.mark.parametrize("key", ["c", "C"])
async def test_a_folder_that_cannot_be_written_to_is_told_and_the_run_goes_on(key, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def full(file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("backprop_tui.core.files.os.fsync", full)
    async with opened() as (app, pilot):
        await pilot.press(key)
        await pilot.pause(0.3)
        assert "No space left on device" in screen_text(app)
        await pilot.press("full_stop")
        assert app.snapshot.step == 1
    assert list(tmp_path.glob("*.npz")) == list(tmp_path.glob("*.csv")) == []


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)])
@pytest.mark.parametrize(
    "experiment",
    [
        *(fitting(PROBLEMS[name]) for name in ("parity-5", "symmetry", "encoder-8-3-8", "spirals")),
        fitting(PROBLEMS["encoder-4-2-4"], hidden_sizes=()),
        Experiment(hidden_sizes=(64,) * 8, bias=True, momentum=0.5),
        Experiment(hidden_sizes=(1,), init="zeros"),
    ],
    ids=["5-8-1", "6-2-1", "8-3-8", "2-8-8-1", "4-4", "2-64…-1", "2-1-1"],
)
async def test_every_problem_and_shape_draws_in_every_panel(size, experiment):
    async with opened(experiment, size=size) as (app, pilot):
        await pilot.press("full_stop", "d", "D", "d", "D", "d", "v", "h", "tab", "down", "right_square_bracket")
        await pilot.pause()
        assert app.snapshot.step == 1
        lines = screen_text(app).splitlines()
        assert len(lines) == size[1] and max(map(len, lines)) <= size[0]
        assert "1 of" in screen_text(app) or size == (120, 40)
