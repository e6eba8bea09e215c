"""What is copied by OSC 52, as a terminal and as a tmux get it."""

import base64
import re
import shutil

import pytest

from tests.hostile import STRINGS
from tests.terminal.emulator import Terminal
from tests.terminal.test_tmux import Tmux


def copied(terminal):
    """The texts that were copied: the sequences as they are to be, and nothing else of their kind."""
    found = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/]+=*)\x07", terminal.received)
    assert len(found) == terminal.received.count(b"\x1b]52")
    return [base64.b64decode(each, validate=True).decode() for each in found]


def test_a_terminal_is_asked_to_copy_the_command():
    terminal = Terminal("--paused", "--hidden", "2", "--seed", "7")
    terminal.wait_for("paused")
    terminal.send("u")
    terminal.wait_for("Copied")
    assert "backprop-tui --hidden 2 --seed 7" in terminal.text
    assert copied(terminal) == ["backprop-tui --hidden 2 --seed 7"]
    terminal.send("\x1b")
    terminal.wait_for("paused")
    terminal.send("q")
    assert terminal.finish() == 0


def test_a_hostile_name_is_copied_as_plain_characters_of_one_shell_word(tmp_path):
    name = STRINGS["clear screen"] + STRINGS["clipboard"] + "\n'; exit 3; '" + ".csv"
    path = tmp_path / name
    path.write_text("x1,y\n0,1\n1,0\n")
    terminal = Terminal("--paused", "--data", str(path))
    terminal.wait_for("paused")
    terminal.send("u")
    terminal.wait_for("Copied")
    (command,) = copied(terminal)
    assert command.isprintable() and command.startswith("backprop-tui --data '/")
    assert "\\x1b]52;c;" in command
    terminal.send("qq")
    assert terminal.finish() == 0


@pytest.mark.skipif(shutil.which("tmux") is None, reason="not installed here: tmux")
def test_a_tmux_that_is_set_so_takes_it(tmp_path):
    tmux = Tmux(tmp_path)
    try:
        tmux.open("--paused")
        tmux("set-option", "-g", "set-clipboard", "on")
        tmux.wait_for("paused")
        tmux.press("u")
        tmux.wait_for("Copied")
        assert tmux("show-buffer") == "backprop-tui --seed 42"
    finally:
        tmux("kill-server")
