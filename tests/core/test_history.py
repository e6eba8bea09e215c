import csv
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from backprop_tui.core import history
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.problems import XOR
from backprop_tui.core.training import start, train
from tests import tutorial

FLIPPED = replace(XOR, targets=1 - XOR.targets)


def first_snapshots(first, steps):
    return [first, *islice(train(first), steps)]


def read(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_every_row_is_the_tutorials_to_the_last_digit(tmp_path):
    history.write_history(first_snapshots(start(Experiment()), 1_500), tmp_path / "run.csv")
    header, *rows = read(tmp_path / "run.csv")
    assert header == ["step", "loss", "right", "rows"]
    losses, right = [], []
    np.random.seed(42)
    W1, W2 = np.random.randn(2, 4) * 0.5, np.random.randn(4, 1) * 0.5
    for loss, after_W1, after_W2 in tutorial.loop(1_501):
        losses.append(loss)
        outputs = tutorial.sigmoid(tutorial.sigmoid(tutorial.X @ W1) @ W2)
        right.append(int(((outputs > 0.5) == tutorial.y).sum()))
        W1, W2 = after_W1.copy(), after_W2.copy()
    assert [int(row[0]) for row in rows] == list(range(1_501))
    assert [float(row[1]) for row in rows] == losses
    assert [row[2:] for row in rows] == [[str(count), "4"] for count in right]
    assert min(right) < 4 == right[-1]


def test_a_row_is_judged_by_the_targets_of_its_own_step(tmp_path):
    first = list(islice(train(start(Experiment(momentum=0.9, bias=True))), 77))[-1]
    changes = {77: first.experiment, 90: replace(first.experiment, problem=FLIPPED, learning_rate=2)}
    straight = [first, *islice(train(first, changes), 33)]
    history.write_history(straight, tmp_path / "run.csv")
    assert read(tmp_path / "run.csv")[1:] == [
        [str(s.step), repr(s.loss), str(int(s.right.sum())), "4"] for s in straight
    ]
    assert straight[-1].step == 110


def test_a_history_of_the_first_step_only_has_one_row(tmp_path):
    history.write_history([start(Experiment())], tmp_path / "run.csv")
    assert len(read(tmp_path / "run.csv")) == 2


def test_written_while_it_trains_it_is_the_same_file(tmp_path):
    first = start(Experiment(steps=50))
    with history.history(tmp_path / "live.csv") as write:
        write(first)
        for snapshot in train(first):
            write(snapshot)
    history.write_history(first_snapshots(first, 50), tmp_path / "again.csv")
    assert (tmp_path / "live.csv").read_bytes() == (tmp_path / "again.csv").read_bytes()
    assert (tmp_path / "live.csv").read_bytes().startswith(b"step,loss,right,rows\n0,0.25")


def test_a_history_that_breaks_off_leaves_the_old_file(tmp_path):
    path = tmp_path / "run.csv"
    path.write_text("old")
    with pytest.raises(OSError, match="disk full"), history.history(path) as write:
        write(start(Experiment()))
        raise OSError("disk full")
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["run.csv"]
