"""How the app ends, or goes on, whatever happens to it: a row a case, each in a real pseudo terminal."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from backprop_tui.core.checkpoint import load
from tests.terminal.emulator import (
    FULL_SPEED,
    Terminal,
    modes_left_on,
    processes_of,
    running,
    sabotaged,
    threads_of,
)

SUMMARY = b"XOR 2-4-1, step "
KEPT = b"goes on with: backprop-tui --load "


def is_given_back(terminal):
    assert modes_left_on(terminal.received) == set()
    assert terminal.settings_at_last == terminal.settings_at_first
    assert processes_of(terminal.process.pid) == []


BUSY_FOR_A_MINUTE = (
    "from backprop_tui.ui.screens.run import RunScreen\nRunScreen.action_help = lambda self: time.sleep(60)"
)
ERROR = (
    "from backprop_tui.ui.screens.run import RunScreen\n"
    "def fail(*_, **__):\n    secret = 'local-value'\n    raise ValueError('broken [b]on\\x1b[31m purpose')\n"
)

# What is done to it, the status it ends with, and what the terminal is told.
ENDINGS = {
    "q": (lambda t: t.send("q"), 0, SUMMARY),
    "ctrl+c": (lambda t: t.send("\x03"), 0, SUMMARY),
    "ctrl+q": (lambda t: t.send("\x11"), 0, SUMMARY),
    "the palette's quit": (lambda t: palette(t, "quit"), 0, SUMMARY),
    "q over the help": (lambda t: over(t, "?", "How often all weights", "\x03"), 0, SUMMARY),
    "SIGINT": (lambda t: t.process.kill(signal.SIGINT), 130, KEPT),
    "SIGTERM": (lambda t: t.process.kill(signal.SIGTERM), 143, KEPT),
    "SIGHUP": (lambda t: t.process.kill(signal.SIGHUP), 129, KEPT),
    "SIGQUIT": (lambda t: t.process.kill(signal.SIGQUIT), 131, KEPT),
}


def palette(terminal, command):
    terminal.send("\x10")
    terminal.wait_for("Search")
    terminal.send(command)
    terminal.wait_for("quit (q)")
    terminal.read(0.3)
    terminal.send("\r")


def over(terminal, key, words, then):
    terminal.send(key)
    terminal.wait_for(words)
    terminal.send(then)


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_end(ending):
    act, status, told = ENDINGS[ending]
    terminal = running()
    act(terminal)
    assert terminal.finish(5) == status
    is_given_back(terminal)
    assert told in terminal.received.rpartition(b"\x1b[?1049l")[2]


def test_an_end_that_nobody_asked_for_is_a_failure():
    terminal = sabotaged(
        "from backprop_tui.ui.screens.run import RunScreen\n"
        "RunScreen.action_help = lambda self: self.app._close_messages_no_wait()"
    )
    terminal.wait_for("4/4 rows")
    terminal.send("?")
    assert terminal.finish(5) == 1
    is_given_back(terminal)
    assert KEPT in terminal.received.rpartition(b"\x1b[?1049l")[2]


@pytest.mark.parametrize("seed", range(3))
def test_signal_upon_signal(seed):
    """Thirty in fifty milliseconds: whichever of them hits, the terminal is given back."""
    terminal = running()
    for _ in range(30):
        terminal.process.kill(signal.SIGTERM)
        time.sleep(0.05 / 30)
    assert terminal.finish(5) == 143
    is_given_back(terminal)


@pytest.mark.parametrize("moment", ["at once", "at the first paint", "running"])
@pytest.mark.parametrize("hangup", ["told", "ignored"])
def test_the_terminal_is_closed(hangup, moment, tmp_path):
    trap = "trap '' HUP; " if hangup == "ignored" else ""
    command = ["sh", "-c", f"{trap}exec {sys.executable} -m backprop_tui {' '.join(FULL_SPEED)}"]
    terminal = Terminal(command=command)
    if moment == "at the first paint":
        terminal.wait_for("Loss")
    elif moment == "running":
        terminal.wait_for("4/4 rows")
    status = terminal.close()
    assert status is not None, "it lives on without a terminal"
    assert processes_of(terminal.process.pid) == []
    if moment == "running":
        assert status == 129
        (kept,) = (tmp_path / "state" / "backprop-tui" / "runs").iterdir()
        for arguments, told in (
            ([], "A run was cut short"),
            (["--load", str(kept)], "4/4 rows"),
            ([], "2/4 rows"),
        ):
            again = Terminal(*arguments, "--paused")
            again.wait_for(told)
            again.send("q")
            assert again.finish() == 0
        assert "cut short" not in again.text  # it is told once


def test_the_loop_is_busy_for_a_minute():
    terminal = sabotaged(
        BUSY_FOR_A_MINUTE,
        *FULL_SPEED,
    )
    terminal.wait_for("running")
    terminal.wait_for("rows")
    terminal.send("?")
    terminal.read(0.3)
    terminal.process.kill(signal.SIGTERM)
    assert terminal.finish(4) == 143
    is_given_back(terminal)


def test_a_second_signal_does_not_wait_for_the_first():
    terminal = sabotaged(
        BUSY_FOR_A_MINUTE,
        *FULL_SPEED,
    )
    terminal.wait_for("rows")
    terminal.send("?")
    terminal.read(0.3)
    terminal.process.kill(signal.SIGTERM)
    terminal.read(0.2)
    terminal.process.kill(signal.SIGINT)
    began = time.monotonic()
    assert terminal.finish(4) == 143
    assert time.monotonic() - began < 1.0
    is_given_back(terminal)


def test_a_thread_that_does_not_stop():
    terminal = sabotaged(
        "from backprop_tui.ui.screens import training\n"
        "def follow(*_):\n    while True: pass\n"
        "training.follow = follow",
        *FULL_SPEED,
    )
    terminal.wait_for("rows")
    terminal.send("q")
    assert terminal.finish(4) == 0
    is_given_back(terminal)


@pytest.mark.parametrize(
    "error", ["ValueError('no such row')", "MemoryError('no room')", "SystemExit('now')", "KeyboardInterrupt()"]
)
def test_an_error_in_the_training_thread(error, tmp_path):
    terminal = sabotaged(
        "from backprop_tui.core import training\n"
        "step = training.following\n"
        "def following(snapshot):\n"
        f"    if snapshot.step == 100: raise {error}\n"
        "    return step(snapshot)\n"
        "training.following = following",
        "--speed",
        "100",
    )
    terminal.wait_for(error.partition("(")[0])
    terminal.wait_for("paused")
    terminal.send("?")
    terminal.wait_for("How often all weights")
    terminal.send("\x1b")
    terminal.wait_for("paused")
    terminal.send("q")
    assert terminal.finish() == 1
    is_given_back(terminal)
    after = terminal.received.rpartition(b"\x1b[?1049l")[2].decode()
    assert f"an error of its own: {error.partition('(')[0]}" in after and "Traceback" not in after
    assert "in following" in (tmp_path / "state" / "backprop-tui" / "log").read_text()


FAULTS = {
    "in a key's action": "RunScreen.action_help = fail",
    "in a timer": "RunScreen.action_help = lambda self: self.set_timer(0.05, fail)",
    "in drawing a panel": "import backprop_tui.ui.panels.weights as w; w.heat_map = fail",
    "in painting a line": "import backprop_tui.ui.panels.lines_box as p; p.LinesBox.render_line = fail",
    "at the start": "import backprop_tui.ui.screens.run as r; r.RunScreen.compose = fail",
    "before the start": "import backprop_tui.ui.app as a; a.BackpropApp.on_mount = fail",
    "in the driver": "from backprop_tui.ui.terminal.driver import TerminalDriver as d; d._tell_size = fail",
}


@pytest.mark.parametrize("place", FAULTS)
def test_an_error_elsewhere(place, tmp_path):
    terminal = sabotaged(
        ERROR + FAULTS[place],
        "--paused",
    )
    if "action_help" in FAULTS[place]:
        terminal.wait_for("rows")
        terminal.send("?")
    assert terminal.finish() == 1
    is_given_back(terminal)
    after = terminal.received.rpartition(b"\x1b[?1049l")[2].decode()
    lines = [line for line in after.split("\r\n") if line.startswith("backprop-tui: ")]
    assert len(lines) == 3, after
    assert (
        r"ValueError: broken [b]on\x1b[31m purpose" in lines[0] and "log" in lines[1] and "report" in lines[2]
    )
    assert "Traceback" not in after and "local-value" not in after
    assert "in fail" in (tmp_path / "state" / "backprop-tui" / "log").read_text()


def test_an_error_does_not_lose_the_run(tmp_path):
    terminal = sabotaged(ERROR + FAULTS["in a key's action"])
    terminal.wait_for("running")
    terminal.wait_for("4/4 rows")
    terminal.send("?")
    assert terminal.finish() == 1
    (kept,) = (tmp_path / "state" / "backprop-tui" / "runs").iterdir()
    after = terminal.received.rpartition(b"\x1b[?1049l")[2].decode()
    assert f"goes on with: backprop-tui --load {kept}" in after
    assert load(kept).right.all()


def test_what_nobody_can_help_costs_the_last_half_minute_at_most(tmp_path):
    terminal = sabotaged("import backprop_tui.ui.session as s; s.KEEP_SECONDS = 0.3", *FULL_SPEED)
    terminal.wait_for("4/4 rows")
    terminal.read(0.7)
    terminal.process.kill(signal.SIGKILL)
    terminal.finish()
    (kept,) = (tmp_path / "state" / "backprop-tui" / "runs").glob("run-*.npz")
    assert load(kept).right.all()


def test_a_run_that_is_left_as_one_wishes_is_not_kept(tmp_path):
    terminal = sabotaged("import backprop_tui.ui.session as s; s.KEEP_SECONDS = 0.3", *FULL_SPEED)
    terminal.wait_for("4/4 rows")
    terminal.read(0.7)
    terminal.send("q")
    assert terminal.finish() == 0
    assert list((tmp_path / "state" / "backprop-tui" / "runs").iterdir()) == []


def shell():
    """An interactive shell with job control, and the app as its job."""
    terminal = Terminal(command=["bash", "--norc", "--noprofile", "-i"], PS1="shell> ")
    terminal.wait_for("shell>")
    terminal.send(f"{sys.executable} -m backprop_tui --speed 100\r")
    terminal.wait_for("running")
    terminal.wait_for("rows")
    (job,) = [pid for pid in processes_of(terminal.process.pid) if pid != terminal.process.pid]
    return terminal, job


def goes_on(terminal, job):
    terminal.wait_for("Step and loss")
    terminal.wait_for("always answers ½")
    assert "shell>" not in terminal.text and "Stopped" not in terminal.text
    terminal.send(" ")
    terminal.wait_for("paused")
    terminal.send(" ")
    terminal.wait_for("running")


@pytest.mark.parametrize("way", ["ctrl+z", "SIGTSTP", "SIGSTOP", "bg"])
def test_stopped_and_brought_back(way):
    terminal, job = shell()
    before = threads_of(job)
    for _ in range(3):
        if way in ("ctrl+z", "bg"):
            terminal.send("\x1a")
        else:
            os.kill(job, getattr(signal, way))
        terminal.wait_for("Stopped")
        if way != "SIGSTOP":
            assert not modes_left_on(terminal.received) - {"2004"}  # which the shell turns on itself
        if way == "bg":
            terminal.send("bg\r")
            terminal.read(0.5)
        terminal.send("fg\r")
        goes_on(terminal, job)
    assert threads_of(job) == before
    terminal.send("q")
    terminal.wait_for("Again: backprop-tui")
    terminal.wait_for("shell>")
    terminal.send("exit\r")
    assert terminal.finish() == 0


def test_told_to_go_on_when_it_was_not_stopped():
    terminal = running("--speed", "100")
    before = threads_of(terminal.process.pid)
    for _ in range(5):
        terminal.process.kill(signal.SIGCONT)
        terminal.read(0.1)
    terminal.send(" ")
    terminal.wait_for("paused")
    assert threads_of(terminal.process.pid) == before - 1  # the one that trained
    terminal.send("q")
    assert terminal.finish() == 0
    is_given_back(terminal)


def test_a_stop_is_not_counted_as_time_of_the_run():
    terminal = running("--speed", "100")
    terminal.wait_for("0:01")
    terminal.process.kill(signal.SIGSTOP)
    time.sleep(4)
    terminal.process.kill(signal.SIGCONT)
    terminal.wait_for("0:02")
    terminal.send("q")
    assert terminal.finish() == 0


def test_ctrl_z_where_no_shell_could_wake_it():
    terminal = running("--speed", "100")
    terminal.send("\x1a")
    while terminal.received.count(b"\x1b[?1049h") < 2:
        assert terminal.read(0.05)
    terminal.send(" ")
    terminal.wait_for("paused")
    terminal.send("q")
    assert terminal.finish() == 0


@pytest.mark.parametrize("way", ["ctrl+z", "SIGSTOP"])
def test_a_stopped_job_is_ended_by_kill(way):
    terminal, job = shell()
    if way == "ctrl+z":
        terminal.send("\x1a")
    else:
        os.kill(job, signal.SIGSTOP)
    terminal.wait_for("Stopped")
    terminal.send("kill %1\r")
    terminal.read(0.7)
    end = time.monotonic() + 3
    while job in processes_of(terminal.process.pid):
        assert time.monotonic() < end
        terminal.read(0.1)
    terminal.send("exit\r")
    terminal.finish()


def is_stopped_brought_back_and_left(terminal, wrapper):
    terminal.send(f"{wrapper}\r")
    terminal.wait_for("rows")
    terminal.send("\x1a")
    terminal.wait_for("Stopped")
    assert not modes_left_on(terminal.received) - {"2004"}
    terminal.send("fg\r")
    goes_on(terminal, None)
    terminal.send("q")
    terminal.wait_for("over")


def test_ctrl_z_stops_those_who_wait_for_it_too_and_fg_brings_all_back():
    terminal = Terminal(command=["bash", "--norc", "--noprofile", "-i"], PS1="shell> ")
    terminal.wait_for("shell>")
    for _ in range(3):
        wrapper = f"sh -c '{sys.executable} -m backprop_tui --speed 100; echo over'"
        is_stopped_brought_back_and_left(terminal, wrapper)
    terminal.send("exit\r")
    assert terminal.finish() == 0


def test_fg_typed_before_all_have_stopped_brings_all_back():
    """The shell sees the first of them stop while the app's own stop is still to come."""
    program = "import os, sys, time\nfrom backprop_tui.cli import main\nkillpg = os.killpg\n"
    program += "os.killpg = lambda *sent: (killpg(*sent), time.sleep(1.5))\nsys.exit(main([]))"
    terminal = Terminal(
        command=["bash", "--norc", "--noprofile", "-i"], PS1="shell> ", PROGRAM=program, PYTHON=sys.executable
    )
    terminal.wait_for("shell>")
    is_stopped_brought_back_and_left(terminal, "sh -c '$PYTHON -c \"$PROGRAM\"; echo over'")
    terminal.send("exit\r")
    assert terminal.finish() == 0


