"""Help: what a screen shows and what to look for, and its keys."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from backprop_tui.ui.keys import Key
from backprop_tui.ui.screens.modal import Modal

LETTERS = (
    "Letters",
    "ŷ prediction, σ sigmoid, Σ sum, δ how E grows with a unit's sum, Δ change, ε learning rate, α momentum, "
    "⊙ times, value by value, ᵀ lying on its side.",
)
PALETTE = ("ctrl+p", "All of these by name, and the themes.")


class Help(Modal[None]):
    """Over the panels; any of esc, ?, q or space closes it."""

    BINDINGS = [("escape,question_mark,q,space", "dismiss", "close")]

    def __init__(self, sections: Iterable[tuple[str, str]], keys: Iterable[Key]) -> None:
        super().__init__()
        self.sections, self.keys = sections, keys

    def compose(self) -> ComposeResult:
        """The sections, and one for the keys."""
        with VerticalScroll() as box:
            box.border_title = "Help"
            box.border_subtitle = "↑ ↓ pgdn end scroll · esc or q closes"
            for title, text in self.sections:
                yield Static(Content.assemble((title, "bold"), f"\n{text}\n"))
            yield Static(Content("Keys").stylize("bold"))
            for shown, sentence in [*((key.shown, key.sentence) for key in self.keys), PALETTE]:
                with Horizontal():
                    yield Static(shown, classes="key", markup=False)
                    yield Static(sentence, markup=False)
