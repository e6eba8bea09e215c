"""The program as a person meets it: typed into a real terminal, from the first paint to the line it leaves."""

import signal
import sys

import pytest

from tests.terminal.emulator import Terminal

LEAVES_ALTERNATE_SCREEN, SHOWS_CURSOR = b"\x1b[?1049l", b"\x1b[?25h"


def test_a_whole_run_from_the_first_paint_to_the_line_it_leaves():
    terminal = Terminal("--speed", "max")
    terminal.wait_for("Step and loss")
    terminal.wait_for("running")
    terminal.wait_for("finished")
    terminal.wait_for("4/4 rows")
    assert "10,001 of 10,001" in terminal.text and "0.000616" in terminal.text
    terminal.send("q")
    assert terminal.finish() == 0
    assert LEAVES_ALTERNATE_SCREEN in terminal.received and SHOWS_CURSOR in terminal.received
    after = terminal.received.rpartition(LEAVES_ALTERNATE_SCREEN)[2].decode()
    assert "XOR 2-4-1, step 10,001: loss 0.000616, 4/4 right. Again: backprop-tui --seed 42" in after


def test_keys_as_pressed_and_ctrl_c_to_leave():
    terminal = Terminal("--paused", "--hidden", "2", "--steps", "100")
    terminal.wait_for("paused")
    terminal.send(".")
    terminal.wait_for(" 1 of 100")
    terminal.send("\x1b[C")
    terminal.wait_for(" 2 of 100")
    terminal.send("n")
    terminal.wait_for("seed 43")
    terminal.send(" ")
    terminal.wait_for("finished")
    terminal.send("\x03")
    assert terminal.finish() == 0
    assert b"backprop-tui --hidden 2 --seed 43 --steps 100" in terminal.received


def test_back_in_time_a_fork_and_the_line_that_tells_of_it():
    terminal = Terminal("--speed", "max", "--steps", "3000")
    terminal.wait_for("finished")
    terminal.send("\x1b[5~\x1b[D,")
    terminal.wait_for("2,898 of 3,000")
    terminal.send("\x1b[H")
    terminal.wait_for(" 0 of 3,000")
    terminal.send("\x1b[6~))")
    terminal.wait_for("learning rate 2 (0.5 until 100)")
    terminal.send("\x1b[6~")
    terminal.wait_for(" 200 of 3,000")
    terminal.send("q")
    assert terminal.finish() == 0
    after = terminal.received.rpartition(LEAVES_ALTERNATE_SCREEN)[2].decode()
    assert "Again: backprop-tui --seed 42 --steps 3000, at step 100 rate 0.5→2" in after


def test_the_lines_of_a_step_and_a_click_on_the_timeline():
    terminal = Terminal("--paused")
    terminal.wait_for("paused")
    terminal.send("m")
    terminal.wait_for("z1 = X·W1")
    terminal.send("\x1b[C" * 12)
    terminal.wait_for("Step 1 → 2")
    terminal.send("\r")
    terminal.wait_for("z1 at 0,0 h1: ")
    terminal.send("\x1b")
    terminal.wait_for(" 1 of 10,001")
    terminal.send("\x1b[6~" * 30)
    terminal.wait_for("3,001 of 10,001")
    terminal.send("\x1b[<0;9;20M\x1b[<0;9;20m")
    terminal.wait_for(" 690 of 10,001")
    terminal.send("\x1b[F")
    terminal.wait_for("3,001 of 10,001")
    terminal.send("q")
    assert terminal.finish() == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_with_the_terminal_given_back(number):
    terminal = Terminal("--speed", "max", "--steps", "10000000")
    terminal.wait_for("full speed")
    terminal.process.kill(number)
    assert terminal.finish() == 128 + number
    assert LEAVES_ALTERNATE_SCREEN in terminal.received and SHOWS_CURSOR in terminal.received


def test_a_screen_that_others_wrote_on_is_drawn_whole_when_the_size_is_told_again():
    """As after ctrl+z and fg, when Textual asks for the size anew."""
    terminal = Terminal("--paused")
    terminal.wait_for("+0.248")
    terminal.read(0.3)
    terminal.stream.feed(b"\x1b[2Jas a shell would write here")
    terminal.process.kill(signal.SIGWINCH)
    terminal.wait_for("+0.248")
    terminal.wait_for("always answers ½")
    assert "as a shell" not in terminal.text
    terminal.send("q")
    assert terminal.finish() == 0


def test_the_help_over_a_run_costs_no_more_than_the_run():
    terminal = Terminal(size=(80, 24))
    terminal.wait_for("running")
    terminal.send("?")
    terminal.wait_for("How often all weights")
    terminal.read(0.7)
    before = len(terminal.received)
    terminal.read(2.0)
    assert len(terminal.received) - before < 2 * 12 * 1024
    terminal.send("\x1b")
    terminal.wait_for("running")
    terminal.send("q")
    assert terminal.finish() == 0


def test_a_paused_screen_sends_nothing():
    terminal = Terminal("--paused")
    terminal.wait_for("paused")
    terminal.read(0.5)
    before = len(terminal.received)
    terminal.read(1.0)
    assert len(terminal.received) == before
    terminal.send("q")
    assert terminal.finish() == 0


def test_what_is_sent_piece_by_piece_adds_up_to_the_whole_screen():
    """Only changed cells are sent while it runs; a resize there and back has the whole screen sent."""
    terminal = Terminal("--speed", "max", "--steps", "5000")
    terminal.wait_for("finished")
    terminal.read(0.5)
    pieced_together = terminal.screen.display[:]
    for rows, columns in ((30, 100), (24, 80)):
        terminal.screen.resize(rows, columns)
        terminal.process.setwinsize(rows, columns)
        terminal.read(0.7)
    assert terminal.screen.display == pieced_together
    terminal.send("q")
    terminal.finish()


def test_the_help_can_be_paged_to_its_end():
    terminal = Terminal("--paused")
    terminal.wait_for("paused")
    terminal.send("?")
    terminal.wait_for("How often all weights")
    terminal.send("\x1b[F")
    terminal.wait_for("All of these by name")
    terminal.read(0.5)
    assert "Show the loss in powers of ten" in terminal.text
    terminal.send("\x1b")
    terminal.wait_for("always answers ½")
    terminal.send("q")
    assert terminal.finish() == 0


@pytest.mark.parametrize("term", ["xterm", "linux", "vt100", "screen-256color"])
def test_other_terminals(term):
    terminal = Terminal("--paused", term=term)
    terminal.wait_for("+0.248")
    terminal.send("q")
    assert terminal.finish() == 0


@pytest.mark.parametrize(
    ("options", "says"),
    [({"term": "dumb"}, "TERM=dumb"), ({"redirect": "2>/dev/null; echo status $?"}, "status 2")],
    ids=["dumb", "no standard error"],
)
def test_where_there_is_no_screen_it_says_so(options, says):
    redirect = options.pop("redirect", "; echo status $?")
    shell = ["bash", "-c", f"{sys.executable} -m backprop_tui {redirect}"]
    terminal = Terminal(command=shell, **options)
    terminal.finish()
    assert says in terminal.text and "status 2" in terminal.text
    assert b"\x1b[?1049h" not in terminal.received


def test_a_wrong_option_leaves_the_terminal_alone():
    terminal = Terminal("--hidden", "-1")
    assert terminal.finish() == 2
    assert terminal.received.startswith(b"backprop-tui: --hidden must be")
    assert b"\x1b" not in terminal.received
