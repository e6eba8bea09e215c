"""What the lessons' texts say is true, and a file of lessons is taken as it is meant or refused in a line."""

import os
import subprocess
import sys
from dataclasses import replace
from itertools import zip_longest
from typing import NamedTuple

import numpy as np
import pytest

from backprop_tui.core.experiment import Experiment
from backprop_tui.core.files import BadFile
from backprop_tui.core.lessons import lessons
from backprop_tui.core.problems import PROBLEMS
from backprop_tui.core.training import is_right, start, train

NAMES = [
    "tutorial",
    "no-hidden-layer",
    "two-hidden-units",
    "one-hidden-unit",
    "hidden-representation",
    "biases",
    "zeros",
    "learning-rate",
    "and-without-bias",
    "symmetry",
]
LEARNED, END = 3_000, 10_001  # a step by which the runs that learn have a loss of 0.01; the last step
BUILT_IN = {lesson.name: lesson for lesson in lessons()}


class Run(NamedTuple):
    snapshots: list
    right_since: int | None  # all rows, without a break until the last step

    @property
    def last(self):
        return self.snapshots[-1]


def run(experiment):
    first = start(experiment)
    snapshots = [first, *train(first)]
    outputs = np.array([snapshot.outputs for snapshot in snapshots])
    wrong = np.flatnonzero(~is_right(outputs, experiment.problem.targets).all(axis=1))
    since = int(wrong[-1]) + 1
    return Run(snapshots, since if since < len(snapshots) else None)


def runs(name, *steps):
    """Every start to its last step, or to the step given for it, where it is clear how it goes on."""
    experiments = [each.experiment for each in BUILT_IN[name].starts]
    return [run(replace(each, steps=last or each.steps)) for each, last in zip_longest(experiments, steps)]


def test_the_lessons_are_there_in_their_order():
    assert [lesson.name for lesson in lessons()] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_fits_its_screen_with_all_numbers_filled_in(name):
    lesson = BUILT_IN[name]
    assert len(lesson.question) <= 160 and len(lesson.watch) <= 300 and len(lesson.why_told) <= 600
    assert len(lesson.title) <= 40 and all(len(answer) <= 60 for answer in lesson.answers)
    assert all(len(each.title) <= 32 for each in lesson.starts)
    assert "{" not in lesson.why_told and all(text.isprintable() for text in (lesson.watch, lesson.why))


def test_starts_that_differ_in_their_seed_alone_were_measured_alike():
    measured = {}
    for lesson in BUILT_IN.values():
        for each in (each for each in lesson.starts if each.of is not None):
            numbers = measured.setdefault(replace(each.experiment, seed=0), (each.learned, each.of))
            assert numbers == (each.learned, each.of)


# What the texts say, of each lesson's own starts.


def test_the_tutorial():
    tutorial = runs("tutorial", LEARNED)[0]
    assert tutorial.right_since == 1_141
    losses = [tutorial.snapshots[step].loss for step in (500, 2_000)]
    assert losses == pytest.approx([0.2497, 0.0128], abs=5e-5)
    early, late = (tutorial.snapshots[step].gradients.weights for step in (300, 1_200))
    assert max(abs(dW).max() for dW in early) < 0.002 and max(abs(dW).max() for dW in late) > 0.02


def test_without_a_hidden_layer_every_answer_goes_to_a_half():
    for each in runs("no-hidden-layer", LEARNED, LEARNED):
        assert each.right_since is None
        assert each.last.outputs == pytest.approx(0.5, abs=1e-9)
        assert each.last.parameters.weights[0] == pytest.approx(0, abs=1e-9)


def test_two_hidden_units_learn_from_some_starts():
    fails, learns, with_biases = runs("two-hidden-units", END, LEARNED, LEARNED)
    assert [each.right_since for each in (fails, learns, with_biases)] == [None, 2_196, 1_539]
    assert fails.last.right.tolist() == [False, False, True, True]


