"""The line-by-line screen: its keys, and every number on it against the other numbers on it."""

import math
import re
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from backprop_tui.core.derivation import derivation
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.mistakes import MISTAKES
from backprop_tui.core.training import following
from backprop_tui.ui.drawing.derivation_lines import Cursor, equation_lines, list_lines
from backprop_tui.ui.drawing.lines import text_of, width_of
from backprop_tui.ui.drawing.matrix_blocks import transposed
from backprop_tui.ui.screens.choice import Choice
from backprop_tui.ui.screens.line_by_line import LineByLine
from tests.core.test_derivation import after
from tests.ui.test_app import opened, screen_text

PANE = (56, 22)  # what the right half has at 80×24
SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
OPENED = Cursor(1, 1, opened=True)


def drawn(equations, at, cursor, size=PANE):
    return [text_of(line).rstrip() for line in equation_lines(equations, at, cursor, *size)]


def value_of(text: str) -> float:
    """What a line of arithmetic comes to, with the numbers as they stand there."""
    text = re.sub(r"e−(\d+)", r"E-\1", text)
    for symbol, python in (("·", "*"), ("−", "-"), ("e^", f"{math.e!r}**"), ("²", "**2"), ("½", "0.5")):
        text = text.replace(symbol, python)
    return eval(text)


def decimals_of(text: str) -> int:
    mantissa, _, exponent = text.replace("−", "-").partition("e")
    return len(mantissa.partition(".")[2]) - int(exponent or 0)


EXPERIMENTS = [
    Experiment(hidden_sizes=hidden_sizes, bias=bias, momentum=momentum)
    for hidden_sizes, bias, momentum in product([(), (4,), (4, 3)], [False, True], [0.0, 0.9])
]


@pytest.mark.parametrize("step", [0, 1, 1_100, 6_000])
@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda e: f"{e.hidden_sizes} {e.bias} {e.momentum}")
def test_every_opened_value_can_be_computed_from_the_numbers_in_its_line(experiment, step):
    equations = derivation(after(experiment, step))
    for at, equation in enumerate(equations):
        for row, column in np.ndindex(equation.result.values.shape):
            shown = drawn(equations, at, Cursor(row, column, opened=True), (200, 100))
            opened_line = next(
                line for line in shown if re.match(rf"(new )?{equation.result.name}( at .*)?: ", line)
            )
            sum_text, _, result = opened_line.partition(": ")[2].rpartition(" = ")
            result = result.replace("(", "").replace(")", "")
            off = abs(value_of(sum_text) - value_of(result))
            assert off <= 0.5 * 10.0 ** -decimals_of(result) * (1 + 1e-9), opened_line


def read_off(lines, named, occurrence):
    """The values and their texts of the matrix with this name, read where it stands on the screen.

    occurrence: the first (0) or the last (-1) of that name, for W1 stands there old and new.
    """
    if named.row_labels == ("",):
        text = re.search(r"\[(.+?)\]", "\n".join(lines))[1]
        return float(text), [[text]], 0
    labels = r" +".join(re.escape(label) for label in named.column_labels)
    heading = re.compile(rf"(?=(?:^|(?<= )){re.escape(named.name)}(?: ×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)| +{labels}))")
    found = []
    for y, line in enumerate(lines):
        for match in heading.finditer(line):
            exponent = int(match[1].translate(SUPERSCRIPTS)) if match[1] else 0
            below = lines[y + 1 + bool(match[1]) :]
            rows = [line[match.start() :].replace("[", " ").replace("]", " ").strip() for line in below]
            if len(rows) >= len(named.row_labels) and all(map(str.startswith, rows, named.row_labels)):
                found.append((rows, exponent))
    rows, exponent = found[occurrence]
    texts = [
        row.removeprefix(label).split()[: len(named.column_labels)]
        for label, row in zip(named.row_labels, rows)
    ]
    values = [[float(f"{text.replace('−', '-')}e{exponent}") for text in row] for row in texts]
    return np.array(values).reshape(named.values.shape), texts, exponent


@pytest.mark.parametrize("step", [0, 7, 1_100])
def test_the_default_networks_matrices_can_be_computed_from_those_on_an_80_by_24_screen(step):
    """From the rendered text alone, to the last digit of every value of the result."""
    equations = derivation(after(Experiment(), step))
    for at, equation in enumerate(equations):
        lines = drawn(equations, at, Cursor(1, 0))
        read = {}
        for role, operand in equation.operands.items():
            if operand.row_labels == ("",):
                read[role] = float(re.search(rf"{operand.name} = (\S+)", "\n".join(lines))[1])
            elif any(f"{operand.name}ᵀ " in line for line in lines[2:]):
                read[role] = read_off(lines, transposed(operand), 0)[0].T
            else:
                read[role] = read_off(lines, operand, 0)[0]
        by_hand = np.atleast_2d(computed_by_hand(equation.result.name, read))
        title = "new " * (equation.part == "update") + equation.result.name
        _, texts, exponent = read_off(lines, replace(equation.result, name=title), -1)
        for (row, column), value in np.ndenumerate(by_hand):
            text = texts[row][column]
            assert f"{value / 10.0**exponent:.{decimals_of(text)}f}".replace("-", "−") in (text, "−" + text)


