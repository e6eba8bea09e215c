import re
import unicodedata
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from backprop_tui import ui
from backprop_tui.core import timeline as run
from backprop_tui.core.curve import Curve
from backprop_tui.core.experiment import Experiment, fitting
from backprop_tui.core.moment import Stretch
from backprop_tui.core.network import Parameters
from backprop_tui.core.problems import PROBLEMS, XOR, problem
from backprop_tui.core.training import snapshot_of, start, train
from backprop_tui.ui.drawing.braille import braille, contour
from backprop_tui.ui.drawing.decision_map import HALVES, INKS, decision_map
from backprop_tui.ui.drawing.hidden_plane import hidden_plane, pairs
from backprop_tui.ui.drawing.lines import PROBABILITY_STYLES, STYLES, text_of, width_of
from backprop_tui.ui.drawing.weight_paths import weight_paths

SIZES = [(20, 4), (28, 5), (39, 9), (65, 25), (120, 40)]
TWO_UNITS = Experiment(hidden_sizes=(2,), bias=True)
BOTH_GATES = problem("both", "both gates", XOR.inputs, np.column_stack((XOR.targets, 1 - XOR.targets)))
LEARNED = [XOR, BOTH_GATES, PROBLEMS["moons"], PROBLEMS["symmetry"]]
# h1 is x1 OR x2, h2 is x1 AND x2, and ŷ is above ½ where 20·h1 − 40·h2 > 10.
OR_AND = Parameters(
    [np.array([[20.0, 20.0], [20.0, 20.0]]), np.array([[20.0], [-40.0]])],
    [np.array([-10.0, -30.0]), np.array([-10.0])],
)


@np.errstate(all="ignore")
def with_weights(experiment, parameters):
    return snapshot_of(experiment, 0, parameters, None)


def solved():
    return with_weights(TWO_UNITS, OR_AND)


def nothing_learned(experiment):
    """Every weight zero: every output is exactly ½."""
    return start(replace(experiment, init="zeros"))


def texts(lines):
    return [text_of(line).rstrip() for line in lines]


def area(lines):
    """The characters right of the y axis, row by row."""
    cut = [(text_of(line), max(map(text_of(line)[:8].find, "┤│"))) for line in lines]
    return [text[axis + 1 :] for text, axis in cut if axis >= 0]


def is_braille(character):
    return "\u2800" < character <= "\u28ff"


def cell(rows, across, up):
    """The character at this share of the way across and up, from the middle of one corner cell to another's."""
    row = int(np.floor((1 - up) * (len(rows) - 1) + 0.5))
    return rows[row][int(np.floor(across * (len(rows[0]) - 1) + 0.5))]


def sigma(z):
    return 1 / (1 + np.exp(-z))


def test_braille_dots_are_those_of_the_characters_names():
    numbers = {1: (0, 0), 2: (1, 0), 3: (2, 0), 7: (3, 0), 4: (0, 1), 5: (1, 1), 6: (2, 1), 8: (3, 1)}
    for pattern in range(1, 256):
        dots = [number for bit, number in enumerate(sorted(numbers)) if pattern >> bit & 1]
        cell_dots = np.zeros((4, 2), dtype=bool)
        for number in dots:
            cell_dots[numbers[number]] = True
        name = unicodedata.name(str(braille(cell_dots)[0, 0]))
        assert name.rpartition("-")[2] == "".join(map(str, dots))


def test_braille_cells_stand_where_their_dots_are():
    dots = np.zeros((8, 6), dtype=bool)
    dots[0, 0] = dots[7, 5] = True
    assert ["".join(row) for row in braille(dots)] == ["⠁⠀⠀", "⠀⠀⢀"]


def test_a_contour_runs_along_the_dots_nearest_to_zero():
    upright = np.arange(5.0) - np.full((3, 1), 2.2)
    assert contour(upright).tolist() == [[False, False, True, False, False]] * 3
    assert contour(-upright.T).tolist() == contour(upright).T.tolist()


