"""Every key of the app, once: its bindings, the footer, the help and the palette are made from this table."""

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
    Key("question_mark", "?", "help", "help", "What the panels show, and all keys."),
    Key("q", "q", "app.quit", "quit", "Leave; a line with the result stays in the terminal (also ctrl+c)."),
    Key("plus,equals_sign", "+", "speed(1)", "faster", "Run faster, up to as fast as the machine can."),
    Key("minus", "-", "speed(-1)", "slower", "Run slower, down to one step a second."),
    Key("left_parenthesis", "(", "rate(-1)", "lower rate", "Lower the learning rate from here on.", False),
    Key("right_parenthesis", ")", "rate(1)", "raise rate", "Raise the learning rate from here on.", False),
    Key("l", "l", "change", "change", "Type a learning rate, momentum or targets, used from here on.", False),
    Key("r", "r", "reset", "reset", "Start again from the same weights."),
    Key("n", "n", "next_seed", "seed", "Start again from the next random weights."),
    Key(
        "v", "v", "switch('show_gradients')", "gradients", "Show the gradients in place of the weights.", False
    ),
    Key("h", "h", "switch('show_hidden')", "hidden", "Show the hidden activations of each row.", False),
    Key("y", "y", "switch('log_loss')", "log loss", "Show the loss in powers of ten.", False),
    Key("x", "x", "switch('log_steps')", "log steps", "Show the steps in powers of ten.", False),
)

RUN_BINDINGS: list[BindingType] = [
    Binding(key.keys, key.action, key.short, show=key.in_footer, key_display=key.shown) for key in KEYS
]
# Textual's own ctrl+c only tells how to quit.
APP_BINDINGS: list[BindingType] = [
    Binding("q", "quit", "quit", show=False),
    Binding("ctrl+c,ctrl+q", "quit", "quit", show=False, priority=True),
]
