"""Break it on purpose: choose a classic mistake, to see what it does to the run and to the check."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from backprop_tui.core.experiment import Experiment
from backprop_tui.core.mistakes import MISTAKES

NONE = "none"


class Mistakes(ModalScreen[str | None]):
    """Answers with the name of the mistake chosen, NONE for the right lines, or with None."""

    BINDINGS = [("escape,exclamation_mark,q", "dismiss(None)", "leave it")]

    def __init__(self, experiment: Experiment) -> None:
        super().__init__()
        self.experiment = experiment

    def compose(self) -> ComposeResult:
        """The right lines first, then every mistake with what it leads to."""
        now = self.experiment.mistake
        with Vertical() as box:
            box.border_title = "Break it on purpose"
            box.border_subtitle = "↑ ↓ enter choose · esc leave it · r takes it back"
            yield Static("From this step on, a line of backpropagation is written wrong:")
            choices = [Option(self._choice("the right lines", "", now is None), NONE)]
            choices += [
                Option(self._choice(each.title, each.sentence, each is now), name)
                for name, each in MISTAKES.items()
                if self.experiment.hidden_sizes or not each.needs_hidden
            ]
            yield OptionList(*choices, compact=True)

    @staticmethod
    def _choice(title: str, sentence: str, on: bool) -> Content:
        return Content.assemble(
            (("▸ " if on else "  ") + title, "bold"), f"\n    {sentence}" if sentence else ""
        )

    def on_option_list_option_selected(self, chosen: OptionList.OptionSelected) -> None:
        """Answer with it."""
        self.dismiss(chosen.option_id)