def test_zero_is_no_side_of_its_own_but_below():
    assert contour(np.array([[-1.0, 0.0, 0.0]])).tolist() == [[False, False, False]]
    assert contour(np.array([[0.0, 1.0, 1.0]])).tolist() == [[True, False, False]]


def test_a_flat_field_has_no_contour_whatever_its_value():
    assert not any(contour(np.full((4, 6), value)).any() for value in (-1.0, 0.0, 1.0))


def test_a_hidden_plane_by_hand():
    """The line is y = x/2 − ¼: from halfway along the lower edge to a quarter of the way up the right one."""
    assert texts(hidden_plane(solved(), 0, 34, 11)) == [
        " 1┤                            11○",
        "  │",
        "  │",
        "h2┤",
        "  │",
        "  │                            ⢀⣀⡠",
        "  │                    ⣀⣀⠤⠤⠒⠒⠉⠉⠁ ·",
        " 0┤○00            ⢠⠒⠊⠉⠉ · · 01,10●",
        "   0───────────── h1 ────────────1",
        "● 1  ○ 0  ◐ both  · ŷ > ½",
        "4 of 4 on their side of the line ✓",
    ]


def test_every_example_stands_where_its_hidden_units_are():
    network = Experiment(hidden_sizes=(3,), seed=7, init_scale=2.0)
    first = start(network)
    for pair, (x, y) in enumerate([(0, 1), (0, 2), (1, 2)]):
        rows = area(hidden_plane(first, pair, 66, 26))
        for inputs, target in zip(XOR.inputs, XOR.targets[:, 0]):
            hidden = [sigma(float(np.dot(inputs, first.parameters.weights[0][:, unit]))) for unit in (x, y)]
            assert cell(rows, *hidden) == ("●" if target else "○")


def test_pairs_are_counted_round_and_round():
    assert pairs(3) == [(0, 1), (0, 2), (1, 2)] and pairs(1) == []
    first = start(Experiment(hidden_sizes=(3,)))
    assert hidden_plane(first, 4, 40, 10) == hidden_plane(first, 1, 40, 10) != hidden_plane(first, 0, 40, 10)


def test_the_dotted_side_is_where_the_output_is_above_half_with_the_others_at_their_mean():
    first = start(Experiment(hidden_sizes=(4,), bias=True, init="uniform", init_scale=2.0, seed=1))
    hidden = sigma(XOR.inputs @ first.parameters.weights[0] + first.parameters.biases[0])
    drawn = hidden_plane(first, 0, 60, 20)
    rows = area(drawn)
    kinds = set()
    for row, text in enumerate(rows):
        for column, character in enumerate(text):
            units = hidden.mean(axis=0)
            units[:2] = column / (len(text) - 1), 1 - row / (len(rows) - 1)
            output = sigma(units @ first.parameters.weights[1][:, 0] + first.parameters.biases[1][0])
            if character in "· " and (row + column) % 2 == 0:
                assert (character == "·") == (output > 0.5)
                kinds.add(character)
    assert kinds == {"·", " "} and texts(drawn)[-2].startswith("h3 h4 at their mean")


def test_a_line_that_is_out_of_sight_is_said_in_words():
    below, above = (
        with_weights(TWO_UNITS, Parameters(OR_AND.weights, [OR_AND.biases[0], np.array([bias])]))
        for bias in (-21.0, 41.0)
    )
    drawn = [texts(hidden_plane(snapshot, 0, 40, 10)) for snapshot in (below, above)]
    assert [lines[-2].rpartition("  ")[2] for lines in drawn] == ["ŷ > ½ nowhere", "ŷ > ½ everywhere"]
    assert not any(is_braille(character) for character in "".join(drawn[0] + drawn[1]))


