"""What is saved is whole or the old file, whatever ends the saving; and the run goes on."""

import os
import resource
import stat
import subprocess
import sys

import numpy as np
import pytest

from backprop_tui import cli
from backprop_tui.core import checkpoint
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.training import start
from tests.hostile import counts
from tests.ui.test_app import opened, screen_text

KILLED = """
import os, random, signal, sys, time
from itertools import islice
from pathlib import Path
from backprop_tui.core import checkpoint
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.training import start, train

first = start(Experiment(hidden_sizes=(32, 32)))
second = next(train(first))
path, chance = Path("run.npz"), random.Random(1986)
checkpoint.save(first, path)
for _ in range(int(sys.argv[1])):
    child = os.fork()
    if child == 0:
        while True:
            checkpoint.save(second, path)
            checkpoint.save(first, path)
    time.sleep(chance.uniform(0, 0.02))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    loaded = checkpoint.load(path)
    saved = (first, second)[loaded.step]
    assert all((W == V).all() for W, V in zip(loaded.parameters.weights, saved.parameters.weights))
print("whole")
"""


@counts(10, 100)
def test_a_process_that_is_killed_while_it_saves_leaves_the_old_weights_or_the_new(count, tmp_path):
    command = [sys.executable, "-c", KILLED, str(count)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert finished.stdout == "whole\n", finished.stderr


@pytest.mark.parametrize("option", ["--save", "--history"])
def test_a_disk_that_is_full_leaves_the_old_file_and_says_so(option, tmp_path):
    """As the most a file may have, which the system enforces in the same way."""
    old = tmp_path / "old"
    old.write_bytes(b"old")
    code = (
        "import resource, sys\nfrom backprop_tui import cli\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))\nsys.exit(cli.main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "train", "--steps", "500", option, str(old)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 1 and finished.stderr.count("\n") == 1
    assert finished.stderr.startswith("backprop-tui: File too large")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("old", b"old")]


async def test_a_full_disk_is_told_in_the_app_and_the_run_goes_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    async with opened() as (app, pilot):
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (300, limits[1]))
            await pilot.press("c")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert "File too large: xor-2-4-1-seed-42-step-0.npz was not saved" in " ".join(
            screen_text(app).split()
        )
        await pilot.press("full_stop")
        assert app.snapshot.step == 1 and not [*tmp_path.iterdir()]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_folder_that_is_read_only_is_told_in_the_app_and_the_run_goes_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    async with opened() as (app, pilot):
        await pilot.press("c", "full_stop")
        assert "was not saved" in screen_text(app) and app.snapshot.step == 1
    tmp_path.chmod(stat.S_IRWXU)


async def test_a_folder_that_is_gone_is_told_in_the_app_and_the_run_goes_on(tmp_path, monkeypatch):
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    async with opened() as (app, pilot):
        folder.rmdir()
        await pilot.press("c", "C")
        await pilot.pause(0.1)
        assert "was not saved" in screen_text(app)
        await pilot.press("full_stop")
        assert app.snapshot.step == 1 and app._exception is None


def test_weights_of_a_newer_version_are_left_as_they_are(tmp_path, capsys):
    path = tmp_path / "run.npz"
    checkpoint.save(start(Experiment()), path)
    with np.load(path) as file:
        np.savez(path, **{**file, "format": np.int64(2)})
    before = path.read_bytes(), path.stat().st_mtime_ns
    assert cli.main(["train", "--load", str(path), "--save", str(path)]) == 2
    assert "made by a newer version" in capsys.readouterr().err
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


BAD_STATES = ["folder", "fifo", b"[" * 90_000, b'{"predictions": {"plateau": 1e999}, "watched": [[]]}']


@pytest.mark.parametrize("content", BAD_STATES, ids=lambda content: repr(content[:9]))
async def test_a_bad_file_that_is_read_while_it_runs_leaves_the_run_as_it_was(content, tmp_path):
    path = tmp_path / "state" / "backprop-tui" / "lessons.json"
    path.parent.mkdir(parents=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        (path.mkdir if content == "folder" else lambda: os.mkfifo(path))()
    async with opened() as (app, pilot):
        await pilot.press("full_stop")
        before = app.run_screen.view
        await pilot.press("e", "enter", "1", "escape", "escape")
        assert (
            app.run_screen.view.snapshot is before.snapshot and app.run_screen.view.timeline is before.timeline
        )
        await pilot.press("escape", "escape", "full_stop")
        assert app._exception is None and app.snapshot.step == 2
