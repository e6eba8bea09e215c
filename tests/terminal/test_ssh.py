"""The app over a real SSH on the loopback address: sshd and ssh as Debian has them."""

import re
import signal
import time
from contextlib import contextmanager

import pytest

from tests.terminal import ssh
from tests.terminal.test_terminal import LEAVES_ALTERNATE_SCREEN, SHOWS_CURSOR

pytestmark = [
    pytest.mark.skipif(bool(ssh.obstacle()), reason=ssh.obstacle()),
    pytest.mark.timeout(120),
]

ENDLESS = "1000000000"  # steps
LARGE = (400, 120)
GONE_SECONDS = 5


@pytest.fixture
def server(tmp_path):
    with ssh.server(tmp_path) as started:
        yield started


def step_on(terminal):
    found = re.search(r"step +([\d,]+) of", terminal.text)
    assert found, terminal.text
    return int(found[1].replace(",", ""))


@contextmanager
def frozen(terminal, server):
    """The client stopped, and sshd's end of the link, which would go on taking a megabyte or more."""
    pids = [terminal.process.pid, *server.link()]
    ssh.tell(pids, signal.SIGSTOP)
    try:
        yield pids
    finally:
        ssh.tell(pids, signal.SIGCONT)


def assert_is_paused_within_a_second(terminal):
    before, pressed = len(terminal.received), time.monotonic()
    terminal.send(" ")
    # Looked for in the bytes: to look through the emulator's screen takes long where that is large.
    while b"paused" not in terminal.received[before:]:
        terminal.read(0.01)
        assert time.monotonic() - pressed < 1


def assert_is_what_a_whole_redraw_shows(terminal, size):
    columns, rows = size
    terminal.read(0.5)
    pieced_together = terminal.screen.display[:]
    for larger in (1, 0):
        terminal.screen.resize(rows + larger, columns + larger)
        terminal.process.setwinsize(rows + larger, columns + larger)
        terminal.read(1.0)
    assert terminal.screen.display == pieced_together


def test_a_run_over_ssh_from_the_numbers_to_the_line_it_leaves(server):
    terminal = server.opened("--paused", COLORTERM="truecolor")
    terminal.wait_for("+0.248")
    terminal.send(".")
    terminal.wait_for(" 1 of 10,001")
    terminal.send("q")
    assert terminal.finish() == 0
    assert LEAVES_ALTERNATE_SCREEN in terminal.received and SHOWS_CURSOR in terminal.received
    after = terminal.received.rpartition(LEAVES_ALTERNATE_SCREEN)[2].decode()
    assert "XOR 2-4-1, step 1: loss" in after
    # TERM goes over the link and COLORTERM does not: 256 colours, none of 16 million.
    assert b";5;" in terminal.received and b";2;" not in terminal.received


def test_the_exit_status_goes_over_the_link(server):
    terminal = server.opened("--hidden", "-1")
    assert terminal.finish() == 2
    assert b"--hidden must be" in terminal.received
    terminal = server.opened("--speed", "max", "--steps", ENDLESS)
    terminal.wait_for("full speed")
    ssh.tell([server.app()], signal.SIGTERM)
    assert terminal.finish() == 128 + signal.SIGTERM
    assert LEAVES_ALTERNATE_SCREEN in terminal.received and SHOWS_CURSOR in terminal.received


@pytest.mark.slow
def test_nothing_is_left_of_a_session_whose_client_was_killed(server):
    for _ in range(5):
        terminal = server.opened("--speed", "max", "--steps", ENDLESS)
        terminal.wait_for("full speed")
        session = server.session()
        assert server.app() in session
        terminal.process.kill(signal.SIGKILL)
        terminal.finish()
        assert ssh.left_of(session, GONE_SECONDS) == []


@pytest.mark.slow
@pytest.mark.parametrize("speed", ["500", "max"])
def test_training_goes_on_while_the_link_is_frozen(server, speed):
    terminal = server.opened("--speed", speed, "--steps", ENDLESS)
    terminal.wait_for("running")
    terminal.read(1)
    first = step_on(terminal)
    terminal.read(3)
    before = step_on(terminal)
    rate = (before - first) / 3
    with frozen(terminal, server):
        time.sleep(15)
    assert_is_paused_within_a_second(terminal)
    terminal.read(0.3)
    assert step_on(terminal) - before > 0.7 * rate * 15
    assert_is_what_a_whole_redraw_shows(terminal, (80, 24))
    terminal.send("q")
    assert terminal.finish() == 0


@pytest.mark.slow
def test_a_frozen_link_piles_nothing_up(server):
    terminal = server.opened("--speed", "max", "--steps", ENDLESS, size=LARGE)
    terminal.wait_for("full speed")
    app = server.app()

    def draw_anew(seconds, wait):
        for _ in range(5 * seconds):
            ssh.tell([app], signal.SIGWINCH)  # which has the whole screen drawn anew
            wait(0.2)

    draw_anew(5, terminal.read)
    with frozen(terminal, server):
        # Frames become rarer, down to one a second, and then hold a second's steps: that is once, not growth.
        draw_anew(10, time.sleep)
        before = ssh.resident_kib(app)
        draw_anew(10, time.sleep)
        assert ssh.resident_kib(app) - before < 1024
    terminal.send(" ")
    terminal.wait_for("paused")
    assert_is_what_a_whole_redraw_shows(terminal, LARGE)
    terminal.send("q")
    assert terminal.finish() == 0


@pytest.mark.slow
def test_nothing_is_left_of_a_session_whose_link_froze_and_was_dropped(server):
    terminal = server.opened("--speed", "max", "--steps", ENDLESS)
    terminal.wait_for("full speed")
    session = server.session()
    with frozen(terminal, server) as link:
        time.sleep(5)
        ssh.tell(link, signal.SIGKILL)
    assert ssh.left_of(session, GONE_SECONDS) == []
    terminal.finish()
