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
    Key("full_stop,right", ".", "one_step", "step", "Make one step (also →), and pause."),
    Key("question_mark", "?", "help", "help", "What the panels show, and all keys."),
    Key("q", "q", "app.quit", "quit", "Leave; a line with the result stays in the terminal (also ctrl+c)."),
    Key("plus,equals_sign", "+", "faster", "faster", "Run faster, up to as fast as the machine can."),
    Key("minus", "-", "slower", "slower", "Run slower, down to one step a second."),
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
