"""Every key of the app, once: its bindings, the footer, the help and the palette are made from this table."""

from collections.abc import Iterable
from typing import NamedTuple

from textual.binding import Binding, BindingType


class Key(NamedTuple):
    """keys: as Textual names them, alternatives with commas; shown: as people do; short: the footer's word."""

    keys: str
    shown: str
    action: str
    short: str
    sentence: str
    in_footer: bool = True


KEYS = (
    Key("space", "space", "run_or_pause", "run/pause", "Run, or pause."),
    Key("full_stop,right", ".", "go(1)", "step", "Make one step (also →), and pause."),
    Key("comma,left", ",", "go(-1)", "back", "Go one step back (also ←), and pause."),
    Key("pagedown", "pgdn", "go(100)", "100 steps", "Make a hundred steps, or see those already made.", False),
    Key("pageup", "pgup", "go(-100)", "100 back", "Go a hundred steps back.", False),
    Key("home", "home", "first", "first step", "Go to the start of the run.", False),
    Key("end", "end", "last", "last step", "Go to the last step made so far.", False),
    Key("m", "m", "lines", "lines", "Read the step about to be made line by line."),
    Key("question_mark", "?", "help", "help", "What the panels show, and all keys."),
    Key("q", "q", "app.quit", "quit", "Leave; a line with the result stays in the terminal (also ctrl+c)."),
    Key("e", "e", "lessons", "experiments", "Guided experiments: predict, watch, and read why."),
    Key(
        "d",
        "d",
        "turn",
        "panel",
        "Hidden representation, decision map, weights over time in the weights' place.",
    ),
    Key("D", "D", "facet", "other units", "Look at other hidden units, or another output, there.", False),
    Key("r", "r", "reset", "reset", "Start again as it began: the same weights and settings, no mistake."),
    Key("n", "n", "next_seed", "seed", "Start again from the next random weights."),
    Key("plus,equals_sign", "+", "speed(1)", "faster", "Run faster, up to as fast as the machine can.", False),
    Key("minus", "-", "speed(-1)", "slower", "Run slower, down to one step a second.", False),
    Key("left_parenthesis", "(", "rate(-1)", "lower rate", "Lower the learning rate from here on.", False),
    Key("right_parenthesis", ")", "rate(1)", "raise rate", "Raise the learning rate from here on.", False),
    Key("l", "l", "change", "change", "Type a learning rate, momentum or targets, used from here on.", False),
    Key("t", "t", "truth_table", "targets", "Flip targets of the truth table while it runs.", False),
    Key("g", "g", "gates", "16 gates", "Which of the 16 gates this network learns.", False),
    Key(
        "exclamation_mark",
        "!",
        "mistakes",
        "break it",
        "Write a line of backpropagation wrong on purpose.",
        False,
    ),
    Key(
        "less_than_sign",
        "<",
        "hidden_units(-1)",
        "fewer units",
        "A hidden unit less, 0 at least; a new start.",
        False,
    ),
    Key(
        "greater_than_sign",
        ">",
        "hidden_units(1)",
        "more units",
        "A hidden unit more, 8 at most; a new start.",
        False,
    ),
    Key("b", "b", "biases", "biases", "Give every unit a bias, or take it away; a new start.", False),
    Key(
        "i",
        "i",
        "new_start",
        "new start",
        "Type hidden units (also 4,3), first weights, seed, …; a new start.",
        False,
    ),
    Key("s", "s", "sweep", "sweep", "How many of 1,000 random starts learn it, and which do not."),
    Key("S", "S", "grid", "grid", "The same for 0 to 8 hidden units, with biases and without.", False),
    Key("p", "p", "problems", "problems", "Choose another problem, with the settings that fit it.", False),
    Key(
        "v", "v", "switch('show_gradients')", "gradients", "Show the gradients in place of the weights.", False
    ),
    Key("h", "h", "switch('show_hidden')", "hidden", "Show the hidden activations of each row.", False),
    Key("y", "y", "switch('log_loss')", "log loss", "Show the loss in powers of ten.", False),
    Key("x", "x", "switch('log_steps')", "log steps", "Show the steps in powers of ten.", False),
    Key("up", "↑", "scroll(-1, 0)", "scroll up", "Scroll the panel in hand up.", False),
    Key("down", "↓", "scroll(1, 0)", "scroll down", "Scroll it down.", False),
    Key("left_square_bracket", "[", "scroll(0, -1)", "scroll left", "Scroll it to the left.", False),
    Key("right_square_bracket", "]", "scroll(0, 1)", "scroll right", "Scroll it to the right.", False),
    Key("tab", "tab", "next_in_hand", "in hand", "Take another panel in hand.", False),
    Key("c", "c", "save", "save", "Save this moment to a file, to go on from with --load.", False),
    Key("C", "C", "save_history", "history", "Save the loss of every step so far as CSV.", False),
    Key("P", "P", "present", "audience", "Large figures and a bar for an audience, or all panels.", False),
    Key(
        "G",
        "G",
        "app.hold_demo",
        "hold",
        "Hold the demo that is played, or let it go on.",
        False,
    ),
    Key("E", "E", "save_script", "script", "Write this run as a Python script that needs NumPy alone.", False),
    Key("u", "u", "again", "again", "Show and copy the command that repeats this run.", False),
    Key("escape", "esc", "close_lesson", "close", "Take the guided experiment's text away.", False),
)

