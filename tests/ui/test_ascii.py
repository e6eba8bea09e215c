"""--ascii: every screen in the 95 signs that every terminal has, and still to be read."""

import asyncio

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from backprop_tui.core.experiment import Experiment
from backprop_tui.ui.terminal.ascii import Ascii, in_ascii
from tests.ui.test_app import opened, screen_text

SHORT = Experiment(hidden_sizes=(2,), steps=600, learning_rate=2.0)
WALK = (  # keys to a screen, and back
    (["pagedown", "right_parenthesis", "pagedown"], []),
    (["d"], []),
    (["d"], []),
    (["d", "v", "h", "y", "x"], []),
    (["question_mark"], ["escape"]),
    (["question_mark", "end"], ["escape"]),
    (["m"], []),
    (["enter"], []),
    (["right"] * 7, []),
    (["question_mark"], ["escape"]),
    (["c"], ["escape"]),
    *(([key], ["escape"]) for key in ("l", "i", "p", "exclamation_mark", "t", "ctrl+p", "e")),
    (["e", "enter"], ["escape"]),
    *(([key], ["escape"]) for key in "gsS"),  # last, for their work goes on behind what follows
)


@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 40), marks=pytest.mark.slow)])
async def test_every_screen_is_ascii_and_every_box_is_where_it_was(size):
    async with opened(SHORT, size=size, only_ascii=True) as (app, pilot):
        walked = ""
        for there, back in WALK:
            await pilot.press(*there)
            shown = screen_text(app)
            assert shown.isascii(), {each for each in shown if not each.isascii()}
            assert "?" * 2 not in shown  # what there is no spelling for
            assert {strip.cell_length for strip in app.screen._compositor.render_strips()} == {size[0]}
            walked += shown
            await pilot.press(*back)
        assert app.export_screenshot().replace("&#160;", " ").isascii()
    for words in (
        *("+- Step and loss -", "not yet", "-0.2", "learning rate 5 (2 until 100)"),
        *("always answers 0.5", "W2T", "y log loss . x log steps", "-> next"),
        *("E = 0.5*S(y - p)^2", "mean((y - p)^2)", "z1 = X*W1", "(4,2)x(2,2) -> (4,2)", "W2 <- W2 - r*dW2"),
        *("dW2 = a1T*d_out", "up down", "s' forgotten", "beside a matrix's name", "p prediction, s sigmoid"),
    ):
        assert words in walked, words


async def test_the_boxes_stand_where_those_of_the_other_screen_do():
    shown = []
    for only_ascii in (False, True):
        async with opened(size=(120, 40), only_ascii=only_ascii) as (app, _):
            shown.append(screen_text(app).splitlines())
    for lines, spelled in zip(*shown, strict=True):
        corners = [at for at, each in enumerate(lines) if each in "╭╮╰╯"]
        assert [spelled[at] for at in corners] == ["+"] * len(corners)


def spelled(*pieces):
    segments = [Segment(*piece) if isinstance(piece, tuple) else Segment(piece) for piece in pieces]
    return [segment.text for segment in Ascii().apply(segments, Color.parse("black"))]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("answers ½   │", "answers 0.5 |"),
        ("answers ½  │", "answers 0.5|"),
        ("answers ½ to it", "answers h to it"),
        ("   ½ h1", " 0.5 h1"),
        ("mean((y − ŷ)²) │", "mean((y - p)^2)|"),
        ("×10⁻³ ×10² x³  ", "*1e-3 *1e2 x^3 "),
        ("a1ᵀ·δ  ⊙  a · b", "a1T*d  o  a . b"),
        ("╭─ ↑ ↓ ──────╮", "+- up down --+"),
        ("日本 é ē", "???? e e"),
        ("🔎 ", ">  "),
        ("⠁⡀⠒⡇⣿⠀⠑⡠⢣⡜", "'.-|# '_\\/"),
    ],
)
def test_a_line_is_as_wide_as_it_was(line, shown):
    (text,) = spelled(line)
    assert text == shown and len(text) == cell_len(line)


def test_what_is_longer_takes_nothing_from_a_coloured_cell():
    blue = Style.parse("white on blue")
    assert spelled("½", ("  +0.25  ", blue), " ") == ["h", "  +0.25  ", " "]
    assert spelled("½ ", ("  +0.25  ", blue), " ") == [".5", "  +0.25  ", " "]
    assert spelled(("½", Style.parse("bold")), "    ", ("  ", blue)) == ["0.5", "  ", "  "]


def test_marks_that_say_different_things_stay_different():
    for marks in ("✓✗–▸", "●○◐✕ ·", "◆✓ΔY━┄", "┊█ ", "+−×·"):
        assert len(set(spelled(*marks))) == len(marks), spelled(*marks)


def test_every_braille_cell_with_a_dot_is_seen():
    cells = spelled(*map(chr, range(0x2801, 0x2900)))
    assert all(cell.isascii() and cell.isprintable() and cell != " " for cell in cells)


def test_what_stands_for_a_full_block_in_its_own_colour_is_seen():
    orange = Style.parse("#ffaf00 on #ffaf00")
    (segment,) = Ascii().apply([Segment("██", orange)], Color.parse("black"))
    assert segment.text == "##" and segment.style.color != segment.style.bgcolor


def test_a_text_that_may_be_longer():
    assert in_ascii("at step 100 rate 0.5→2, E = ½·Σ(y − ŷ)²") == "at step 100 rate 0.5->2, E = 0.5*S(y - p)^2"
    assert in_ascii("plain") == "plain"


async def test_what_scrolls_over_the_screen_later_is_ascii_too():
    """While it runs, and what it tells in between."""
    async with opened(only_ascii=True, running=True, speed=None) as (app, pilot):
        for _ in range(20):
            await asyncio.sleep(0.02)
            assert screen_text(app).isascii()
        app.run_screen.tell("Saved as “x” – ½ of it …")
        await pilot.pause(0.1)
        shown = screen_text(app)
    assert shown.isascii() and 'Saved as "x" - ' in shown