def test_one_hidden_unit_gets_three_rows_right_with_biases_and_two_without():
    with_biases, without = runs("one-hidden-unit", END, LEARNED)
    assert with_biases.last.right.tolist() == [True, True, True, False]
    assert with_biases.last.outputs[1:] == pytest.approx(2 / 3, abs=1e-3)
    assert max(snapshot.right.sum() for snapshot in without.snapshots) == 2


def test_the_hidden_layer_moves_two_rows_to_one_place():
    one, other = (each.last.activations[1] for each in runs("hidden-representation"))
    assert one.round().tolist() == [[1, 1], [1, 0], [1, 0], [0, 0]]  # not both, neither
    assert other.round().tolist() == [[1, 0], [0, 0], [1, 1], [1, 0]]  # all but (0,1), only (1,0)
    assert np.hypot(*(one[1] - one[2])) < 0.015 and np.hypot(*(other[0] - other[3])) < 0.015


def test_without_a_bias_a_hidden_unit_answers_a_half_to_nothing():
    without, with_biases = runs("biases", END, LEARNED)
    assert all((snapshot.activations[1][0] == 0.5).all() for snapshot in without.snapshots)
    assert without.last.right.tolist() == [True, True, True, False]
    assert with_biases.right_since == 807
    assert (abs(with_biases.last.activations[1][0] - 0.5) > 0.4).all()


def test_a_seed_that_learns_without_biases_and_not_with_them():
    without = BUILT_IN["two-hidden-units"].starts[1].experiment
    assert without.seed == 42 and not run(replace(without, bias=True)).last.right.all()


def test_from_zeros_nothing_moves_or_all_units_stay_the_same():
    xor, and_ = runs("zeros", 1_000, 1_000)
    assert all(not weights.any() for weights in xor.last.parameters.weights)
    assert and_.right_since == 224
    assert all(np.ptp(snapshot.parameters.weights[0], axis=1).max() == 0 for snapshot in and_.snapshots)


def test_a_small_and_a_large_learning_rate():
    small, large = runs("learning-rate", END, LEARNED)
    tutorial = run(Experiment(steps=1_000))
    assert small.right_since is None and large.right_since == 86
    assert round(small.snapshots[10_000].loss, 3) == 0.219 and round(tutorial.last.loss, 3) == 0.220
    assert [round(large.snapshots[step].loss, 3) for step in (0, 2)] == [0.256, 0.443]


def test_and_needs_a_bias():
    without, with_bias = runs("and-without-bias", LEARNED, END)
    assert without.right_since is None and without.last.outputs == pytest.approx(0.5, abs=1e-9)
    assert with_bias.right_since == 26
    weights, biases = with_bias.last.parameters
    assert [*weights[0].ravel().round(1), biases[0][0].round(1)] == [7.3, 7.3, -11.0]


@pytest.mark.parametrize(("which", "since", "sizes"), [(0, 1_360, [1, 2, 4]), (1, 1_568, [1, 1.5, 2])])
def test_symmetry_is_seen_by_mirrored_weights(which, since, sizes):
    symmetry = run(BUILT_IN["symmetry"].starts[which].experiment)
    assert symmetry.right_since == since
    assert [symmetry.snapshots[step].right.sum() for step in (100, 500, 1_000)] == [56] * 3
    W1 = symmetry.last.parameters.weights[0]
    np.testing.assert_allclose(W1, -W1[::-1], rtol=0.01)
    ratios = np.sort(abs(W1[:3]), axis=0) / abs(W1).min(axis=0)
    np.testing.assert_allclose(ratios.T, [sizes, sizes], rtol=0.02)


# A file of one's own.