def test_of_more_than_two_units_it_says_how_many_the_cut_parts_and_how_many_all_units_do():
    *_, learned = train(start(Experiment(steps=2_000)))
    told = set()
    for facet, (x, y) in enumerate(pairs(4)):
        hidden, weights = learned.activations[1], learned.parameters.weights[1][:, 0]
        others = [unit for unit in range(4) if unit not in (x, y)]
        moved = hidden.copy()
        moved[:, others] = hidden[:, others].mean(axis=0)
        parted = int(((moved @ weights > 0) == (learned.experiment.problem.targets[:, 0] == 1)).sum())
        line = text_of(hidden_plane(learned, facet, 60, 12)[-1])
        assert line == f"{parted} of 4 on their side, 4 with all units"
        told.add(parted)
    assert told == {2, 3}


def test_examples_in_one_cell_are_named_or_counted():
    drawn = texts(hidden_plane(nothing_learned(TWO_UNITS), 0, 34, 9))
    assert drawn[2] == "h2┤               ◐00,01,10,11" and drawn[-1] == "2 of 4 on their side of the line"
    many = texts(hidden_plane(nothing_learned(fitting(PROBLEMS["symmetry"])), 0, 34, 9))
    assert many[2] == "h2┤               ◐×64" and many[-1] == "56 of 64 on their side of the line"


def test_the_line_is_the_first_outputs_and_so_is_its_verdict():
    """The first output answers 1 to 1 alone, and its 4 rows are right; the other outputs always answer 1."""
    encoder = fitting(PROBLEMS["encoder-4-2-4"], bias=True)
    below = Parameters(
        [np.array([[9.0, 9.0], [-9.0, 9.0], [9.0, -9.0], [-9.0, -9.0]]), np.tile([[20.0, 0, 0, 0]], (2, 1))],
        [np.zeros(2), np.array([-30.0, 9.0, 9.0, 9.0])],
    )
    drawn = texts(hidden_plane(with_weights(encoder, below), 0, 40, 12))
    assert drawn[-1] == "4 of 4 on their side of the line ✓" and "ŷ1 > ½" in drawn[-2]
    assert drawn[0].endswith("1000●") and "".join(drawn[:-2]).count("○") == 3


def test_one_hidden_unit_makes_a_line_of_points():
    experiment = Experiment(hidden_sizes=(1,), bias=True)
    parameters = Parameters([np.array([[9.0], [9.0]]), np.array([[8.0]])], [np.array([-9.0]), np.array([-6.0])])
    rows = area(hidden_plane(with_weights(experiment, parameters), 0, 42, 9))
    points = [row for row in rows if "●" in row]
    assert len(points) == 1 and [cell([points[0]], x, 0) for x in (sigma(-9), 0.5, sigma(9))] == ["○", "●", "○"]
    assert all(is_braille(cell([row], 0.75, 0)) for row in rows)


def test_without_a_hidden_layer_there_is_no_plane():
    assert texts(hidden_plane(start(Experiment(hidden_sizes=())), 0, 20, 5)) == [
        "no hidden layer:",
        "nothing is hidden",
    ]


def test_the_contour_of_a_solved_xor_keeps_the_answers_apart():
    rows = area(decision_map(solved(), 0, 39, 13))
    assert [cell(rows, x, y) for x, y in XOR.inputs] == ["○", "●", "●", "○"]
    reached, front = set(), [(len(rows) - 1, 0)]  # from 00, never over the contour
    while front:
        row, column = front.pop()
        inside = 0 <= row < len(rows) and 0 <= column < len(rows[0])
        if inside and (row, column) not in reached and not is_braille(rows[row][column]):
            reached.add((row, column))
            front += [(row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)]
    assert len(reached) > 20 and {rows[row][column] for row, column in reached} == {"○", " "}
    assert any("█" in row for row in rows)


def test_a_flat_half_draws_no_contour():
    drawn = texts(decision_map(nothing_learned(TWO_UNITS), 0, 39, 9))
    assert not any(is_braille(character) or character == "█" for line in drawn for character in line)
    assert drawn[-1] == "○ 0  ● 1  ✕ wrong  ŷ > ½ nowhere"


