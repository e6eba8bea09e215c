import subprocess
import sys
from pathlib import Path

import pytest

from backprop_tui import cli, on_screen, options, run_options
from backprop_tui.core.experiment import Experiment, command_line

WRONG = [
    (["--hidden", "-1"], "--hidden", "1 to 64"),
    (["--hidden", "65"], "--hidden", "1 to 64"),
    (["--hidden", "4,,3"], "--hidden", "1 to 64"),
    (["--hidden", "many"], "--hidden", "1 to 64"),
    (["--learning-rate", "nan"], "--learning-rate", "above 0"),
    (["--learning-rate", "0"], "--learning-rate", "above 0"),
    (["--learning-rate=-1e-3"], "--learning-rate", "above 0"),
    (["--learning-rate", "fast"], "--learning-rate", "above 0"),
    (["--momentum", "1"], "--momentum", "from 0"),
    (["--seed", "-5"], "--seed", "from 0 to 4294967295"),
    (["--seed", "1.5"], "--seed", "from 0 to 4294967295"),
    (["--steps", "0"], "--steps", "from 1"),
    (["--problem", "foo"], "--problem", "backprop-tui problems"),
    (["--init", "gauss"], "--init", "normal, uniform, zeros"),
    (["--init-scale", "inf"], "--init-scale", "from 0"),
    (["--mistake", "none"], "--mistake", "one of slope, order"),
]
WRONG_VIEW = [
    (["--speed", "zero"], "--speed", "1 to 3000, or max"),
    (["--speed", "0"], "--speed", "1 to 3000, or max"),
    (["--speed", "3001"], "--speed", "1 to 3000, or max"),
    (["--fps", "61"], "--fps", "1 to 60"),
    (["--theme", "pink"], "--theme", "backprop"),
]
WRONG_OUTPUT = [
    (["--log-every", "0"], "--log-every", "from 1"),
    (["--save", "/nowhere/at/all.npz"], "--save", "can be written"),
    (["--save", "/"], "--save", "can be written"),
    (["--save", "/dev/null"], "--save", "must be a file"),
    (["--bogus"], "--bogus", ""),
    (["--learning_rate", "0.1"], "--learning_rate", "no option"),
    (["--seed"], "--seed", "expected one argument"),
    (["--see", "3"], "--see", ""),
    (["--hidden", "\x1b[31mred"], "--hidden", r"\x1b[31mred"),
]


WRONG_CHECK = [
    (["--at", "-1"], "--at", "from 0 to 10001"),
    (["--at", "11", "--steps", "10"], "--at", "from 0 to 10"),
    (["--width", "0"], "--width", "1e-12 to 1"),
    (["--width", "nan"], "--width", "1e-12 to 1"),
]


def says_one_clear_line(capsys, arguments, option, allowed):
    assert cli.main(arguments) == 2
    output, errors = capsys.readouterr()
    assert output == "" and errors.count("\n") == 1 and len(errors) <= 200
    assert errors.startswith("backprop-tui: ") and option in errors and allowed in errors


@pytest.mark.parametrize(("arguments", "option", "allowed"), WRONG + WRONG_OUTPUT)
def test_a_wrong_option_of_train(capsys, arguments, option, allowed):
    says_one_clear_line(capsys, ["train", *arguments], option, allowed)


@pytest.mark.parametrize(("arguments", "option", "allowed"), WRONG + WRONG_CHECK)
def test_a_wrong_option_of_check(capsys, arguments, option, allowed):
    says_one_clear_line(capsys, ["check", *arguments], option, allowed)


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setattr(cli, "_is_at_a_terminal", lambda: True)
    monkeypatch.setattr(on_screen, "_require_a_screen", lambda: None)


@pytest.mark.parametrize(("arguments", "option", "allowed"), WRONG + WRONG_VIEW)
def test_a_wrong_option_of_the_app(capsys, terminal, arguments, option, allowed):
    says_one_clear_line(capsys, arguments, option, allowed)


@pytest.mark.parametrize(("arguments", "option", "allowed"), WRONG + WRONG_VIEW[:-1])
def test_a_wrong_option_without_a_terminal(capsys, arguments, option, allowed):
    says_one_clear_line(capsys, arguments, option, allowed)


def test_without_a_terminal_it_prints_what_train_does(capsys):
    assert cli.main(["--steps", "3"]) == 0
    fallback = capsys.readouterr()
    assert cli.main(["train", "--steps", "3"]) == 0
    assert fallback.out == capsys.readouterr().out
    assert fallback.err.count("\n") == 1 and "no terminal" in fallback.err


EXPERIMENTS = [
    Experiment(),
    Experiment(hidden_sizes=()),
    Experiment(hidden_sizes=(4, 3), bias=True, learning_rate=0.1, momentum=0.9),
    Experiment(init="uniform", init_scale=0.3, seed=0, steps=5),
]


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_the_command_of_an_experiment_makes_it_again(experiment):
    words = command_line(experiment).split()
    assert words[0] == "backprop-tui"
    assert run_options.start_of(options.read(words[1:]))[0].experiment == experiment


def test_options_of_the_run_may_stand_on_either_side_of_train():
    for words in (["--seed", "3", "train"], ["train", "--seed", "3"]):
        assert run_options.start_of(options.read(words))[0].experiment.seed == 3


def run(*arguments, **options):
    command = [sys.executable, "-m", "backprop_tui", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def test_a_reader_that_leaves_early_is_no_error():
    shell = f"{sys.executable} -m backprop_tui train --log-every 1 | head -n 1; echo ${{PIPESTATUS[0]}}"
    finished = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=True)
    assert finished.stdout.splitlines() == ["Step     0 | Loss: 0.2557", "141"]
    assert finished.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no /dev/full here")
def test_a_full_disk_is_told_in_one_line():
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "backprop_tui", "train", "--steps", "1"]
        finished = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert finished.returncode == 1
    assert finished.stderr.startswith("backprop-tui: ") and finished.stderr.count("\n") == 1


def test_a_latin_1_terminal_gets_a_question_mark_for_the_arrow():
    finished = run("train", "--steps", "1", env={"PYTHONIOENCODING": "latin-1", "PATH": ""})
    assert finished.returncode == 0 and " Input [0 0] ? Predicted" in finished.stdout


def test_version():
    assert run("--version").stdout.startswith("backprop-tui 0.")