def computed_by_hand(name, read):
    """The tutorial's lines once more, on the numbers read off the screen."""
    return {
        "z1": lambda: read["below"] @ read["W"],
        "a1": lambda: 1 / (1 + np.exp(-read["z"])),
        "z2": lambda: read["below"] @ read["W"],
        "ŷ": lambda: 1 / (1 + np.exp(-read["z"])),
        "L": lambda: np.mean((read["y"] - read["a"]) ** 2),
        "E": lambda: np.sum((read["y"] - read["a"]) ** 2) / 2,
        "δ_out": lambda: (read["a"] - read["y"]) * read["a"] * (1 - read["a"]),
        "dW2": lambda: read["below"].T @ read["δ"],
        "δ_hid": lambda: (read["above"] @ read["V"].T) * read["a"] * (1 - read["a"]),
        "dW1": lambda: read["below"].T @ read["δ"],
        "W2": lambda: read["W"] - read["ε"] * read["dW"],
        "W1": lambda: read["W"] - read["ε"] * read["dW"],
    }[name]()


@pytest.mark.parametrize("size", [(30, 10), PANE, (76, 36), (150, 60)])
@pytest.mark.parametrize("experiment", [*EXPERIMENTS, Experiment(hidden_sizes=(64, 8))])
def test_every_line_stays_in_its_box(experiment, size):
    equations = derivation(after(experiment, 2))
    for at in range(len(equations)):
        for cursor in (Cursor(), Cursor(50, 50, opened=True)):
            lines = equation_lines(equations, at, cursor, *size)
            assert len(lines) <= size[1]
            if size != (30, 10):
                assert max(map(width_of, lines)) <= size[0]
        assert len(list_lines(equations, at, Cursor(), *size)) <= size[1]


async def test_the_screen_shows_formula_meaning_shapes_and_names():
    async with opened() as (app, pilot):
        await pilot.press("m")
        assert isinstance(app.screen, LineByLine)
        shown = screen_text(app)
        for words in (
            "Step 0 → 1 · line 1 of 12: forward",
            *("▸ z1 = X·W1", "– a1 = σ(z1)", "– W1 ← W1 − ε·dW1"),
            *("(4,2)×(2,4) → (4,4)", "Each unit adds up what comes in"),
            *("0.24836 −0.06913  0.32384  0.76151", "0,1   −0.117   −0.117    0.790    0.384"),
        ):
            assert words in shown, words
        await pilot.press("down", "tab", "enter")
        assert "z1 at 0,1 h2: 0·(−0.06913) + 1·(−0.11707) = −0.117" in screen_text(app)


async def test_all_lines_forward_and_back_and_the_step_is_made():
    async with opened() as (app, pilot):
        await pilot.press("full_stop", "m")
        first = app.snapshot
        for line in range(2, 13):
            await pilot.press("right")
            assert f"Step 1 → 2 · line {line} of 12" in screen_text(app)
        assert app.snapshot is first
        await pilot.press("right")
        assert "Step 2 → 3 · line 1 of 12" in screen_text(app)
        assert (app.snapshot.parameters.weights[0] == following(first).parameters.weights[0]).all()
        await pilot.press("left")
        assert "Step 1 → 2 · line 12 of 12" in screen_text(app) and app.snapshot.step == 1
        await pilot.press("escape")
        assert app.screen is app.run_screen and "1 of 10,001" in screen_text(app)


async def test_before_the_first_line_of_all_there_is_none_and_after_the_last_step_it_says_so():
    async with opened(Experiment(steps=1)) as (app, pilot):
        await pilot.press("m", "left")
        assert "Step 0 → 1 · line 1 of 12" in screen_text(app)
        await pilot.press(*["right"] * 12)
        assert app.snapshot.step == 1
        await pilot.press(*["right"] * 12)
        assert "The run is finished: no step follows." in screen_text(app)


async def test_space_plays_the_lines():
    async with opened() as (app, pilot):
        await pilot.press("m", "space")
        assert "playing" in screen_text(app)
        for _ in range(13):
            app.screen.play_on()
        assert app.snapshot.step == 1 and app.screen.reading.at == 1
        await pilot.press("space")
        assert "playing" not in screen_text(app)


async def test_at_120_by_40_the_neighbours_stand_by():
    async with opened(size=(120, 40)) as (app, pilot):
        await pilot.press("m", "right", "right")
        shown = screen_text(app)
        assert "before" in shown and "to come" in shown
        assert re.search(r"0,0 +–", shown)
        assert "    0,0: 0.5000 0.5000 0.5000 0.5000" in shown  # a1 keeps its values
        assert "✓ a1 = σ(z1)" in shown and "– δ_hid = (δ_out·W2ᵀ) ⊙ a1 ⊙ (1 − a1)" in shown