def test_a_pixel_has_the_shade_of_the_output_there_and_the_contour_is_where_that_is_half():
    slow = Parameters([np.array([[3.0], [-2.0]])], [np.array([-0.7])])
    drawn = decision_map(with_weights(Experiment(hidden_sizes=(), bias=True), slow), 0, 40, 12)
    rows, counted = drawn[:-2], {"halves": 0, "contour": 0}
    columns = width_of(rows[0][1:])
    for row, line in enumerate(rows):
        cells = [(character, style) for text, style in line[1:] for character in text]
        for column, (character, style) in enumerate(cells):
            halves = [1 - (row + part) / (len(rows) - 1) for part in (-0.25, 0.25)]
            z = [3 * column / (columns - 1) - 2 * up - 0.7 for up in np.clip(halves, 0, 1)]
            if character in "▀▄":
                ink, ground = (PROBABILITY_STYLES.index(name) for name in style.split("/"))
                upper, lower = (ink, ground) if character == "▀" else (ground, ink)
                assert upper != lower and (upper > lower) == (z[0] > z[1])
                assert all(abs(8 * sigma(each) - shade - 0.5) < 0.8 for each, shade in zip(z, (upper, lower)))
                counted["halves"] += 1
            elif is_braille(character):
                assert abs(sum(z)) < 2 * (2 / (len(rows) - 1) + 3 / (columns - 1))
                counted["contour"] += 1
    assert counted["halves"] > 20 and counted["contour"] >= len(rows)


def test_marks_are_black_on_light_ground_and_white_on_dark():
    """In every theme: the colours are the heat map's, read here from where the app has them."""
    css = (Path(ui.__file__).parent / "app.tcss").read_text()
    colours = dict(re.findall(r"& > \.((?:weight|probability)-\d) \{[^}]*?(?<![\w-])color: #(\w{6})", css))
    for style in INKS:
        lightness = [_luminance(colours[name]) + 0.05 for name in style.split("/")]
        assert max(lightness) / min(lightness) > 4.5


