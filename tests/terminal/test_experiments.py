"""Changing the network, the problem and the targets, as typed into a real terminal."""

import pytest

from tests.terminal.emulator import Terminal


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def opened(*arguments, **options):
    terminal = Terminal(*arguments, **options)
    terminal.wait_for("paused" if "--paused" in arguments else "running")
    return terminal


def test_a_target_flipped_while_it_runs_is_learned():
    terminal = opened("--speed", "max", "--steps", "1000000")
    terminal.wait_for("4/4 rows")
    terminal.send("t")
    terminal.wait_for("Targets: XOR")
    terminal.send("\x1b[A\r")
    terminal.wait_for("Targets: OR")
    terminal.wait_for("4/4 rows")
    terminal.send("t")
    terminal.wait_for("OR 2-4-1")
    terminal.send("q")
    assert terminal.finish() == 0
    assert b"OR 2-4-1, step" in terminal.received and b" OR\r\n" in terminal.received


def test_a_run_is_saved_on_the_screen_and_gone_on_with_on_the_command_line(tmp_path):
    terminal = opened("--paused", "--problem", "symmetry")
    terminal.wait_for("settings taken for symmetry: --hidden 2")
    terminal.send("\x1b[6~c")
    terminal.wait_for("Saved symmetry-6-2-1-seed-42-step-100.npz")
    terminal.send("q")
    assert terminal.finish() == 0
    saved = tmp_path / "symmetry-6-2-1-seed-42-step-100.npz"
    terminal = opened("--load", saved.name, "--paused")
    terminal.wait_for("100 of 10,000")
    terminal.send("q")
    assert terminal.finish() == 0
    assert f"Again: backprop-tui --load {saved.name}".encode() in terminal.received


def test_ones_own_points_on_the_decision_map(tmp_path):
    rows = "".join(f"{x / 10},{y / 10},{int(x * y > 0)}\n" for x in range(-5, 6) for y in range(-5, 6))
    (tmp_path / "points.csv").write_text("width,height,kind\n" + rows)
    terminal = opened("--data", "points.csv", "--paused")
    terminal.wait_for("the last column, kind, was taken as the target")
    terminal.send("dd")
    terminal.wait_for("Decision map")
    terminal.wait_for("width")
    assert "71/121 rows" in terminal.text and "height┤   ○ ○" in terminal.text
    terminal.send("q")
    assert terminal.finish() == 0
    assert b"Again: backprop-tui --data points.csv --seed 42" in terminal.received


def test_names_from_a_file_reach_the_terminal_as_plain_text(tmp_path):
    (tmp_path / "evil.csv").write_text('x\x1b]0;owned\x07,"[@click=app.quit]y[/]"\n0,0\n1,1\n')
    terminal = opened("--data", "evil.csv", "--paused")
    terminal.send("dd")
    terminal.wait_for("2/2 rows" if "2/2 rows" in terminal.text else "/2 rows")
    terminal.send("q")
    assert terminal.finish() == 0
    assert b"\x1b]0;owned" not in terminal.received


def test_the_mouse_wheel_scrolls_the_panel_under_it():
    terminal = opened("--paused", "--problem", "spirals")
    terminal.wait_for("… 194 more rows below")
    terminal.send("\x1b[<65;60;5M")
    terminal.wait_for("… 1 row above")
    terminal.send("\x1b[<64;60;5M")
    terminal.wait_for("… 194 more rows below")
    terminal.send("\x1b[<65;60;16M")
    terminal.wait_for("Weights")
    terminal.read(0.3)
    assert "… 1 row above" in terminal.text and "… 194 more rows below" in terminal.text
    terminal.send("q")
    assert terminal.finish() == 0


@pytest.mark.parametrize("environment", [{"term": "xterm"}, {"NO_COLOR": "1"}])
def test_every_panel_is_there_without_many_colours(environment):
    terminal = opened("--paused", size=(120, 40), **environment)
    for title in ("Hidden representation", "Decision map", "Weights over time"):
        terminal.wait_for(title)
    terminal.wait_for("○ 0  ● 1  ✕ wrong")
    terminal.send("q")
    assert terminal.finish() == 0