MINE = """
[[lesson]]
name = "mine"
title = "My own"
question = "Who?"
answers = ["I", "you", "they"]
right = 2
watch = "this"
why = "because"

[[lesson.start]]
title = "one"
problem = "and"
hidden = "4,3"
seed = 7

[[lesson]]
name = "two-hidden-units"
title = "Another"
question = "Why?"
answers = ["no", "yes"]
right = 1
watch = "that"
why = "therefore"

[[lesson.start]]
title = "two"
learned = 3
of = 4
"""


@pytest.fixture
def written(tmp_path):
    def write(content):
        path = tmp_path / "mine.toml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_a_lesson_of_a_file_takes_the_place_of_its_name_or_comes_last(written):
    mixed = lessons(written(MINE))
    assert [lesson.name for lesson in mixed] == [*NAMES, "mine"]
    assert mixed[2].title == "Another" and mixed[0] == BUILT_IN["tutorial"]


def test_a_start_is_its_problems_own_but_for_the_settings_given(written):
    *_, mine = lessons(written(MINE.replace('"and"', '"symmetry"').replace('"4,3"', "0")))
    its_own = PROBLEMS["symmetry"].defaults
    expected = Experiment(PROBLEMS["symmetry"], **{**its_own, "hidden_sizes": (), "seed": 7})
    assert mine.starts[0].experiment == expected
    assert mine.right == 1 and (mine.starts[0].learned, mine.starts[0].of) == (None, None)


@pytest.mark.parametrize(("hidden", "sizes"), [('"4,3"', (4, 3)), ("4", (4,)), ("0", ()), ('"0"', ())])
def test_hidden_layers_are_written_as_a_number_or_as_they_are_typed(written, hidden, sizes):
    assert lessons(written(MINE.replace('"4,3"', hidden)))[-1].starts[0].experiment.hidden_sizes == sizes


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{learned} of {of}, {percent} %", "1,234 of 2,000, 61.7 %"),
        ("{learned2} of {of2}: {percent2}", "1 of 3: 33.3"),
        ("{seed} {} {{of}} {of.real} {0}", "{seed} {} {2,000} {of.real} {0}"),
    ],
)
def test_measured_numbers_stand_for_their_names_and_other_braces_stay(written, text, filled):
    starts = "learned = 1234\nof = 2000\n[[lesson.start]]\ntitle = 'more'\nlearned = 1\nof = 3\n"
    mine = MINE.replace("because", text).replace("seed = 7\n", starts)
    assert lessons(written(mine))[-1].why_told == filled


@pytest.mark.parametrize("word", ["{learned}", "{percent2}"])
def test_a_number_that_was_not_measured_is_no_text_for_a_class(written, word):
    with pytest.raises(BadFile, match="no start has learned and of"):
        lessons(written(MINE.replace("because", word)))


def test_texts_become_one_line_that_is_safe_to_print_and_stay_literal(written):
    text = '"""\n[b]a  \\u001b[31m\n\n  b\\u0007 \\u202e [/] 日本 \\t ½"""'
    assert lessons(written(MINE.replace('"because"', text)))[-1].why == r"[b]a \x1b[31m b\x07 \u202e [/] 日本 ½"


def test_a_file_with_a_byte_order_mark_and_other_line_ends_is_read(written):
    content = b"\xef\xbb\xbf" + MINE.replace("\n", "\r\n").encode()
    assert lessons(written(content))[-1].title == "My own"


