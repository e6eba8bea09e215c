"""Help: what each panel shows and what to look for, and every key."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from backprop_tui.ui.keys import KEYS
from backprop_tui.ui.panels.panel import Panel

WHAT_A_STEP_IS = (
    "A step sends all examples through the network, finds the gradient by backpropagation, and updates "
    "every weight once. The loss shown is the mean of (y − ŷ)²; the gradient followed is that of "
    "E = ½·Σ(y − ŷ)², which is the same but for a constant factor."
)

MARKS = "┊ in a prediction's bar is ½. W2ᵀ is W2 lying on its side, where the panel is too low for it."
PALETTE = ("ctrl+p", "All of these by name, and the themes.")


class Help(ModalScreen[None]):
    """Over the panels; any of esc, ?, q or space closes it."""

    BINDINGS = [("escape,question_mark,q,space", "dismiss", "close")]

    def __init__(self, panels: Iterable[Panel]) -> None:
        super().__init__()
        self.panels = [(panel.TITLE, panel.HELP) for panel in panels]

    def compose(self) -> ComposeResult:
        """A section for each panel, one for the step, one for the keys."""
        with VerticalScroll() as box:
            box.border_title = "Help"
            box.border_subtitle = "↑ ↓ pgdn end scroll · esc or q closes"
            for title, text in [*self.panels, ("A step", WHAT_A_STEP_IS), ("Marks", MARKS)]:
                yield Static(Content.assemble((title, "bold"), f"\n{text}\n"))
            yield Static(Content("Keys").stylize("bold"))
            for shown, sentence in [*((key.shown, key.sentence) for key in KEYS), PALETTE]:
                with Horizontal():
                    yield Static(shown, classes="key")
                    yield Static(sentence)
