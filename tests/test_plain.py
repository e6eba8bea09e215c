import io
import json
from itertools import islice

import numpy as np
import pytest

from backprop_tui import plain
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.training import start, train

THE_TUTORIALS_LINES = """\
Step     0 | Loss: 0.2557
Step  2000 | Loss: 0.0128
Step  4000 | Loss: 0.0027
Step  6000 | Loss: 0.0013
Step  8000 | Loss: 0.0009
Step 10000 | Loss: 0.0006
Trained predictions vs correct XOR:
 Input [0 0] → Predicted: 0.026 | Correct: 0
 Input [0 1] → Predicted: 0.975 | Correct: 1
 Input [1 0] → Predicted: 0.975 | Correct: 1
 Input [1 1] → Predicted: 0.023 | Correct: 0
"""


def test_train_prints_the_tutorials_lines_to_the_character(capsys):
    assert plain.train(Experiment(), log_every=2000, as_json=False, save=None) == 0
    assert capsys.readouterr() == (THE_TUTORIALS_LINES, "")


def test_json_has_every_digit_and_a_last_record(capsys):
    assert plain.train(Experiment(steps=25), log_every=10, as_json=True, save=None) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert records[0] == {"step": 0, "loss": start(Experiment()).loss}
    assert [record["step"] for record in records] == [0, 10, 20, 25]
    plain.train(Experiment(steps=20), log_every=10, as_json=True, save=None)
    last = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["step"] for line in last] == [0, 10, 20]
    assert set(records[-1]) == {"step", "loss", "predictions", "correct", "rows"}
    assert len(records[-1]["predictions"]) == records[-1]["rows"] == 4


def test_a_diverged_run_says_so_saves_what_was_finite_and_fails(capsys, tmp_path):
    experiment = Experiment(learning_rate=1e308, momentum=0.99)
    assert plain.train(experiment, 2000, False, tmp_path / "last.npz") == 1
    output, errors = capsys.readouterr()
    assert errors.startswith("backprop-tui: diverged at step 48") and errors.count("\n") == 1
    assert "Predicted" in output
    with np.load(tmp_path / "last.npz") as saved:
        assert saved["step"] == 47 and np.isfinite(saved["W1"]).all()


def test_the_summary_repeats_the_run():
    snapshot = start(Experiment(hidden_sizes=(4, 3), bias=True, seed=7))
    assert plain.summary(snapshot) == (
        f"XOR 2-4-3-1, step 0: loss {snapshot.loss:.6f}, 2/4 right. "
        "Again: backprop-tui --hidden 4,3 --bias --seed 7"
    )


def test_ctrl_c_saves_what_was_reached_and_takes_the_bar_away(monkeypatch, tmp_path):
    def interrupted(snapshot):
        yield from islice(train(snapshot), 5)
        raise KeyboardInterrupt

    monkeypatch.setattr(plain, "snapshots_after", interrupted)
    with pytest.raises(KeyboardInterrupt):
        plain.train(Experiment(), 2000, False, tmp_path / "reached.npz")
    with np.load(tmp_path / "reached.npz") as saved:
        assert saved["step"] == 5


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(plain.time, "monotonic", lambda: now[0])
    return now


def test_the_progress_bar_comes_after_a_second_and_goes(clock):
    stream = Terminal()
    progress = plain.Progress(stream, 2_000_000)
    clock[0] += 0.9
    progress.show(400_000)
    assert stream.getvalue() == ""
    clock[0] += 1.1
    progress.show(500_000)
    assert stream.getvalue() == "\r500,000 of 2,000,000 [######------------------]  25%, 0:06 left\x1b[K"
    progress.clear()
    assert stream.getvalue().endswith("\r\x1b[K")


def test_no_progress_bar_where_there_is_no_terminal(clock):
    stream = io.StringIO()
    progress = plain.Progress(stream, 10)
    clock[0] += 60
    progress.show(5)
    progress.clear()
    assert stream.getvalue() == ""
