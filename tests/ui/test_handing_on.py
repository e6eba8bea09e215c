"""The keys that hand a run on as a script or as a command."""

import subprocess
import sys

import pytest

from backprop_tui.core import checkpoint
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.script import script
from backprop_tui.core.training import start, train
from backprop_tui.ui.screens.again import COPIED, NO_COMMAND, Again
from tests.ui.test_app import opened, words

CHANGED = ("pagedown", "right_parenthesis", "full_stop")  # the learning rate, at step 100


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


async def test_the_script_of_a_run_changed_on_the_way(tmp_path):
    async with opened(Experiment(steps=300)) as (app, pilot):
        await pilot.press(*CHANGED, "pageup", "E", "E")
        await pilot.pause()
        assert f"Saved xor-2-4-1-seed-42.py in {tmp_path}"[:40] in words(app)
        assert "Saved xor-2-4-1-seed-42-2.py" in words(app)
        await pilot.press("end", "pagedown", "pagedown")
        last = app.snapshot
    assert last.step == 300
    ended = subprocess.run(
        [sys.executable, "-I", "-X", "utf8", "xor-2-4-1-seed-42.py"], capture_output=True, encoding="utf-8"
    )
    rows = ended.stdout.splitlines()[2:]
    assert [row.split("Predicted: ")[1][:5] for row in rows] == [f"{each:.3f}" for each in last.outputs.ravel()]


async def test_no_script_where_no_step_is_left_and_where_the_folder_is_gone(tmp_path, monkeypatch):
    *_, done = train(start(Experiment(steps=3)))
    async with opened(first=done) as (app, pilot):
        await pilot.press("E")
        await pilot.pause()
        assert "No script: the run ends where it begins" in words(app)
    assert not list(tmp_path.iterdir())
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    async with opened() as (app, pilot):
        await pilot.press("E")
        await pilot.pause()
        assert "No such file or directory" in words(app)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("size", [(60, 16), (80, 24)])
async def test_the_command_is_shown_until_a_key_closes_it_and_copied(size):
    async with opened(Experiment(hidden_sizes=(2,), seed=7), size=size) as (app, pilot):
        await pilot.press("u")
        assert "backprop-tui --hidden 2 --seed 7" in words(app) and COPIED in words(app)
        assert app.clipboard == "backprop-tui --hidden 2 --seed 7"
        await pilot.press("u")
        assert app.screen is app.run_screen


async def test_what_was_changed_on_the_way_is_told_and_the_script_is_offered(tmp_path):
    async with opened() as (app, pilot):
        await pilot.press(*CHANGED, "pageup", "u")
        assert app.clipboard == "backprop-tui --seed 42"
        assert "after this one at step 100 rate 0.5→1" in words(app)
        await pilot.press("E")
        await pilot.pause()
        assert app.screen is app.run_screen
        changes = app.run_screen.view.timeline.changes
    assert (tmp_path / "xor-2-4-1-seed-42.py").read_text(encoding="utf-8") == script(
        start(Experiment()), changes
    )


async def test_a_run_begun_from_a_file_names_the_file(tmp_path):
    *_, half = train(start(Experiment(steps=7)))
    checkpoint.save(half, tmp_path / "half.npz")
    first = checkpoint.load(tmp_path / "half.npz")
    async with opened(first=first, typed="--load half.npz") as (app, pilot):
        await pilot.press("u")
        assert app.clipboard == "backprop-tui --load half.npz"
        await pilot.press("escape", "n", "u")  # another run, not from the file
        assert app.clipboard == "backprop-tui --seed 43 --steps 7"


async def test_nothing_is_copied_where_no_command_begins_the_run():
    async with opened() as (app, pilot):
        await pilot.press("l", "tab", "tab", *["backspace"] * 7, *"0 0.5 1 0", "enter", "u")
        await pilot.pause()
        assert isinstance(app.screen, Again) and NO_COMMAND in words(app)
        assert app.clipboard == ""
