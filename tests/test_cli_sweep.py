"""`backprop-tui sweep`, through the door a user uses."""

import csv
import io
import json
import re
import signal
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path

import pytest

from backprop_tui import cli, options
from backprop_tui.core import sweep as core_sweep
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.tally import wilson
from backprop_tui.core.training import start, train
from backprop_tui.plain import progress as progress_bar
from backprop_tui.sweep_options import sweep_of

XOR_CSV = "x1,x2,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n"

WRONG = [
    (["--seeds", "0"], "--seeds", "from 1 to"),
    (["--seeds", "-3"], "--seeds", "from 1 to"),
    (["--seeds", "many"], "--seeds", "not many"),
    (["--seeds", "1e3"], "--seeds", "not 1e3"),
    (["--seeds", "30000000"], "--seeds", "3.0 GB of memory; 20000000 fit"),
    (["--seeds", "10", "--seed", "4294967290"], "--seeds", "beyond the last seed, 4294967295"),
    (["--seed", "-1"], "--seed", "from 0"),
    (["--hidden", "8-0"], "--hidden", "not 8-0"),
    (["--hidden", "0-99"], "--hidden", "1 to 64"),
    (["--hidden", "0-99999999999999999999"], "--hidden", "1 to 64"),
    (["--hidden", "a-b"], "--hidden", "a range of units, as in 0-8, not a-b"),
    (["--hidden", "1-"], "--hidden", "not 1-"),
    (["--hidden", "-1"], "--hidden", "not -1"),
    (["--hidden", "1-2-3"], "--hidden", "not 1-2-3"),
    (["--hidden", "65"], "--hidden", "a range of units, as in 0-8, not 65"),
    (["--learning-rate", "0.1,,2"], "--learning-rate", "as in 0.1,0.5,2, not 0.1,,2"),
    (["--learning-rate", ""], "--learning-rate", "above 0"),
    (["--learning-rate", "0.5,0"], "--learning-rate", "above 0"),
    (["--learning-rate", "0.5,fast"], "--learning-rate", "not 0.5,fast"),
    (["--bias", "maybe"], "--bias", "no, yes or both, not maybe"),
    (["--threads", "0"], "--threads", "from 1"),
    (["--threads", ""], "--threads", "from 1"),
    (["--csv", "/nowhere/at/all.csv"], "--csv", "can be written"),
    (["--csv", "own.csv", "--data", "own.csv"], "--csv", "another file than --data"),
    (["--load", "run.npz"], "--load", "a saved run is one start"),
    (["--mistake", "order", "--hidden", "0-2"], "--mistake", "without a hidden layer, not order"),
    (["--momentum", "1"], "--momentum", "from 0"),
    (["--problem", "foo"], "--problem", "backprop-tui problems"),
    (["--data", "nowhere.csv"], "nowhere.csv", "No such file"),
    (["--log-every", "5"], "--log-every", "unrecognized"),
]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.csv").write_text(XOR_CSV)
    return tmp_path


