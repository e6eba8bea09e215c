import io
import json
from itertools import islice

import numpy as np
import pytest

from backprop_tui.core.experiment import Experiment
from backprop_tui.core.mistakes import MISTAKES
from backprop_tui.core.problems import XOR, with_targets
from backprop_tui.core.training import start, train
from backprop_tui.plain import progress as progress_bar
from backprop_tui.plain import train as front_end
from backprop_tui.plain.check import check
from backprop_tui.plain.summary import summary
from backprop_tui.plain.train import train as plain_train

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
    assert plain_train(start(Experiment()), log_every=2000, as_json=False, save=None) == 0
    assert capsys.readouterr() == (THE_TUTORIALS_LINES, "")


def test_json_has_every_digit_and_a_last_record(capsys):
    assert plain_train(start(Experiment(steps=25)), log_every=10, as_json=True, save=None) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert records[0] == {"step": 0, "loss": start(Experiment()).loss}
    assert [record["step"] for record in records] == [0, 10, 20, 25]
    plain_train(start(Experiment(steps=20)), log_every=10, as_json=True, save=None)
    last = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["step"] for line in last] == [0, 10, 20]
    assert set(records[-1]) == {"step", "loss", "predictions", "correct", "rows"}
    assert len(records[-1]["predictions"]) == records[-1]["rows"] == 4


def test_a_diverged_run_says_so_saves_what_was_finite_and_fails(capsys, tmp_path):
    experiment = Experiment(learning_rate=1e308, momentum=0.99)
    assert plain_train(start(experiment), 2000, False, tmp_path / "last.npz") == 1
    output, errors = capsys.readouterr()
    assert errors.startswith("backprop-tui: diverged at step 48") and errors.count("\n") == 1
    assert "Predicted" in output
    with np.load(tmp_path / "last.npz") as saved:
        assert saved["step"] == 47 and np.isfinite(saved["W1"]).all()


def test_the_summary_repeats_the_run():
    experiment = Experiment(hidden_sizes=(4, 3), bias=True, seed=7)
    snapshot = start(experiment)
    assert summary(snapshot, {0: experiment}) == (
        f"XOR 2-4-3-1, step 0: loss {snapshot.loss:.6f}, 2/4 right. "
        "Again: backprop-tui --hidden 4,3 --bias --seed 7"
    )


def test_the_summary_tells_what_was_changed_on_the_way():
    changes = {
        0: Experiment(),
        5: Experiment(learning_rate=2.0, momentum=0.9),
        8: Experiment(learning_rate=2.0, momentum=0.9, mistake=MISTAKES["sign"]),
        90: Experiment(learning_rate=9.0),
    }
    *_, snapshot = islice(train(start(Experiment()), changes), 20)
    told = summary(snapshot, changes)
    assert told.endswith(
        "Again: backprop-tui --seed 42, at step 5 rate 0.5→2, momentum 0→0.9, at step 8 sign flipped"
    )
    flipped = with_targets(XOR, 1 - XOR.targets / 2)
    assert summary(snapshot, {0: Experiment(problem=flipped)}).endswith(" right.")


def test_check_prints_every_gradient_beside_its_difference(capsys):
    assert check(start(Experiment()), 0, 1e-5, as_json=False) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "dE/dw at step 0 beside (E(w + 1e-05) − E(w − 1e-05)) / 2e-05"
    assert lines[3].split()[:2] == ["W1", "x1→h1"] and len(lines) == 3 + 12 + 1
    assert float(lines[3].split()[2]) == pytest.approx(start(Experiment()).gradients.weights[0][0, 0], rel=1e-8)
    assert lines[-1].startswith("right: largest relative error ")


def test_check_after_some_steps_as_json(capsys):
    *_, reached = islice(train(start(Experiment())), 30)
    assert check(start(Experiment()), 30, 1e-4, as_json=True) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert records[0]["gradient"] == reached.gradients.weights[0][0, 0]
    assert (
        records[-1]["verdict"] == "right" and records[-1]["width"] == 1e-4 and records[-1]["parameters"] == 12
    )


@pytest.mark.parametrize("mistake", ["slope", "order", "sign", "detached"])
def test_check_fails_under_a_mistake(capsys, mistake):
    assert check(start(Experiment(mistake=MISTAKES[mistake])), 0, 1e-5, as_json=False) == 1
    assert capsys.readouterr().out.splitlines()[-1].startswith("wrong: ")


def test_check_of_a_step_that_cannot_be_made_is_one_line_and_status_1(capsys):
    assert check(start(Experiment(mistake=MISTAKES["shape"])), 0, 1e-5, as_json=False) == 1
    output, errors = capsys.readouterr()
    assert output == "" and errors == (
        "backprop-tui: δ_out came out (4,4), (4,1) was meant: the step cannot be made.\n"
    )


def test_ctrl_c_saves_what_was_reached(monkeypatch, tmp_path):
    def interrupted(snapshot):
        yield from islice(train(snapshot), 5)
        raise KeyboardInterrupt

    monkeypatch.setattr(front_end, "snapshots_after", interrupted)
    files = tmp_path / "reached.npz", tmp_path / "reached.csv"
    with pytest.raises(KeyboardInterrupt):
        plain_train(start(Experiment()), 2000, False, *files)
    assert files[1].read_text().splitlines()[-1].startswith("5,0.25")
    with np.load(tmp_path / "reached.npz") as saved:
        assert saved["step"] == 5


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(progress_bar.time, "monotonic", lambda: now[0])
    return now


def test_the_progress_bar_comes_after_a_second_and_goes(clock):
    stream = Terminal()
    progress = progress_bar.Progress(stream, 0, 2_000_000)
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
    progress = progress_bar.Progress(stream, 0, 10)
    clock[0] += 60
    progress.show(5)
    progress.clear()
    assert stream.getvalue() == ""


def test_the_time_left_of_a_loaded_run_is_that_of_its_own_steps(clock):
    stream = Terminal()
    progress = progress_bar.Progress(stream, 900_000, 1_000_000)
    clock[0] += 2.0
    progress.show(950_000)
    assert "0:02 left" in stream.getvalue()


def test_the_summary_of_a_loaded_run_says_how_it_went_on():
    snapshot = start(Experiment(learning_rate=1.5))
    loaded = ("--load run.npz --learning-rate 1.5", snapshot.experiment)
    told = summary(snapshot, {0: snapshot.experiment}, loaded)
    assert told.endswith("Again: backprop-tui --load run.npz --learning-rate 1.5")
    told = summary(snapshot, {0: Experiment(learning_rate=2.0)}, loaded)
    assert told.endswith("--learning-rate 1.5, at step 0 rate 1.5→2")
