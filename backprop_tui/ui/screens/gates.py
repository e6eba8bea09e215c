"""All 16 gates: which of them the present network learns."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from backprop_tui.core.experiment import Experiment, in_short
from backprop_tui.core.gates import GATES, learned_gates
from backprop_tui.core.problems import Problem
from backprop_tui.core.separability import linearly_separable
from backprop_tui.ui.background import in_background
from backprop_tui.ui.screens.modal import Modal

MOST_STEPS = 10_001  # that each gate is given
NAME_WIDTH = 15


class Gates(Modal[Problem | None]):
    """Answers with the gate chosen, or with None."""

    BINDINGS = [("escape,g,q", "dismiss(None)", "leave it")]

    def __init__(self, experiment: Experiment) -> None:
        super().__init__()
        self.experiment = experiment
        self.steps = min(experiment.steps, MOST_STEPS)
        self.learned = self.tried = 0
        self.left = False

    def compose(self) -> ComposeResult:
        """A line for each gate, its answer to come."""
        with Vertical() as box:
            box.border_title = "The 16 gates"
            box.border_subtitle = "↑ ↓ enter learn it from here on · esc leave"
            yield Static(f"{in_short(self.experiment)} · seed {self.experiment.seed}", markup=False)
            yield Static(self._told(), id="told", markup=False)
            options = [Option(_line(gate, "…"), gate.name) for gate in GATES]
            yield OptionList(*options, compact=True)

    def on_mount(self) -> None:
        """Begin at the present gate, and find the answers."""
        names = [gate.name for gate in GATES]
        present = self.experiment.problem.name
        self.query_one(OptionList).highlighted = names.index(present) if present in names else 0
        in_background(self, self._learn, self.query_one("#told", Static).update)

    def _learn(self) -> None:
        """The thread's work."""
        answers = learned_gates(self.experiment, self.steps, lambda: not self.left)
        for at, (gate, since) in enumerate(answers):
            self.app.call_from_thread(self._answer, at, gate, since)

    def _answer(self, at: int, gate: Problem, since: int | None) -> None:
        options = self.query(OptionList)
        if not options:  # it is being closed
            return
        self.tried += 1
        self.learned += since is not None
        answer = "✗ not learned" if since is None else f"✓ all right since step {since:,}"
        options.first().replace_option_prompt_at_index(at, _line(gate, answer))
        self.query_one("#told", Static).update(self._told())

    def _told(self) -> str:
        done = "" if self.tried == len(GATES) else f" of {self.tried} tried so far"
        separable = sum(bool(linearly_separable(gate, self.experiment.bias)) for gate in GATES)
        cut = "One straight line" if self.experiment.bias else "One straight line through (0, 0)"
        return f"Learned in {self.steps:,} steps: {self.learned}{done}.\n{cut} can part {separable} of the 16."

    def on_unmount(self) -> None:
        """Let the thread go."""
        self.left = True

    def on_option_list_option_selected(self, chosen: OptionList.OptionSelected) -> None:
        """Answer with the gate."""
        self.dismiss(GATES[chosen.option_index])


def _line(gate: Problem, answer: str) -> Content:
    return Content.assemble((gate.title.ljust(NAME_WIDTH), "bold"), f"{gate.targets_text}   {answer}")
