"""A demo's file is taken as it is meant, or refused in a line that names the line."""

from pathlib import Path

import pytest

from backprop_tui.core import demo as demos
from backprop_tui.core.demo import demo
from backprop_tui.core.files import BadFile

BUILT_IN = Path(demos.__file__).parents[1] / "recording"


def read(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    return demo(path)


def test_acts_in_their_order(tmp_path):
    found = read(
        tmp_path,
        """
title = "Mine"
size = "100x30"
fps = 20
options = "--hidden 2 --data 'my points.csv'"
large = true

[[act]]
caption = "first"
keys = "space m right"
every = 0.1
until = "4/4"

[[act]]
type = "0.5 x"
seconds = 2
picture = "end"
""",
    )
    assert found[:5] == ("Mine", (100, 30), 20, ("--hidden", "2", "--data", "my points.csv"), True)
    first, second = found.acts
    assert first.caption == "first" and first.keys == ("space", "m", "right") and first.every == 0.1
    assert first.until == "4/4" and first.step is None and first.place == "mine.toml, line 8"
    assert second.caption is None and second.keys == ("0", ".", "5", " ", "x")
    assert second.seconds == 2 and second.picture == "end"


def test_what_is_left_out_is_usual(tmp_path):
    found = read(tmp_path, '[[act]]\nkeys = "q"')
    assert found[:5] == ("backprop-tui", (80, 24), 10, (), None)


@pytest.mark.parametrize("name", ["demo.toml", "tour.toml"])
def test_those_of_the_package_are_right(name):
    assert len(demo(BUILT_IN / name).acts) > 5


ACT = '[[act]]\ncaption = "a"\n\n[[act]]\n'
WRONG = {
    "": "no acts; each begins with [[act]]",
    'title = "x"': "no acts; each begins with [[act]]",
    "act = 3": "line 1: act must be one or more, each with its name in [[ ]] above it, not 3",
    "\nfps = 0\n[[act]]": "line 2: fps must be a whole number from 1 to 60, not 0",
    'size = "10x5"': 'line 1: size must be columns and rows from "60x16" to "300x100", not "10x5"',
    "size = 80": 'line 1: size must be columns and rows from "60x16"',
    'options = "--data \'x"': "line 1: options must be options as on the command line, with matching quotes",
    "large = 1": "line 1: large must be true or false, not 1",
    "loud = true": "line 1: there is no key loud; there are title, size",
    "[[act]]": "line 1: an act needs one of caption, keys",
    "act = [3]": ": an act needs one of caption, keys",
    ACT + 'keys = "spacebar"': "line 5: keys must be characters, and names as space,",
    ACT + "keys = 3": "line 5: keys must be",
    ACT + 'keys = "\\u001b"': "line 5: keys must be",
    ACT + "seconds = -1": "line 5: seconds must be a number of seconds from 0 to 600, not -1",
    ACT + "seconds = nan": "line 5: seconds must be",
    ACT + "every = 61": "line 5: every must be a number of seconds from 0 to 60, not 61",
    ACT + "step = 1.5": "line 5: step must be a whole number from 0 to",
    ACT + 'until = ""': "line 5: until must be a text of 1 to",
    ACT + 'step = 3\n\n  until = "x"': "an act waits for until or for step, not for both",
    ACT + 'picture = "../x"': "line 5: picture must be a name of small letters, digits and -",
    ACT + 'captoin = "x"': "line 5: there is no key captoin; there are caption, keys",
    ACT + "caption = 'x" + 300 * "y" + "'": "line 5: caption must be a text of at most 200 characters",
    ACT + "seconds = \nevery = 1": "(at line 5",
    "\x00": "(at line 1",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_mistake_is_named_with_its_line(text, tmp_path):
    with pytest.raises(BadFile) as wrong:
        read(tmp_path, text)
    told = str(wrong.value)
    assert told.startswith("mine.toml") and WRONG[text] in told and "\n" not in told


def test_what_is_shown_has_no_control_sequences(tmp_path):
    found = read(tmp_path, 'title = "a\\u001b[2Jb"\n[[act]]\ncaption = "c\\u009bd"\n')
    assert found.title.isprintable() and found.acts[0].caption.isprintable()
