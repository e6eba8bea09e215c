"""`backprop-tui record` through the command line: the same bytes each time, and what is on them."""

import json
import os
import platform
import subprocess
import sys

import pyte
import pytest

from backprop_tui.recording import record

COMMAND = [sys.executable, "-m", "backprop_tui", "record"]
DEMO = """
size = "80x26"
options = "--paused --speed 250"
[[act]]
caption = "It has not begun."
seconds = 1.5
[[act]]
keys = "space"
step = 1054
picture = "exact"
[[act]]
keys = "< < s"
until = "of 1,000"
picture = "swept"
[[act]]
keys = "esc m right enter ?"
seconds = 400
[[act]]
keys = "esc esc P"
caption = "Large."
seconds = 1
"""
# What a machine and its user may have otherwise.
ELSEWHERE = {
    "usual": {},
    "another user": {
        "NO_COLOR": "1",
        "TERM": "dumb",
        "COLUMNS": "40",
        "LINES": "9",
        "LANG": "de_DE.ISO-8859-1",
    },
    "another time, another hash seed": {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7", "TEXTUAL_FPS": "13"},
    "another processor": {
        "NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX AVX2 FMA3",
        "OPENBLAS_CORETYPE": "Nehalem",
    },
}


def recorded(folder, *arguments, demo=DEMO, **environment):
    (folder / "demo.toml").write_text(demo)
    words = [*COMMAND, "demo.toml", *arguments]
    return subprocess.run(
        words, capture_output=True, text=True, cwd=folder, env={**os.environ, **environment}, timeout=50
    )


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    folder = tmp_path_factory.mktemp("usual")
    ended = recorded(folder, "--out", "demo.cast", "--svg", "pictures")
    assert ended.returncode == 0, ended.stderr
    return folder


@pytest.mark.parametrize("where", ELSEWHERE)
def test_the_same_bytes_wherever_it_is_recorded(where, usual, tmp_path):
    if where == "another processor" and platform.machine() != "x86_64":
        pytest.skip("these features are those of x86-64")
    ended = recorded(tmp_path, "--out", "demo.cast", **ELSEWHERE[where])
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "demo.cast").read_bytes() == (usual / "demo.cast").read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"demo.cast", "demo.toml"}


def events_of(folder):
    header, *lines = (folder / "demo.cast").read_text(encoding="utf-8").splitlines()
    return json.loads(header), [json.loads(line) for line in lines]


def test_an_asciicast_of_the_second_version(usual):
    header, events = events_of(usual)
    assert header["version"] == 2 and (header["width"], header["height"]) == (80, 26)
    assert "timestamp" not in header
    times = [time for time, _, _ in events]
    assert times == sorted(set(times)) and all(abs(10 * time - round(10 * time)) < 1e-6 for time in times)
    assert {kind for _, kind, _ in events} == {"o"}


def shown_at(folder, seconds):
    screen = pyte.Screen(80, 26)
    stream = pyte.Stream(screen)
    for time, _, sent in events_of(folder)[1]:
        if time <= seconds:
            stream.feed(sent)
    return "\n".join(screen.display)


def test_it_shows_the_app_at_its_own_pace(usual):
    assert "It has not begun." in shown_at(usual, 1) and " 0 of 10,001" in shown_at(usual, 1)
    assert "500 of 10,001" in shown_at(usual, 1.6 + 2.0)
    last = shown_at(usual, 1e9)
    assert "Large." in last and "██" in last and "P audience" in last and "Weights" not in last


def test_only_what_changes_is_sent(usual):
    _, events = events_of(usual)
    waits = [after[0] - before[0] for before, after in zip(events, events[1:])]
    assert max(waits) > 399  # the help stands, and nothing comes
    running = [sent for time, _, sent in events if 2.5 < time < 5]
    assert len(running) >= 20 and sum(map(len, running)) / len(running) < 2_500


def test_a_picture_shows_the_very_step(usual):
    exact, swept = ((usual / "pictures" / f"{name}.svg").read_text() for name in ("exact", "swept"))
    assert "1,054" in exact and "1,000" in swept
    assert exact.startswith("<svg")


@pytest.mark.parametrize("fps", [7, 30])
def test_the_very_step_at_any_frames_a_second(fps, tmp_path):
    demo = f'fps = {fps}\noptions = "--speed 250"\n[[act]]\nstep = 333\npicture = "exact"\n'
    ended = recorded(tmp_path, "--svg", ".", demo=demo)
    assert ended.returncode == 0, ended.stderr
    assert ">333" in (tmp_path / "exact.svg").read_text().replace("&#160;", "")