LINE_KEYS = (
    Key("right", "→", "line(1)", "next", "The next line; after the last the step is made."),
    Key("left", "←", "line(-1)", "back", "The line before; before the first the last step is taken back."),
    Key("escape,q", "esc", "app.pop_screen", "leave", "Back to the run."),
    Key("question_mark", "?", "help", "help", "What this screen shows, and its keys."),
    Key("up", "↑", "move(-1, 0)", "row above", "The row above.", False),
    Key("down", "↓", "move(1, 0)", "row", "The row below, another example.", False),
    Key("tab", "tab", "move(0, 1)", "value", "The next value of the matrix.", False),
    Key("shift+tab", "shift+tab", "move(0, -1)", "value before", "The value before.", False),
    Key("enter", "enter", "open", "open", "Open the value as what it comes from, or close it."),
    Key("space", "space", "play", "play", "Play the lines, one each second and a half, or stop."),
    Key("c", "c", "check", "check", "Check every gradient against a difference of E, or show the lines."),
    Key("plus,equals_sign", "+", "dial(1)", "wider", "Widen the check's difference."),
    Key("minus", "-", "dial(-1)", "narrower", "Narrow the check's difference."),
    Key("exclamation_mark", "!", "mistakes", "break it", "Write a line of backpropagation wrong on purpose."),
)

OF_BOTH = (  # of a sweep and of the grid
    Key("plus,equals_sign", "+", "starts(1)", "more starts", "Ten times as many starts, up to a million."),
    Key("minus", "-", "starts(-1)", "fewer", "A tenth as many, a hundred at least."),
    Key("escape,q", "esc", "leave", "back", "Back; a sweep goes on in the background."),
    Key("question_mark", "?", "help", "help", "What this screen shows, and its keys."),
)
SWEEP_KEYS = (
    Key("enter", "enter", "watch", "watch it", "Run the start that is marked."),
    Key("left", "←", "move(0, -1)", "left", "The start to the left.", False),
    Key("right", "→", "move(0, 1)", "right", "The start to the right.", False),
    Key("up", "↑", "move(-1, 0)", "up", "The start above.", False),
    Key("down", "↓", "move(1, 0)", "down", "The start below.", False),
    Key("y", "y", "switch_loss", "log loss", "Show the losses in powers of ten, or as they are.", False),
    *OF_BOTH,
)
GRID_KEYS = (
    Key("enter", "enter", "open", "look inside", "The sweep of the cell that is marked."),
    Key("up", "↑", "move(-1, 0)", "up", "The cell above.", False),
    Key("down", "↓", "move(1, 0)", "down", "The cell below.", False),
    Key("left", "←", "move(0, -1)", "left", "The cell to the left.", False),
    Key("right", "→", "move(0, 1)", "right", "The cell to the right.", False),
    *OF_BOTH,
)


def bindings(keys: Iterable[Key]) -> list[BindingType]:
    """The keys as Textual wants them."""
    return [Binding(key.keys, key.action, key.short, show=key.in_footer, key_display=key.shown) for key in keys]


RUN_BINDINGS, LINE_BINDINGS = bindings(KEYS), bindings(LINE_KEYS)
# Textual's own ctrl+c only tells how to quit.
APP_BINDINGS: list[BindingType] = [
    Binding("q", "quit", "quit", show=False),
    Binding("ctrl+c,ctrl+q", "quit", "quit", show=False, priority=True),
    Binding("G", "hold_demo", "hold", show=False),
    Binding("ctrl+z", "stop", "stop", show=False, priority=True),
]