def printed(capsys, *arguments):
    assert cli.main(["sweep", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def records(capsys, *arguments):
    return [json.loads(line) for line in printed(capsys, "--json", *arguments)]


def experiments(*arguments):
    return sweep_of(options.read(["sweep", *arguments])).experiments


@pytest.mark.parametrize(("arguments", "option", "allowed"), WRONG)
def test_a_wrong_option_is_one_clear_line_before_any_work(capsys, monkeypatch, arguments, option, allowed):
    monkeypatch.setattr(core_sweep, "sweep", None)
    assert cli.main(["sweep", *arguments]) == 2
    output, errors = capsys.readouterr()
    assert output == "" and errors.count("\n") == 1 and len(errors) <= 220
    assert errors.startswith("backprop-tui: ") and option in errors and allowed in errors


def test_load_is_refused_before_the_word_sweep_too(capsys):
    assert cli.main(["--load", "run.npz", "sweep"]) == 2
    assert "one start" in capsys.readouterr().err


def test_ranges_and_lists_are_combined_in_the_order_of_the_columns():
    made = experiments("--hidden", "0-2", "--bias", "both", "--learning-rate", "0.1,2")
    told = [(each.hidden_sizes, each.bias, each.learning_rate) for each in made]
    assert told == list(product([(), (1,), (2,)], [False, True], [0.1, 2]))


@pytest.mark.parametrize(
    ("arguments", "made"),
    [
        ([], [Experiment()]),
        (["--hidden", "0"], [Experiment(hidden_sizes=())]),
        (["--hidden", "4,3"], [Experiment(hidden_sizes=(4, 3))]),
        (["--hidden", "2-2"], [Experiment(hidden_sizes=(2,))]),
        (["--learning-rate", "0.5,0.50,5e-1"], [Experiment()]),
        (["--bias", "--seed", "3"], [Experiment(bias=True, seed=3)]),
        (["--bias=yes"], [Experiment(bias=True)]),
        (["--bias", "no"], [Experiment()]),
        (["--no-bias"], [Experiment()]),
    ],
)
def test_one_shape_one_rate_and_every_way_to_ask_for_biases(arguments, made):
    assert experiments(*arguments) == made


def test_options_of_the_run_may_stand_before_the_word_sweep():
    words = ["--bias", "--hidden", "0-1", "--seed", "3", "sweep"]
    made = sweep_of(options.read(words)).experiments
    assert made == [Experiment(hidden_sizes=sizes, bias=True, seed=3) for sizes in ((), (1,))]


def test_as_many_seeds_as_asked_for_a_thousand_if_not_said():
    assert sweep_of(options.read(["sweep"]))[1:3] == (1000, None)
    assert sweep_of(options.read(["sweep", "--seeds", "7", "--threads", "2"]))[1:3] == (7, 2)


def solved_since(experiment):
    """The step since which all rows have been right, None where at the end they are not; the last loss."""
    snapshots = [first := start(experiment), *train(first)]
    right = [bool(snapshot.right.all()) for snapshot in snapshots]
    wrong = max((step for step, is_right in enumerate(right) if not is_right), default=-1)
    return (wrong + 1 if right[-1] else None), snapshots[-1].loss


def test_every_count_is_that_of_training_alone(capsys):
    given = ["--hidden", "2-3", "--bias", "yes", "--learning-rate", "1.5", "--momentum", "0.9"]
    rows = records(capsys, *given, "--seeds", "12", "--steps", "120", "--seed", "5")
    for hidden, row in zip((2, 3), rows, strict=True):
        one = Experiment(hidden_sizes=(hidden,), bias=True, learning_rate=1.5, momentum=0.9, seed=5, steps=120)
        fared = [solved_since(replace(one, seed=seed)) for seed in range(5, 17)]
        steps = [since for since, _ in fared if since is not None]
        assert len(steps) > 0
        assert row["solved"] == len(steps) and row["median_step"] == statistics.median(steps)
        assert row["strictly"] == sum(since is not None and loss < 0.01 for since, loss in fared)
        assert (row["low"], row["high"]) == wilson(len(steps), 12) and row["share"] == len(steps) / 12
        losses = sorted(loss for _, loss in fared)
        assert row["quartiles"] == pytest.approx([losses[2], losses[5], losses[8]], rel=1e-9)
        assert (row["hidden"], row["bias"], row["learning_rate"]) == ([hidden], True, 1.5)
        assert (row["momentum"], row["seed"], row["seeds"], row["steps"]) == (0.9, 5, 12, 120)
        assert row["networks"] == 12 and row["diverged"] == 0


TABLE = """\
XOR · rate 0.5 · seeds 42–81 · 2,000 steps
hidden biases solved    %      95 % strictly  step    25 %    50 %    75 %
"""


def test_the_table_has_the_counts_of_the_records(capsys):
    given = ["--hidden", "3-4", "--bias", "both", "--seeds", "40", "--steps", "2000"]
    lines, rows = printed(capsys, *given), records(capsys, *given)
    assert "\n".join(lines[:2]) + "\n" == TABLE
    assert all(len(line) <= 80 for line in lines)
    for line, row in zip(lines[2:6], rows, strict=True):
        step = "–" if row["median_step"] is None else f"{row['median_step']:,.0f}"
        assert line.split() == [
            str(row["hidden"][0]),
            "yes" if row["bias"] else "no",
            f"{row['solved']}/40",
            f"{100 * row['share']:.1f}".replace("100.0", "100"),
            f"{100 * row['low']:.1f}–{100 * row['high']:.1f}".replace("100.0", "100"),
            str(row["strictly"]),
            step,
            *(f"{loss:.2g}" for loss in row["quartiles"]),
        ]
    assert lines[6].startswith("solved: every row on its side of ½") and lines[6].endswith("loss < 0.01")
    assert len(lines) == 9


def test_what_does_not_vary_is_in_the_line_above(capsys):
    lines = printed(capsys, "--seeds", "1", "--steps", "3", "--momentum", "0.9", "--mistake", "slope")
    assert lines[0] == "XOR · 2-4-1 · no biases · rate 0.5 · momentum 0.9 · σ′ forgotten · seed 42 · 3 steps"
    assert lines[1].split()[0] == "solved"


def test_the_ordinary_table_of_a_thousand_starts_fits_80_columns(capsys):
    lines = printed(capsys, "--hidden", "2-3", "--bias", "both", "--learning-rate", "9", "--steps", "1100")
    assert max(map(len, lines)) <= 79 and lines[2].split()[2].endswith("/1,000")


def test_the_csv_has_what_the_json_has(capsys, folder):
    given = ["--hidden", "0-3", "--learning-rate", "0.5,2", "--seeds", "10", "--steps", "300"]
    rows = records(capsys, *given, "--csv", "table.csv")
    with (folder / "table.csv").open(newline="") as file:
        written = list(csv.DictReader(file))
    assert len(written) == len(rows) == 8
    for cells, row in zip(written, rows, strict=True):
        quartiles = [float(cells.pop(f"loss_{share}")) for share in (25, 50, 75)]
        assert quartiles == row.pop("quartiles")
        assert list(cells) == list(row)
        assert cells.pop("hidden") == (",".join(map(str, row.pop("hidden"))) or "0")
        assert cells == {name: "" if value is None else str(value) for name, value in row.items()}


def test_diverged_networks_are_counted_in_the_row_and_have_no_loss(capsys, folder):
    given = ["--learning-rate", "1e308", "--momentum", "0.99", "--seeds", "3", "--steps", "200"]
    assert printed(capsys, *given)[2].endswith("3 diverged")
    (row,) = records(capsys, *given, "--csv", "table.csv")
    assert row["diverged"] == 3 and row["quartiles"] == [None] * 3 and row["median_step"] is None
    assert (folder / "table.csv").read_text().endswith(",,,,\n")


def test_the_threads_make_no_difference(capsys):
    given = ["--hidden", "2-4", "--seeds", "300", "--steps", "60"]
    assert printed(capsys, *given, "--threads", "1") == printed(capsys, *given, "--threads", "2")


def test_a_problem_comes_with_its_settings_and_a_note(capsys):
    assert cli.main(["sweep", "--problem", "symmetry", "--hidden", "1-2", "--seeds", "2", "--steps", "2"]) == 0
    output, errors = capsys.readouterr()
    told = "--bias --learning-rate 0.1 --momentum 0.9 --init uniform --init-scale 0.3"
    assert errors == f"backprop-tui: settings taken for symmetry: {told}\n"
    assert output.startswith("symmetry · biases · rate 0.1 · momentum 0.9 · uniform × 0.3 · seeds 42–43")


def test_ones_own_examples_are_swept_as_the_built_in_ones_are(capsys):
    given = ["--no-bias", "--momentum", "0", "--seeds", "5", "--steps", "50"]
    assert records(capsys, "--data", "own.csv", *given) == records(capsys, *given)


def test_help_tells_of_it(capsys):
    for arguments, words in ((["--help"], "sweep"), (["sweep", "--help"], "--seeds --csv --threads 0-8 both")):
        with pytest.raises(SystemExit):
            cli.main(arguments)
        told = capsys.readouterr().out
        assert all(word in told for word in words.split())
    assert "--load" not in told


def process(*arguments):
    command = [sys.executable, "-m", "backprop_tui", "sweep", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def interrupted(running):
    """What it still prints; by the same reader as the lines before, which may have read on."""
    with running:
        running.send_signal(signal.SIGINT)
        rest, errors = running.stdout.read(), running.stderr.read()
    assert running.returncode == 130 and errors == "backprop-tui: stopped\n"
    return rest


def test_ctrl_c_leaves_the_rows_that_are_done(folder):
    running = process("--hidden", "0-64", "--seeds", "3000", "--steps", "100", "--csv", "t", "--json")
    first = running.stdout.readline()
    rows = [json.loads(line) for line in (first + interrupted(running)).splitlines()]
    assert 1 <= len(rows) < 65 and rows[0]["hidden"] == [] and rows[0]["networks"] == 3000
    assert (folder / "t").read_text().count("\n") == 1 + len(rows)


def test_ctrl_c_tells_how_far_it_was_where_no_network_is_finished():
    running = process("--seeds", "50", "--steps", "1000000")
    for _ in range(2):
        running.stdout.readline()  # the title and the heads
    time.sleep(0.5)
    told = interrupted(running)
    assert re.fullmatch(r"stopped after [\d,]+ of 1,000,000 steps: \d+ of 50 had all rows right then\n", told)


def test_ctrl_c_counts_the_networks_that_are_finished_of_a_row_that_is_not(folder):
    # With a mistake they are trained one by one.
    running = process("--mistake", "slope", "--seeds", "100000", "--steps", "20", "--csv", "t")
    assert running.stdout.readline().startswith("XOR · 2-4-1")
    time.sleep(1)
    _, row, *meaning = interrupted(running).splitlines()
    finished = int(row.split()[0].partition("/")[2].replace(",", ""))
    assert 0 < finished < 100_000 and row.endswith(f"  {finished:,} of 100,000 finished")
    assert meaning[0].startswith("solved: ")
    (written,) = csv.DictReader(io.StringIO((folder / "t").read_text()))
    assert int(written["networks"]) == finished and written["seeds"] == "100000"


def test_ctrl_c_before_anything_is_done_leaves_the_old_file(folder):
    (folder / "t").write_text("old")
    running = process("--seeds", "1000", "--steps", "1000000", "--csv", "t")
    assert [running.stdout.readline().split()[0] for _ in range(2)] == ["XOR", "solved"]
    assert interrupted(running) == "" and (folder / "t").read_text() == "old"
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) == ["own.csv", "t"]


def test_a_reader_that_leaves_early_is_no_error():
    sweep = f"{sys.executable} -m backprop_tui sweep --hidden 0-64 --seeds 300 --steps 20"
    finished = subprocess.run(
        ["bash", "-c", f"{sweep} | head -n 1; echo ${{PIPESTATUS[0]}}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert finished.stdout.splitlines()[1:] == ["141"] and finished.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no /dev/full here")
def test_a_full_disk_is_told_in_one_line():
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "backprop_tui", "sweep", "--steps", "1", "--seeds", "2"]
        finished = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert finished.returncode == 1
    assert finished.stderr.startswith("backprop-tui: ") and finished.stderr.count("\n") == 1


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_progress_bar_goes_over_all_combinations_and_leaves_nothing_behind(capsys, monkeypatch):
    now, screen = [0.0], Terminal()

    def monotonic():
        now[0] += 0.6
        return now[0]

    monkeypatch.setattr(progress_bar.time, "monotonic", monotonic)
    monkeypatch.setattr(sys, "stderr", screen)
    given = ["--hidden", "0-8", "--seeds", "20", "--steps", "500", "--threads", "1"]
    assert len(printed(capsys, *given)) == 2 + 9 + 3
    drawn = [each for each in screen.getvalue().split("\r") if " of 9 [" in each]
    shares = [int(each.partition("%")[0].split()[-1]) for each in drawn]
    assert shares[-1] == 100 and all(0 <= one <= other for one, other in pairwise(shares))
    assert drawn[0].startswith("row 1 of 9 [") and "left" in drawn[0] and screen.getvalue().endswith("\r\x1b[K")
