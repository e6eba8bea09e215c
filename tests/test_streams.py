"""Standard streams that lead elsewhere, or nowhere; and signals, where there is no screen."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from tests.terminal.emulator import Terminal

COMMAND = f"{sys.executable} -m backprop_tui"
TABLE_BEGINS = "Trained predictions vs correct XOR:"

# What a shell is told to do, the status, what is on standard output and on standard error (None: nothing).
ROWS = {
    "stdin /dev/null": ("{app} < /dev/null", 0, TABLE_BEGINS, "no terminal here"),
    "stdin closed": ("{app} <&-", 0, TABLE_BEGINS, "no terminal here"),
    "output a pipe": ("{app} | cat", 0, TABLE_BEGINS, "no terminal here"),
    "output closed": ("{app} >&-", 1, None, "could not be written"),
    "output a full disk": ("{app} > /dev/full", 1, None, "No space left on device"),
    "train, output closed": ("{train} >&-", 1, None, "could not be written"),
    "train, a full disk": ("{train} > /dev/full", 1, None, "No space left on device"),
    "problems, a full disk": ("{command} problems > /dev/full", 1, None, "No space left on device"),
    "sweep, a full disk": (
        "{command} sweep --seeds 2 --steps 3 > /dev/full",
        1,
        None,
        "No space left on device",
    ),
    "check, a full disk": ("{command} check > /dev/full", 1, None, "No space left on device"),
    "all closed": ("{train} <&- >&- 2>&-", 1, None, None),
    "error output closed": ("{train} 2>&-", 0, TABLE_BEGINS, None),
    "wrong usage, error output closed": ("{command} --hidden -1 2>&-", 2, None, None),
    "error output a full disk": ("{command} --hidden -1 2> /dev/full", 2, None, None),
    "the reader leaves": ("{train} --log-every 1 --steps 100000 | head -n 1", 141, "Step     0", None),
    "nohup": ("nohup {app}", 0, TABLE_BEGINS, "no terminal here"),
}


@pytest.mark.parametrize("row", ROWS)
def test_streams(row, tmp_path):
    command, status, output, error = ROWS[row]
    words = {"command": COMMAND, "app": f"{COMMAND} --steps 30", "train": f"{COMMAND} train --steps 30"}
    words["train"] = words["train"] if "--steps 100000" not in command else f"{COMMAND} train"
    shell = f"set -o pipefail; {command.format(**words)}"
    ended = subprocess.run(
        ["bash", "-c", shell], capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=tmp_path
    )
    assert ended.returncode == status, ended.stderr
    assert (output or "") in ended.stdout and bool(output) == bool(ended.stdout)
    assert (error or "") in ended.stderr and ended.stderr.count("\n") <= 2 * bool(error)
    assert "Traceback" not in ended.stderr and "\x1b" not in ended.stderr


def test_only_standard_error_leads_elsewhere(tmp_path):
    """Textual would draw there."""
    terminal = Terminal(command=["sh", "-c", f"exec {COMMAND} 2> {tmp_path}/errors"])
    assert terminal.finish() == 2 and terminal.received == b""
    (line,) = (tmp_path / "errors").read_text().splitlines()
    assert line.startswith("backprop-tui: standard error must be a terminal")


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_train_with_what_was_asked_for_saved(number, status, tmp_path):
    command = [sys.executable, "-m", "backprop_tui", "train", "--steps", "1000000000", "--log-every", "100"]
    with subprocess.Popen(
        [*command, "--save", "run.npz", "--history", "run.csv"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    ) as process:
        for _ in range(20):
            process.stdout.readline()
        process.send_signal(number)
        _, errors = process.communicate(timeout=5)
    assert process.returncode == status and "Traceback" not in errors
    with np.load(tmp_path / "run.npz") as saved:
        steps = int(saved["step"])
    assert steps > 1_000
    last = (tmp_path / "run.csv").read_text().splitlines()[-1]
    assert last.startswith(f"{steps},")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_sweep(number, status):
    command = [sys.executable, "-m", "backprop_tui", "sweep", "--hidden", "1-8", "--seeds", "1000", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        process.send_signal(number)
        _, errors = process.communicate(timeout=5)
    assert process.returncode == status and "Traceback" not in errors


def test_a_hangup_that_is_ignored_does_not_end_a_run(tmp_path):
    command = f"trap '' HUP; exec {COMMAND} train --steps 30000"
    with subprocess.Popen(["sh", "-c", command], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline().startswith("Step     0")
        os.kill(process.pid, signal.SIGHUP)
        output, _ = process.communicate(timeout=30)
    assert process.returncode == 0 and TABLE_BEGINS in output


def test_ctrl_c_while_it_is_being_loaded():
    program = (
        "import builtins, os, runpy, signal\n"
        "load = builtins.__import__\n"
        "def press_and_load(name, *rest, **more):\n"
        "    if name == 'backprop_tui.cli': os.kill(os.getpid(), signal.SIGINT)\n"
        "    return load(name, *rest, **more)\n"
        "builtins.__import__ = press_and_load\n"
        "runpy.run_module('backprop_tui', run_name='__main__')"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ended.returncode == -signal.SIGINT and ended.stderr == ended.stdout == ""


def test_a_hangup_at_the_very_start_ends_it():
    process = subprocess.Popen([sys.executable, "-m", "backprop_tui", "train", "--steps", "1000000000"])
    time.sleep(0.01)
    process.send_signal(signal.SIGHUP)
    assert process.wait(timeout=5) in (129, -signal.SIGHUP)
