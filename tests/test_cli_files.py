"""Files and problems on the command line, through the door a user uses."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from backprop_tui import cli, on_screen
from backprop_tui.core.problems import PROBLEMS

XOR_CSV = "x1,x2,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n"


def records(capsys, *arguments):
    assert cli.main(["train", "--json", *arguments]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def points(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "points.csv"
    path.write_text(XOR_CSV)
    return path


def test_ones_own_examples_train_as_the_built_in_ones_do(points, capsys):
    options = ["--no-bias", "--momentum", "0", "--steps", "30", "--log-every", "10"]
    assert records(capsys, "--data", str(points), *options) == records(capsys, *options)


def test_what_was_assumed_and_which_settings_fit_are_said_before_the_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.csv").write_text("width;label\n1;0\n2;1\n")
    assert cli.main(["train", "--data", "own.csv", "--steps", "1", "--hidden", "2"]) == 0
    assert capsys.readouterr().err == (
        "backprop-tui: columns separated by semicolons; the last column, label, was taken as the target; "
        "settings taken for own: --bias --momentum 0.9\n"
    )


def test_a_problem_comes_with_its_settings_which_options_overrule(capsys):
    assert cli.main(["train", "--problem", "symmetry", "--steps", "1", "--momentum", "0"]) == 0
    told = "--hidden 2 --bias --learning-rate 0.1 --init uniform --init-scale 0.3"
    assert capsys.readouterr().err == f"backprop-tui: settings taken for symmetry: {told}\n"


def test_problems_lists_every_one_with_its_settings(capsys):
    assert cli.main(["problems"]) == 0
    listed = capsys.readouterr().out
    assert all(f"{problem.name}\n    {problem.about}\n" in listed for problem in PROBLEMS.values())
    assert "64 rows · 6-2-1 · biases · rate 0.1 · momentum 0.9 · uniform × 0.3" in listed
    assert cli.main(["problems", "--json"]) == 0
    rows = {each["name"]: each for each in map(json.loads, capsys.readouterr().out.splitlines())}
    assert rows.keys() == PROBLEMS.keys()
    assert rows["encoder-8-3-8"] == {
        "name": "encoder-8-3-8",
        "title": "encoder",
        "about": "Say which of 8 inputs is 1, through a code of 3 hidden units.",
        "rows": 8,
        "inputs": 8,
        "outputs": 8,
        "settings": "--hidden 3 --bias --steps 5000",
    }


@pytest.mark.parametrize(
    "given", [["--momentum", "0.9", "--bias"], ["--data", "points.csv", "--hidden", "3,2"]]
)
def test_a_saved_run_goes_on_to_the_same_bits(points, capsys, given):
    straight = records(capsys, *given, "--steps", "57", "--save", "straight.npz")
    records(capsys, *given, "--steps", "23", "--save", "half.npz")
    resumed = records(capsys, "--load", "half.npz", "--steps", "57", "--save", "resumed.npz")
    assert resumed[0]["step"] == 23 and resumed[-1] == straight[-1]
    with np.load("straight.npz") as one, np.load("resumed.npz") as other:
        assert set(one) == set(other) and all((one[name] == other[name]).all() for name in one)


def test_a_check_of_a_saved_run_is_of_its_step(points, capsys):
    records(capsys, "--steps", "40", "--save", "run.npz")
    assert cli.main(["check", "--load", "run.npz"]) == 0
    assert "at step 40 " in capsys.readouterr().out


def test_the_history_has_a_row_for_each_step(points, capsys):
    last = records(capsys, "--steps", "12", "--history", "run.csv")[-1]
    header, *rows = [line.split(",") for line in (points.parent / "run.csv").read_text().splitlines()]
    assert header == ["step", "loss", "right", "rows"] and [int(row[0]) for row in rows] == list(range(13))
    assert [float(rows[-1][1]), int(rows[-1][2]), int(rows[-1][3])] == [last["loss"], last["correct"], 4]


REFUSED = [
    (["--data", "points.csv", "--problem", "and"], "--problem cannot stand beside --data"),
    (["--load", "run.npz", "--hidden", "3"], "--hidden cannot stand beside --load"),
    (["--load", "run.npz", "--no-bias"], "--bias cannot stand beside --load"),
    (["--load", "run.npz", "--steps", "4"], "--steps must be at least 5, the step that was saved, not 4"),
    (["--load", "run.npz", "--momentum", "2"], "--momentum must be a number from 0"),
    (["--load", "points.csv"], "points.csv: damaged, or not a weights file of backprop-tui"),
    (["--load", "none.npz"], "none.npz: No such file or directory"),
    (["--data", "run.npz"], "run.npz, row 1: not text in UTF-8"),
    (["--data", "."], "Is a directory"),
    (["--data", "fifo"], "fifo: not an ordinary file"),
    (["--data", "bad.csv"], "bad.csv, row 3, column 2 (x2): 'two' is not a number"),
    (["--data", "http://example.org/x.csv"], "No such file or directory"),
    (["--data", "\x1b]0;title\x07.csv"], r"\x1b]0;title\x07.csv: No such file or directory"),
    (["--history", "/nowhere/h.csv"], "--history must be a file"),
    (["--save", "a\0b"], "--save must be a file"),
    (["--data", "points.csv", "--hidden", "0", "--mistake", "order"], "--mistake must be one that can be made"),
]


@pytest.mark.parametrize(("arguments", "line"), REFUSED)
def test_a_file_or_option_that_does_not_do_is_refused_in_one_line(points, capsys, arguments, line):
    records(capsys, "--steps", "5", "--save", "run.npz")
    (points.parent / "bad.csv").write_text("x1,x2,y\n0,0,0\n0,two,1\n")
    os.mkfifo(points.parent / "fifo")
    before = (points.parent / "run.npz").read_bytes()
    assert cli.main(["train", *arguments]) == 2
    output, errors = capsys.readouterr()
    assert output == "" and errors.count("\n") == 1 and len(errors) <= 200
    assert errors.startswith("backprop-tui: ") and line in errors and "\x1b" not in errors
    assert (points.parent / "run.npz").read_bytes() == before


def test_lessons_that_are_none_are_refused_before_the_app_opens(points, capsys, monkeypatch):
    monkeypatch.setattr(cli, "_is_at_a_terminal", lambda: True)
    monkeypatch.setattr(on_screen, "_require_a_screen", lambda: None)
    assert cli.main(["--lessons", "points.csv"]) == 2
    assert capsys.readouterr().err.startswith("backprop-tui: points.csv: ")


def test_a_reader_that_leaves_early_leaves_the_history_and_the_weights_whole(points):
    command = f"{sys.executable} -m backprop_tui train --log-every 1 --history h.csv --save s.npz | head -n 1"
    finished = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert finished.stderr == ""
    steps = len((points.parent / "h.csv").read_text().splitlines()) - 1
    with np.load(points.parent / "s.npz") as saved:
        assert saved["step"] == steps - 1 > 0


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--save", "run", "--history", "./run"], "--save must be another file than --history"),
        (["--data", "points.csv", "--save", "points.csv"], "--save must be another file than --data"),
        (["--data", "points.csv", "--history", "points.csv"], "--history must be another file than --data"),
        (["--load", "run.npz", "--history", "run.npz"], "--history must be another file than --load"),
    ],
)
def test_no_file_is_written_over_one_that_is_read(points, capsys, arguments, line):
    records(capsys, "--steps", "5", "--save", "run.npz")
    before = {path.name: path.read_bytes() for path in points.parent.iterdir()}
    assert cli.main(["train", *arguments]) == 2
    assert line in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in points.parent.iterdir()} == before
    assert cli.main(["train", "--load", "run.npz", "--save", "run.npz"]) == 0
