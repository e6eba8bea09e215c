"""The script of a run, run alone in a clean interpreter: the same lines, the same bits."""

import ast
import os
import subprocess
import sys
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from backprop_tui import cli
from backprop_tui.core import script as core_script
from backprop_tui.core.experiment import Experiment, fitting
from backprop_tui.core.mistakes import MISTAKES
from backprop_tui.core.problems import PROBLEMS, XOR, problem, with_targets
from backprop_tui.core.script import NoScript, script
from backprop_tui.core.training import snapshot_of, start, train
from backprop_tui.options import read
from backprop_tui.run_options import start_of
from tests.hostile import STRINGS

RUN = """\
import runpy, sys
made = runpy.run_path(sys.argv[1], run_name="__main__")
with open(sys.argv[2], "w") as file:
    print(*(float(loss).hex() for loss in made["losses"]), file=file)
    print(*(float(each).hex() for each in made["yhat"].ravel()), file=file)
"""


def run_alone(text, folder):
    """What the script prints, its losses and its last predictions."""
    path, found = folder / "alone.py", folder / "found.txt"
    path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-I", "-X", "utf8", "-W", "ignore", "-c", RUN, str(path), str(found)]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    ended = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment)
    assert ended.returncode == 0, ended.stderr
    losses, outputs = (list(map(float.fromhex, line.split())) for line in found.read_text().splitlines())
    return ended.stdout, losses, outputs


def losses_and_outputs(first, changes):
    snapshots = [first, *train(first, changes)]
    return [each.loss for each in snapshots[:-1]], snapshots[-1].outputs.ravel().tolist()


CASES = {
    "the tutorial's": [],
    "two layers, biases, momentum": "--hidden 4,3 --bias --momentum 0.9 --steps 2100",
    "no hidden layer": "--problem and --hidden 0 --bias --steps 50 --learning-rate 2",
    "eight layers": "--hidden 3,2,4,1,5,2,3,2 --bias --init uniform --steps 40",
    "symmetry": "--problem symmetry --seed 3 --steps 300",
    "points": "--problem spirals --steps 40",
    "several outputs": "--problem encoder-4-2-4 --steps 60",
    "uniform, not scaled": "--init uniform --init-scale 1 --seed 4294967295 --steps 40",
    "zeros": "--init zeros --bias --steps 40",
    "σ′ forgotten": "--mistake slope --hidden 3,3 --steps 60",
    "updated too early": "--mistake order --hidden 3,3 --bias --momentum 0.5 --steps 60",
    "uphill": "--mistake sign --steps 60",
    "detached": "--mistake detached --bias --steps 60",
}


@pytest.mark.parametrize("case", CASES)
def test_the_script_prints_what_train_prints_and_makes_the_same_bits(case, tmp_path, capsys):
    options = CASES[case].split() if CASES[case] else []
    assert cli.main(["script", *options]) == 0
    text = capsys.readouterr().out
    assert cli.main(["train", *options]) == 0
    printed = capsys.readouterr().out
    first, _ = start_of(read(options))
    assert run_alone(text, tmp_path) == (printed, *losses_and_outputs(first, {}))


def test_the_default_script_is_the_tutorials_loop():
    lines = [line.strip() for line in script(start(Experiment())).splitlines()]
    assert sum(bool(line) and not line.startswith("#") for line in lines) <= 33
    begin = lines.index("z1 = X @ W1")
    loop = [line for line in lines[begin:] if line and not line.startswith("#")]
    assert loop[:14] == [
        "z1 = X @ W1",
        "a1 = sigmoid(z1)",
        "z2 = a1 @ W2",
        "yhat = sigmoid(z2)",
        "loss = np.mean((y - yhat) ** 2)",
        "losses.append(loss)",
        "if step % 2000 == 0:",
        'print(f"Step {step:5d} | Loss: {loss:.4f}")',
        "d_out = -(y - yhat) * sigmoid_slope(z2)",
        "dW2 = a1.T @ d_out",
        "d_hid = (d_out @ W2.T) * sigmoid_slope(z1)",
        "dW1 = X.T @ d_hid",
        "W2 -= lr * dW2",
        "W1 -= lr * dW1",
    ]


CSV = "x1,x2,x3,y1,y2\n0.1,-2e-300,3,0,1\n-0,1e300,0.30000000000000004,1,0.25\n7,-0.0,123456789,0.5,0\n"