def test_options_of_the_view(tmp_path):
    wanted = {"ascii": "--ascii --paused", "light": "--theme textual-light --paused", "usual": "--paused"}
    for name, options in wanted.items():
        demo = f'options = "{options}"\n[[act]]\nseconds = 1\n'
        ended = recorded(tmp_path, "--out", f"{name}.cast", demo=demo)
        assert ended.returncode == 0, ended.stderr
    films = {name: (tmp_path / f"{name}.cast").read_text(encoding="utf-8") for name in wanted}
    assert films["ascii"].isascii() and not films["usual"].isascii() and films["light"] != films["usual"]


def test_a_tour_without_a_demo(tmp_path):
    ended = subprocess.run(
        [*COMMAND, "--out", "tour.cast"], capture_output=True, text=True, cwd=tmp_path, timeout=50
    )
    assert ended.returncode == 0, ended.stderr
    size = (tmp_path / "tour.cast").stat().st_size
    assert size < 1_000_000
    seconds = json.loads((tmp_path / "tour.cast").read_text(encoding="utf-8").splitlines()[-1])[0]
    assert 45 < seconds < 65


def test_a_demo_that_leaves_the_app_ends_there(tmp_path):
    ended = recorded(
        tmp_path, "--out", "d.cast", demo='[[act]]\nkeys = "q"\nseconds = 1\n[[act]]\nseconds = 300\n'
    )
    assert ended.returncode == 0
    assert ended.stderr == "backprop-tui: the app was left there; not played: demo.toml, line 1 and after\n"
    assert json.loads((tmp_path / "d.cast").read_text(encoding="utf-8").splitlines()[-1])[0] < 3


OUT = ("--out", "d.cast")
REFUSED = {
    "itself": (("--out", "demo.toml"), DEMO, "--out must be another file than the demo"),
    "two at once": (("--out", "x", "--gif", "x"), DEMO, "--out must be another file than --gif"),
    "a file for a folder": (
        ("--svg", "demo.toml"),
        DEMO,
        "--svg must be a folder that can",
    ),
    "options of its own": (
        OUT,
        'options = "--loop 5"\n[[act]]\nseconds=1',
        "options must be those of a run, or",
    ),
    "a theme": (OUT, 'options = "--theme no"\n[[act]]\nseconds=1', "--theme must be a theme that ctrl+p lists"),
    "nothing to write": ((), DEMO, "record needs --out FILE.cast, --svg DIR, --gif FILE.gif or"),
    "no such folder": (("--out", "no/d.cast"), DEMO, "--out must be a file in a folder that can be written"),
    "a mistake": (OUT, '[[act]]\nkeys = "spac"', "demo.toml, line 2: keys must be characters, and names"),
    "what never comes": (
        OUT,
        '[[act]]\nseconds=1\n[[act]]\nuntil = "5/4"',
        "demo.toml, line 3: 5/4 did not come",
    ),
    "a step that never comes": (
        OUT,
        'options = "--paused"\n[[act]]\nstep = 3',
        "demo.toml, line 2: step 3 did not come",
    ),
    "wrong options": (
        OUT,
        'options = "--hidden -1"\n[[act]]\nseconds=1',
        "--hidden must be 0 for no hidden layer",
    ),
    "unknown options": (
        OUT,
        'options = "--hiden 1"\n[[act]]\nseconds=1',
        "demo.toml: options: there is no option",
    ),
    "a command": (
        OUT,
        'options = "train"\n[[act]]\nseconds=1',
        "options must be those of a run, or --speed",
    ),
    "its help": (
        OUT,
        'options = "--help"\n[[act]]\nseconds=1',
        "options must be those of a run, or --speed",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_said_in_a_line(name, tmp_path):
    arguments, demo, told = REFUSED[name]
    ended = recorded(tmp_path, *arguments, demo=demo)
    assert ended.returncode == 2 and ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert line.startswith("backprop-tui: ") and told in line
    assert not (tmp_path / "d.cast").exists()


@pytest.mark.parametrize("option", ["--gif", "--animated-svg"])
def test_a_program_of_the_extra_that_is_missing_is_named_before_anything_is_done(option, tmp_path, monkeypatch):
    monkeypatch.setattr(record.sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(record.MissingExtra, match=r"needs .* pip install 'backprop-tui\[record\]'"):
        record.program(option)


@pytest.mark.parametrize(("option", "begins"), [("--gif", b"GIF8"), ("--animated-svg", b"<svg")])
def test_converted(option, begins, tmp_path):
    name = record.CONVERTERS[option].program
    try:
        record.program(option)
    except record.MissingExtra:
        pytest.skip(f"not installed: {name}")
    ended = recorded(tmp_path, option, "film", demo='size="60x16"\n[[act]]\nseconds = 1\n')
    assert ended.returncode == 0, ended.stderr
    assert begins in (tmp_path / "film").read_bytes()[:300]