LONG, HUGE, DEEP = "x" * 1_001, "0x" + "f" * 9_000, "[" * 5_000
NESTED = f"[\n{{a{'.a' * 190} = " * 10 + "1" + "}\n]" * 10
MY, HERE, OTHER = "lesson 1 (mine): ", "lesson 1 (mine), start 1: ", "lesson 2 (two-hidden-units)"
TEXT, HIDDEN = (
    "a text of 1 to 1,000 characters",
    "0 for no hidden layer, or 1 to 64 units in each of up to 8 layers",
)
ANSWERS = '["I", "you", "they"]'


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("right = 2", "right = 9", f"{MY}right must be a whole number from 1 to 3, not 9"),
        ("right = 2", "right = 0", f"{MY}right must be a whole number from 1 to 3, not 0"),
        ("right = 2", "right = true", f"{MY}right must be a whole number from 1 to 3, not true"),
        ("right = 2", 'right = "2"', f'{MY}right must be a whole number from 1 to 3, not "2"'),
        ("right = 2", f"right = {NESTED}", f"{MY}right must be a whole number from 1 to 3, not such tables"),
        ("right = 2", "", f"{MY}right is missing"),
        ('title = "My own"', "", f"{MY}title is missing"),
        ('name = "mine"', "", "lesson 1: name is missing"),
        ('name = "mine"', "name = 3", f"lesson 1: name must be {TEXT}, not 3"),
        ('name = "mine"', 'name = "two-hidden-units"', f"{OTHER}: lesson 1 has the same name"),
        ('"Who?"', '" "', f'{MY}question must be {TEXT}, not " "'),
        ('"Who?"', f'"{LONG}"', f"{MY}question must be {TEXT}, not 1,001"),
        (ANSWERS, '["I"]', f'{MY}answers must be a list of 2 to 4 texts, not ["I"]'),
        (ANSWERS, '["1", "2", "3", "4", "5"]', f"{MY}answers must be a list of 2 to 4 texts, not "),
        (ANSWERS, '"I"', f'{MY}answers must be a list of 2 to 4 texts, not "I"'),
        (ANSWERS, '["I", 5]', f'{MY}answers must be texts, each {TEXT}, not ["I", 5]'),
        ("[[lesson.start]]", "[lesson.start]", f"{MY}start must be one or more, each with its name in [[ ]] "),
        ('why = "because"', 'why = "because"\nstart = []\n[[lesson]]', f"{MY}start must be one or more, "),
        ('watch = "this"', 'wach = "this"', f"{MY}there is no key wach; there are name, title, question, "),
        ("seed = 7", "sed = 7", f"{HERE}there is no key sed; there are title, problem, hidden, bias, "),
        ("seed = 7", "mistake = 1", f"{HERE}there is no key mistake; there are title, problem, hidden, "),
        ("seed = 7", "seed = -1", f"{HERE}seed must be a whole number from 0 to 4294967295, not -1"),
        ("seed = 7", "learning-rate = 0", f"{HERE}learning-rate must be a finite number above 0, not 0"),
        (
            "seed = 7",
            "momentum = nan",
            f"{HERE}momentum must be a number from 0 up to, but not including, 1, not",
        ),
        ("seed = 7", 'init = "ones"', f'{HERE}init must be one of normal, uniform, zeros, not "ones"'),
        ("seed = 7", "init-scale = 1001", f"{HERE}init-scale must be a number from 0 to 1,000, not 1001"),
        (
            "seed = 7",
            "steps = 1979-05-27",
            f'{HERE}steps must be a whole number from 1 to 1000000000, not "1979',
        ),
        ("seed = 7", "bias = 1", f"{HERE}bias must be true or false, not 1"),
        ('"and"', '"nor both"', f"{HERE}problem must be one of those that `backprop-tui problems` lists, not "),
        ('"and"', "[]", f"{HERE}problem must be one of those that `backprop-tui problems` lists, not []"),
        ('"4,3"', '"4;3"', f'{HERE}hidden must be {HIDDEN}, as in 4,3, not "4;3"'),
        ('"4,3"', "[4, 3]", f"{HERE}hidden must be {HIDDEN}, as in 4,3, not [4, 3]"),
        ('"4,3"', "65", f"{HERE}hidden must be {HIDDEN}, as in 4,3, not 65"),
        ('"4,3"', "true", f"{HERE}hidden must be {HIDDEN}, as in 4,3, not true"),
        ("learned = 3", "", f"{OTHER}, start 1: learned and of belong together, only one of them is given"),
        ("of = 4", "", f"{OTHER}, start 1: learned and of belong together, only one of them is given"),
        ("learned = 3", "learned = 5", f"{OTHER}, start 1: learned must be a whole number from 0 to 4, not 5"),
        ("of = 4", "of = 0", f"{OTHER}, start 1: of must be a whole number from 1 to 1,000,000, not 0"),
        ('name = "mine"', f"name{'.a' * 201} = 1", "line 3: more than 200 dots"),
        ('name = "mine"', 'name = "mi\\u001b[2J"\nx = 1', r"lesson 1 (mi\x1b[2J): there is no key x; "),
        ('name = "mine"', '"a\\n\\u001b" = 1', r"lesson 1: there is no key a\n\x1b; there are name, title"),
    ],
)
def test_what_is_wrong_in_a_lesson_is_said_in_a_line(written, old, new, fault):
    assert old in MINE
    with pytest.raises(BadFile) as bad:
        lessons(written(MINE.replace(old, new, 1)))
    assert str(bad.value).startswith(f"mine.toml, {fault}")
    assert str(bad.value).isprintable() and len(str(bad.value)) <= 200


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "mine.toml: no lessons; each begins with [[lesson]]"),
        (b"lesson = []", "mine.toml: no lessons; each begins with [[lesson]]"),
        (b"lesson = 3", "mine.toml: lesson must be one or more, each with its name in [[ ]] above it, not 3"),
        (
            b"[lesson]\nx = 1",
            'mine.toml: lesson must be one or more, each with its name in [[ ]] above it, not {"',
        ),
        (b"lesson = [1]", "mine.toml, lesson 1: keys with their values are needed, not 1"),
        (b"x = 1\n[[lesson]]", "mine.toml: there is no key x; there are lesson"),
        (b"x = 1\ny 2", "mine.toml: Expected '=' after a key in a key/value pair (at line 2, column 3)"),
        (b"x = 1\nx = 2\n", "mine.toml: Cannot overwrite a value (at line 2, column 6)"),
        (b"x = ", "mine.toml: Invalid value (at end of document)"),
        (b"#\0", r"mine.toml: Found invalid character '\x00' (at line 1, column 2)"),
        (b"x = " + b"9" * 5_000, "mine.toml: a number too long, or lists too deep in each other"),
        (b"x = " + HUGE.encode(), "mine.toml: a number too long, or lists too deep in each other"),
        (b"x = " + DEEP.encode(), "mine.toml: a number too long, or lists too deep in each other"),
        (b"#\n#" + "Schöß".encode("latin-1"), "mine.toml, line 2: not text in UTF-8"),
        (MINE.encode("utf-16"), "mine.toml, line 1: not text in UTF-8"),
        (b"#" * 2**18 + b"#", "mine.toml: larger than 256 KiB"),
    ],
)
def test_what_is_no_file_of_lessons_is_refused_in_a_line(written, content, line):
    with pytest.raises(BadFile) as bad:
        lessons(written(content))
    assert str(bad.value).startswith(line)
    assert str(bad.value).isprintable() and len(str(bad.value)) <= 200


def test_what_is_no_ordinary_file_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "fifo.toml")
    for path, reason in (
        (tmp_path, "Is a directory"),
        (tmp_path / "fifo.toml", "not an ordinary file"),
        (tmp_path / "none.toml", "No such file or directory"),
    ):
        with pytest.raises(BadFile, match=reason):
            lessons(path)


def test_nothing_is_read_before_it_is_asked_for():
    code = (
        "import sys\nopened = []\n"
        "sys.addaudithook(lambda event, given: event == 'open' and opened.append(str(given[0])))\n"
        "from backprop_tui.core.lessons import lessons\n"
        "before = any('lessons.toml' in path for path in opened)\n"
        "lessons()\n"
        "print(before, any('lessons.toml' in path for path in opened))"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert finished.stdout.split() == ["False", "True"]