@pytest.mark.parametrize("error", ["MemoryError()", "OSError(5, 'Input/output error')", "time.sleep(30)"])
def test_a_run_that_cannot_be_kept_does_not_keep_the_app(error):
    act = error if error.startswith("time") else f"(_ for _ in ()).throw({error})"
    terminal = sabotaged(
        f"from backprop_tui.core import checkpoint\ncheckpoint.save = lambda *_: {act}", *FULL_SPEED
    )
    terminal.wait_for("4/4 rows")
    terminal.process.kill(signal.SIGTERM)
    assert terminal.finish(4) == 143
    is_given_back(terminal)
    if not error.startswith("time"):
        assert b"the run could not be kept" in terminal.received


def test_other_signals_do_not_keep_a_leaving_app_alive():
    terminal = sabotaged(BUSY_FOR_A_MINUTE, *FULL_SPEED)
    terminal.wait_for("rows")
    terminal.send("?")
    terminal.read(0.3)
    terminal.process.kill(signal.SIGTERM)
    for _ in range(8):
        terminal.read(0.5)
        if terminal.process.isalive():
            terminal.process.kill(signal.SIGWINCH)
    assert terminal.finish(1) == 143
    is_given_back(terminal)


@pytest.mark.parametrize("fault", ["in a key's action", "the thread"])
def test_errors_where_no_log_can_be_written(fault):
    code = ERROR + FAULTS.get(fault, "from backprop_tui.ui.screens import training\ntraining.follow = fail")
    terminal = sabotaged(code, XDG_STATE_HOME="/proc/nowhere")
    if fault == "the thread":
        terminal.wait_for("ValueError")
        terminal.send("q")
    else:
        terminal.wait_for("rows")
        terminal.send("?")
    assert terminal.finish() == 1
    is_given_back(terminal)
    assert b"an error of its own: ValueError" in terminal.received