def test_examples_from_a_file_and_weights_of_a_saved_run_are_written_in(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.csv").write_text(CSV)
    saving = ["train", "--data", "own.csv", "--seed", "5", "--steps", "7", "--save", "half.npz"]
    assert cli.main(saving) == 0
    for options in (["--data", "own.csv", "--steps", "30"], ["--load", "half.npz", "--steps", "30"]):
        capsys.readouterr()
        assert cli.main(["script", *options, "--out", "run.py"]) == 0
        assert capsys.readouterr().out == ""
        assert cli.main(["train", *options]) == 0
        first, _ = start_of(read(options))
        alone = run_alone((tmp_path / "run.py").read_text(encoding="utf-8"), tmp_path)
        assert alone == (capsys.readouterr().out, *losses_and_outputs(first, {}))
    assert first.changes and "Step     7 |" in alone[0]


def test_first_weights_that_are_not_the_seeds_are_written_in_at_step_0_too(tmp_path):
    first = snapshot_of(Experiment(steps=9), 0, start(Experiment(seed=1)).parameters, None)
    assert run_alone(script(first), tmp_path)[1:] == losses_and_outputs(first, {})


def changes_on_the_way():
    """Every kind of change, momentum switched on twice, mistakes made and taken back; one at the last step."""
    now, changes = Experiment(hidden_sizes=(3, 2), bias=True, steps=60), {}
    for step, settings in (
        (5, {"learning_rate": 1}),
        (10, {"momentum": 0.9}),
        (15, {"momentum": 0.0, "mistake": MISTAKES["sign"]}),
        (20, {"momentum": 0.5, "mistake": MISTAKES["order"]}),
        (25, {"mistake": None, "problem": PROBLEMS["or"]}),
        (30, {"mistake": MISTAKES["sign"]}),
        (35, {"mistake": MISTAKES["detached"], "learning_rate": 0.25}),
        (40, {"problem": with_targets(XOR, np.array([[0.25], [1], [0], [0.5]]))}),
        (60, {"problem": PROBLEMS["and"]}),
    ):
        changes[step] = now = replace(now, **settings)
    return changes


def test_what_was_changed_on_the_way_is_changed_in_the_script(tmp_path):
    first, changes = start(Experiment(hidden_sizes=(3, 2), bias=True, steps=60)), changes_on_the_way()
    text = script(first, changes)
    printed, *numbers = run_alone(text, tmp_path)
    assert numbers == [*losses_and_outputs(first, changes)]
    assert printed.splitlines()[1] == "Trained predictions vs correct AND:"
    assert printed.splitlines()[-1].endswith("| Correct: 1")
    assert "    if step == 5:  # changed on the way\n        lr = 1.0\n" in text
    assert "    if 15 <= step < 20 or 30 <= step < 35:  # wrong on purpose: sign flipped\n" in text


def test_one_mistake_after_another_on_the_same_line(tmp_path):
    slope, sign = (Experiment(steps=20, mistake=MISTAKES[name]) for name in ("slope", "sign"))
    changes = {10: sign}
    alone = run_alone(script(start(slope), changes), tmp_path)
    assert alone[1:] == losses_and_outputs(start(slope), changes)


def test_a_mistake_that_numpy_refuses_is_refused_in_the_script_too(tmp_path):
    text = script(start(Experiment(mistake=MISTAKES["shape"])))
    assert "d_out = -(y.T - yhat) * sigmoid_slope(z2)  # wrong on purpose" in text
    with pytest.raises(AssertionError, match="ValueError: matmul"):
        run_alone(text, tmp_path)


def test_a_diverged_run_goes_on_with_nan_in_the_script(tmp_path):
    first = start(Experiment(learning_rate=1e308, momentum=0.99, steps=2001))
    printed, losses, _ = run_alone(script(first), tmp_path)
    assert losses[:48] == [first.loss, *(each.loss for each in islice(train(first), 47))]
    assert "Step  2000 | Loss: nan\n" in printed


COOKIES = {
    "charset": "coding: utf-7 +AAo-print(1)",
    "end of a string": "\"\"\"'''\\",
    "end of a call": '"); print(1); ("',
}


@pytest.mark.parametrize("text", [*STRINGS.values(), *COOKIES.values()], ids=[*STRINGS, *COOKIES])
def test_a_title_is_never_code(text):
    def tree(title):
        own = replace(problem("", title, XOR.inputs, XOR.targets), source=title)
        return ast.dump(ast.parse(script(start(fitting(own, steps=1))).encode()))

    printed = repr(f"Trained predictions vs correct {text}:")
    assert tree(text) == tree("plain").replace("'Trained predictions vs correct plain:'", printed)


def test_the_title_of_a_hostile_file_is_printed_as_train_prints_it(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    name = '"); print(1) #\n\x1b[31m{X} coding: utf-7 é'
    (tmp_path / f"{name}.csv").write_text('"x1{X}","y\x1b"\n0,1\n1,0\n')
    options = ["--data", f"{name}.csv", "--steps", "3"]
    assert cli.main(["script", *options]) == 0
    text = capsys.readouterr().out
    assert cli.main(["train", *options]) == 0
    assert run_alone(text, tmp_path)[0] == capsys.readouterr().out


def test_what_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["train", "--steps", "5", "--save", "done.npz"]) == 0
    capsys.readouterr()
    assert cli.main(["script", "--load", "done.npz"]) == 2
    refused = "backprop-tui: the run ends where it begins: there is no step to write\n"
    assert capsys.readouterr() == ("", refused)
    assert cli.main(["script", "--load", "done.npz", "--steps", "9", "--out", "done.npz"]) == 2
    assert capsys.readouterr() == ("", "backprop-tui: --out must be another file than --load\n")
    monkeypatch.setattr(core_script, "MOST_NUMBERS", 11)
    with pytest.raises(NoScript, match="room for 11 numbers, and this run begins with 12"):
        script(start(Experiment()))


def test_a_large_file_is_written_in_and_run(tmp_path):
    random = np.random.RandomState(1)
    own = problem("", "own", random.randn(1_500, 62), random.rand(1_500, 4))
    first = start(Experiment(own, (2,), steps=2))
    assert run_alone(script(first), tmp_path)[1:] == losses_and_outputs(first, {})
