"""The app in a real tmux, where a server stands between it and the terminal."""

import shlex
import shutil
import subprocess
import sys
import time

import pytest

from tests.terminal.emulator import processes_of

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="not installed here: tmux")


class Tmux:
    """A tmux server of one's own with one window, on the screen of nobody."""

    def __init__(self, folder):
        self.start = ["tmux", "-f", "/dev/null", "-S", str(folder / "socket")]

    def __call__(self, *words):
        ended = subprocess.run([*self.start, *words], capture_output=True, text=True)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def open(self, *arguments):
        command = shlex.join([sys.executable, "-m", "backprop_tui", *arguments])
        self("new-session", "-d", "-x", "80", "-y", "24", "-s", "app", f"{command}; echo status $?; read _")

    def tell(self, name):
        return self("display-message", "-p", "-t", "app", f"#{{{name}}}").strip()

    def wait_for(self, words, seconds=20):
        end = time.monotonic() + seconds
        while words not in (seen := self("capture-pane", "-p", "-t", "app")):
            assert time.monotonic() < end, f"{words!r} never came; the screen:\n{seen}"
            time.sleep(0.02)

    def press(self, *keys):
        self("send-keys", "-t", "app", *keys)


@pytest.fixture(params=["tmux-256color", "screen-256color"])
def tmux(request, tmp_path):
    server = Tmux(tmp_path)
    server("new-session", "-d", "-s", "waiting", "sleep 600")  # without a session there is nothing to set
    server("set-option", "-g", "default-terminal", request.param)
    yield server
    server("kill-server")


def test_it_is_drawn_answers_fits_and_leaves(tmux):
    tmux.open("--paused")
    tmux.wait_for("0 of 10,001")
    assert tmux.tell("alternate_on") == "1" and tmux.tell("mouse_button_flag") == "1"
    tmux.press(".")
    tmux.wait_for(" 1 of 10,001")
    tmux("resize-window", "-t", "app", "-x", "59", "-y", "15")
    tmux.wait_for("60")
    tmux("resize-window", "-t", "app", "-x", "120", "-y", "40")
    tmux.wait_for("Decision map")
    tmux.press("q")
    tmux.wait_for("status 0")
    left = tmux("capture-pane", "-p", "-t", "app")
    assert "XOR 2-4-1, step 1: loss" in left and "Step and loss" not in left


def test_a_detached_run_goes_on_and_a_killed_pane_leaves_nothing(tmux):
    tmux.open("--speed", "max", "--steps", "1000000000")
    tmux.wait_for("full speed")
    tmux.wait_for("4/4 rows")
    session = int(tmux.tell("pane_pid"))
    assert session in processes_of(session)
    tmux("kill-session", "-t", "app")
    end = time.monotonic() + 2
    while processes_of(session):
        assert time.monotonic() < end
        time.sleep(0.02)