def _luminance(colour):
    """Of the WCAG's contrast ratio, https://www.w3.org/TR/WCAG21/#dfn-relative-luminance."""
    channels = np.array([int(colour[at : at + 2], 16) for at in (0, 2, 4)]) / 255
    linear = np.where(channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_wrong_is_an_example_on_the_wrong_side_of_the_output_looked_at():
    parameters = Parameters([np.array([[20.0, 0.0], [0.0, 0.0]])], [np.array([-10.0, 5.0])])
    snapshot = with_weights(Experiment(BOTH_GATES, (), True), parameters)  # answers x1, and always 1
    marks = [
        [cell(area(decision_map(snapshot, output, 30, 8)), x, y) for x, y in XOR.inputs] for output in (0, 1, 2)
    ]
    assert marks == [["○", "✕", "●", "✕"], ["●", "✕", "✕", "●"], marks[0]]


def test_a_map_reaches_a_tenth_beyond_inputs_that_leave_the_unit_square():
    targets = [[0], [1], [1]]
    snapshot = start(Experiment(problem("", "", [[-1, 0], [1, 5], [0, 2.5]], targets), (2,)))
    drawn = decision_map(snapshot, 0, 44, 23)
    rows = area(drawn)
    assert [cell(rows, *place) for place in ((1 / 12, 1 / 12), (0.5, 0.5), (11 / 12, 11 / 12))].count(" ") == 0
    labels = texts(drawn)
    assert labels[0].startswith(" 5.5┤") and labels[20].startswith("−0.5┤")
    assert labels[21].split("─")[0].strip() == "−1.2" and labels[21].endswith("─1.2")


def test_a_map_needs_two_inputs():
    assert texts(decision_map(start(fitting(PROBLEMS["symmetry"])), 0, 60, 9)) == [
        "only for two inputs: this problem has 6"
    ]


def trained(experiment, steps):
    timeline, moment = run.begin(experiment)
    stretch = Stretch(moment.snapshot)
    for snapshot in islice(train(moment.snapshot), steps):
        stretch.add(snapshot)
    return run.after(timeline, moment, stretch) if steps else (timeline, moment)


def recorded(steps, rows, latest, experiment):
    """A timeline with these key snapshots, each a row of weights."""
    return replace(
        run.begin(experiment)[0],
        curve=Curve(np.array([steps[0], latest]), np.array([0.25, 0.25])),
        key_steps=np.array(steps),
        keys=np.array(rows, dtype=float),
    )


NO_LAYER = Experiment(hidden_sizes=())


def test_weight_paths_by_hand():
    timeline = recorded([1000, 2000], [[4, -2], [4, -2]], 2000, NO_LAYER)
    now = with_weights(NO_LAYER, Parameters([np.array([[4.0], [-2.0]])]))._replace(step=2000)
    assert texts(weight_paths(timeline, now, 35, 7)) == [
        "+4.00┤⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉ x1→ŷ +4.00",
        "     │",
        "     │",
        "    0┤┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈",
        "     │",
        "−2.00┤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀ x2→ŷ −2.00",
        "      1,000─ step ─2,000",
    ]


def test_every_weights_path_goes_through_its_values():
    timeline, moment = trained(replace(TWO_UNITS, seed=1), 2000)
    drawn = weight_paths(timeline, moment.snapshot, 70, 24)
    curves = [text_of(line).partition("┤")[2] or text_of(line)[6:] for line in drawn[:-1]]
    columns = text_of(drawn[-1]).rindex("2,000") + len("2,000") - 6
    steps = [*timeline.key_steps, 2000]
    weights = np.vstack(
        (timeline.keys[:, :9], np.concatenate([w.ravel() for each in moment.snapshot.parameters for w in each]))
    )
    low, high = weights.min(), weights.max()
    for step, values in zip(steps, weights):
        for value in values:
            column = int(step / 2000 * (2 * columns - 1)) // 2
            row = int((high - value) / (high - low) * (4 * len(curves) - 1) + 0.5) // 4
            near = [curves[row + by][column] for by in (-1, 0, 1) if 0 <= row + by < len(curves)]
            assert any(map(is_braille, near))


def test_names_stand_where_their_weights_end_the_largest_first():
    timeline, moment = trained(Experiment(), 3000)
    parameters = moment.snapshot.parameters
    values = {f"x{x + 1}→h{h + 1}": parameters.weights[0][x, h] for x in range(2) for h in range(4)}
    values |= {f"h{h + 1}→ŷ": parameters.weights[1][h, 0] for h in range(4)}
    drawn = texts(weight_paths(timeline, moment.snapshot, 60, 13))[:-1]
    labels = {row: line.split()[-2:] for row, line in enumerate(drawn) if "→" in line}
    known = np.vstack((timeline.keys[:, :12], list(values.values())))
    low, high = known.min(), known.max()
    for row, (name, number) in labels.items():
        assert float(number.replace("−", "-")) == pytest.approx(values[name], abs=0.05)
        assert abs(row - int((high - values[name]) / (high - low) * 47 + 0.5) // 4) <= 1
    assert max(values, key=lambda name: abs(values[name])) in {name for name, _ in labels.values()}
    assert len(labels) >= 6 and len({name for name, _ in labels.values()}) == len(labels)


@pytest.mark.parametrize(
    ("weights", "labels"),
    [
        ([4, 3.9], ["x1→ŷ +4.00", "x2→ŷ +3.90", "", ""]),
        ([3.9, 4], ["x2→ŷ +4.00", "x1→ŷ +3.90", "", ""]),
        ([-4, -3.9], ["", "", "x2→ŷ −3.90", "x1→ŷ −4.00"]),
    ],
)
def test_of_two_weights_that_end_in_one_row_the_smaller_is_named_nearer_to_zero(weights, labels):
    timeline = recorded([0, 9], [weights, weights], 9, NO_LAYER)
    now = with_weights(NO_LAYER, Parameters([np.array(weights, dtype=float)[:, np.newaxis]]))._replace(step=9)
    drawn = weight_paths(timeline, now, 40, 5)
    assert [text_of(line)[30:].strip() for line in drawn[:4]] == labels


def test_biases_have_names_too():
    timeline, moment = trained(Experiment(hidden_sizes=(1,), bias=True, init="uniform", seed=2), 0)
    shown = " ".join(texts(weight_paths(timeline, moment.snapshot, 60, 40)))
    assert all(name in shown for name in ("x1→h1", "x2→h1", "h1→ŷ", "b→h1", "b→ŷ"))


def test_an_earlier_moment_is_marked_at_its_step():
    timeline, latest = trained(Experiment(), 1000)
    earlier = run.at(timeline, 250).snapshot
    drawn = texts(weight_paths(timeline, earlier, 60, 12))
    axis = drawn[-1]
    left, right = axis.index("0"), len(axis) - 1
    marked = [line.find("│", left) for line in drawn[:-1] if line.find("│", left) >= 0]
    assert len(marked) > 3 and set(marked) == {left + round((right - left) / 4)}
    assert "step 250" in axis and axis.endswith("1,000")
    now = texts(weight_paths(timeline, latest.snapshot, 60, 12))
    assert not any("│" in line[left:] for line in now)


def test_a_moment_between_two_key_snapshots_is_on_the_paths():
    timeline = recorded([0, 100], [[1, 0], [1, 0]], 100, NO_LAYER)
    at_50 = with_weights(NO_LAYER, Parameters([np.array([[-1.0], [0.0]])]))._replace(step=50)
    drawn = texts(weight_paths(timeline, at_50, 19, 12))
    assert drawn[10].startswith("−1.00┤") and is_braille(drawn[10][6 + 6])
    assert is_braille(drawn[0][6]) and is_braille(drawn[0][18])


def saturated(experiment):
    shapes = list(zip(experiment.layer_sizes, experiment.layer_sizes[1:]))
    signs = np.random.RandomState(0)
    weights = [1e6 * np.sign(signs.standard_normal(shape)) for shape in shapes]
    return with_weights(experiment, Parameters(weights, [np.full(units, -1e6) for _, units in shapes]))


@pytest.mark.parametrize("hidden", [(), (1,), (2,), (4,), (8, 8)], ids=str)
@pytest.mark.parametrize("problem", LEARNED, ids=lambda each: each.title)
def test_everything_fits_every_size(hidden, problem):
    experiment = Experiment(problem, hidden, bias=True, learning_rate=0.01)
    timeline, moment = trained(experiment, 33)
    known = STYLES | {*HALVES.ravel(), *INKS}
    for snapshot in (moment.snapshot, saturated(experiment)._replace(step=33)):
        for width, height in SIZES:
            for lines in (
                hidden_plane(snapshot, 1, width, height),
                decision_map(snapshot, 1, width, height),
                weight_paths(timeline, snapshot, width, height),
            ):
                assert 0 < len(lines) <= height and all(width_of(line) <= width for line in lines)
                assert {style for line in lines for _, style in line} <= known
                assert not any(word in text_of(line) for line in lines for word in ("nan", "inf"))


def test_the_largest_numbers_there_are_can_be_drawn():
    largest = np.finfo(float).max
    snapshot = with_weights(
        Experiment(problem("", "", [[-largest, 0], [largest, 1]], [[0], [1]]), (3,)),
        Parameters([np.tile([[largest], [-largest]], (1, 3)), np.array([[largest], [-largest], [largest]])]),
    )
    timeline = run.begin(snapshot.experiment)[0]
    assert hidden_plane(snapshot, 0, 39, 9) and decision_map(snapshot, 0, 39, 9)
    assert "+2e308" in "".join(texts(weight_paths(timeline, snapshot, 39, 9)))