@pytest.mark.parametrize("number", [signal.SIGUSR1, signal.SIGALRM])
def test_signals_nobody_sends_on_purpose(number):
    terminal = running()
    terminal.process.kill(number)
    assert terminal.finish(5) == 128 + number
    is_given_back(terminal)


def test_the_kept_run_of_another_session_is_not_removed(tmp_path):
    folder = tmp_path / "state" / "backprop-tui" / "runs"
    folder.mkdir(parents=True)
    living = folder / f"run-20200101-000000-{os.getpid()}.npz"
    living.touch()
    for number in range(30):
        (folder / f"run-20990101-000000-{4_000_000_000 + number}.npz").touch()
    terminal = running()
    terminal.wait_for("4/4 rows")
    terminal.process.kill(signal.SIGTERM)
    assert terminal.finish(5) == 143
    kept = terminal.received.rpartition(b"--load ")[2].split()[0].decode()
    assert living.exists() and Path(kept).exists() and len(list(folder.glob("run-*"))) <= 23


def test_every_run_cut_short_is_told_of(tmp_path):
    for _ in range(2):
        terminal = running()
        terminal.wait_for("4/4 rows")
        terminal.process.kill(signal.SIGTERM)
        terminal.finish()
        again = Terminal("--paused")
        again.wait_for("A run was cut short")
        again.send("q")
        again.finish()
        time.sleep(1)  # the files are named by the second