async def test_the_gradient_check_and_its_dial():
    async with opened() as (app, pilot):
        await pilot.press("m", "c")
        shown = screen_text(app)
        assert "The gradient is right" in shown and "W2 h4→ŷ" in shown and "▸ 1e−5" in shown
        await pilot.press("plus", "plus")
        assert "▸ 1e−3" in screen_text(app)
        await pilot.press(*["minus"] * 20)
        assert "▸ 1e−12" in screen_text(app)
        await pilot.press("c")
        assert "z1 = X·W1" in screen_text(app)


async def test_a_mistake_is_marked_turns_the_check_to_wrong_and_reset_clears_it():
    async with opened() as (app, pilot):
        await pilot.press("m", "exclamation_mark")
        assert isinstance(app.screen, Choice)
        await pilot.press("down", "down", "down", "enter")
        assert app.snapshot.experiment.mistake is MISTAKES["sign"]
        await pilot.press("c")
        assert "BROKEN: sign flipped" in screen_text(app) and "The gradient is wrong" in screen_text(app)
        await pilot.press("escape", "pagedown", "pagedown", "pagedown")
        shown = screen_text(app)
        assert "BROKEN: sign flipped" in shown and "a mistake is on" in shown and "0.49" in shown
        await pilot.press("r")
        assert app.snapshot.experiment.mistake is None and "BROKEN" not in screen_text(app)


async def test_a_step_that_cannot_be_made_is_shown_as_the_error_it_is():
    async with opened(Experiment(mistake=MISTAKES["shape"])) as (app, pilot):
        await pilot.press("v", "full_stop")
        shown = screen_text(app)
        assert app.snapshot.step == 0 and "δ_out came out (4,4), (4,1) was meant" in shown
        assert "there is no gradient" in shown
        await pilot.press("m", *["right"] * 6)
        shown = screen_text(app)
        assert "(4,1) − (1,4) → (4,4)" in shown and "was meant: the step cannot" in shown
        await pilot.press("right")
        assert app.screen.reading.at == 6 and "δ_out came out" in screen_text(app).splitlines()[0]
        await pilot.press("c")
        assert "no gradient to check: δ_out came out (4,4)" in screen_text(app)


async def test_help_tells_this_screens_keys():
    async with opened(size=(100, 50)) as (app, pilot):
        await pilot.press("m", "question_mark")
        shown = screen_text(app)
        assert "The next line; after the last the step is made." in shown and "Is it right?" in shown
        await pilot.press("escape", "escape")
        assert app.screen is app.run_screen


async def test_the_check_and_back_shows_the_line_that_was_read():
    async with opened() as (app, pilot):
        await pilot.press("m", "c", "right", "left", "enter", "c", "right", "right", "c", "c", "right")
        shown = screen_text(app)
        assert "line 4 of 12" in shown and "▸ ŷ = σ(z2)" in shown and "(4,1) → (4,1)" in shown
        assert app.snapshot.step == 0


async def test_the_checks_rows_end_where_they_end():
    async with opened(Experiment(hidden_sizes=(8,))) as (app, pilot):
        await pilot.press("m", "c")
        for _ in range(40):
            app.screen.action_move(1, 0)
        await pilot.press("up")
        assert app.screen.reading.first == 22
        await pilot.press("c")
        assert app.screen.reading.cursor == Cursor()


@pytest.mark.parametrize(
    ("experiment", "keys"),
    [
        (Experiment(hidden_sizes=(3, 3, 3), learning_rate=1e300, mistake=MISTAKES["order"]), "v m c"),
        (Experiment(hidden_sizes=(64,), bias=True, momentum=0.9, learning_rate=1.7e308, seed=9), ". . . m"),
        (Experiment(init_scale=1000, learning_rate=1e300, momentum=0.99), ". . m c"),
    ],
)
async def test_numbers_beyond_all_bounds_are_drawn(experiment, keys):
    async with opened(experiment) as (app, pilot):
        for key in keys.split():
            await pilot.press({".": "full_stop"}.get(key, key))
        for _ in range(11):
            await pilot.press("right", "enter")
        assert isinstance(app.screen, LineByLine)


async def test_a_mistake_chosen_while_the_run_goes_on_changes_nothing_else():
    """The dialog is opened before a change of the rate is replayed, and answered after it."""
    async with opened() as (app, pilot):
        await pilot.press("pagedown", "right_parenthesis", "pagedown", "home", "exclamation_mark")
        app.run_screen.go(150)
        await pilot.press("down", "enter")
        experiment = app.snapshot.experiment
        assert experiment.learning_rate == 1.0 and experiment.mistake is MISTAKES["slope"]


async def test_the_palette_offers_the_commands_of_its_screen():
    async with opened() as (app, pilot):
        await pilot.press("m")
        offered = {command.title for command in app.get_system_commands(app.screen)}
        assert "check (c)" in offered and "reset (r)" not in offered


@pytest.mark.parametrize("size", [(60, 16), (30, 8), (10, 3), (1, 1), (400, 120)])
async def test_the_screen_at_every_size(size):
    async with opened(Experiment(hidden_sizes=(4, 3), bias=True)) as (app, pilot):
        await pilot.press("m", *["right"] * 5, "enter")
        await pilot.resize_terminal(*size)
        await pilot.press("c", "c", "exclamation_mark", "escape")
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert isinstance(app.screen, LineByLine)
