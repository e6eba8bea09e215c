"""The keys that change what is trained: from this step on, or with a new start."""

from dataclasses import replace

from backprop_tui.core import timeline as run
from backprop_tui.core.experiment import MAX_STEPS, fitting
from backprop_tui.core.problems import PROBLEMS, XOR, Problem
from backprop_tui.core.training import Snapshot, under
from backprop_tui.ui.ladders import RATES, along
from backprop_tui.ui.screens.training import TrainingScreen

MOST_UNITS = 8  # that a key gives a layer; more can be typed

# The screens that are opened here are imported where they are: none of them is part of the start-up.


class ExperimentingScreen(TrainingScreen):
    """A run whose experiment can be changed."""

    def __init__(self, first: Snapshot, speed: int | None, fps: int) -> None:
        super().__init__(first, speed, fps)
        problem = first.experiment.problem
        self.own = problem if problem.source else None

    def action_rate(self, direction: int) -> None:
        """The next learning rate up or down, from this step on."""
        experiment = self.view.experiment
        self.change(replace(experiment, learning_rate=along(RATES, experiment.learning_rate, direction)))

    def action_change(self) -> None:
        """Type other settings, to be used from this step on."""
        from backprop_tui.ui.screens.form import from_here_on

        self.pause()
        form = from_here_on(self.view.experiment, self.snapshot.step, self.view.timeline.latest)
        self.app.push_screen(form, self.use)

    def action_mistakes(self) -> None:
        """Choose a line of the algorithm to write wrong."""
        from backprop_tui.ui.screens.choice import mistakes

        self.app.push_screen(mistakes(self.view.experiment), self._mistaken)

    def _mistaken(self, name: str | None) -> None:
        if name is not None:
            self.use_mistake(name)

    def action_truth_table(self) -> None:
        """Flip targets while it runs."""
        from backprop_tui.ui.screens.truth_table import TruthTable, can_be_edited

        if can_be_edited(self.view.experiment.problem):
            problem, panels = self.view.experiment.problem, self.query(".-its-turn")
            table = TruthTable(problem, lambda: panels.first().region, self.relearn, self.action_run_or_pause)
            self.app.push_screen(table)
        else:
            self.tell("Here are no targets to flip: they are not 0 and 1, or too many. p has the gates.")

    def action_gates(self) -> None:
        """Which of the 16 gates this network learns; one that is chosen is learned from here on."""
        from backprop_tui.ui.screens.gates import Gates

        if self.view.experiment.problem.is_gate:
            self.app.push_screen(Gates(self.view.experiment), self.relearn)
        else:
            self.tell("This problem is none of the 16 gates. p has them.")

    def relearn(self, problem: Problem | None) -> None:
        """Learn other targets from this step on; a finished run gets as many steps again, and runs."""
        if problem is not None and problem is not self.view.experiment.problem:
            experiment, finished = self.view.experiment, self.view.finished
            steps = min(2 * experiment.steps, MAX_STEPS) if finished else experiment.steps
            self.change(replace(experiment, problem=problem, steps=steps))
            if finished and not self.view.finished:
                self.tell(f"The run was finished: it goes on to step {steps:,}.")
                self.run_on()

    def action_reset(self) -> None:
        """The start as it was, but without a mistake; running goes on."""
        timeline = self.view.timeline
        first = run.at(timeline, timeline.first).snapshot
        self.begin(under(first, replace(first.experiment, mistake=None)))

    def action_next_seed(self) -> None:
        """The same experiment from the next seed's weights; running goes on."""
        experiment = self.view.experiment
        self.begin_with(replace(experiment, seed=(experiment.seed + 1) % 2**32))

    def action_hidden_units(self, direction: int) -> None:
        """A unit more or less in the last hidden layer, which comes and goes with its first; a new start."""
        *below, units = self.view.experiment.hidden_sizes or (0,)
        if direction > 0 and units >= MOST_UNITS:
            self.tell(f"More than {MOST_UNITS} hidden units, or several layers, are typed: press i.")
        elif units + direction >= 0:
            last = (units + direction,) if units + direction else ()
            self.begin_with(replace(self.view.experiment, hidden_sizes=(*below, *last), mistake=None))

    def action_biases(self) -> None:
        """Biases, or none; a new start."""
        self.begin_with(replace(self.view.experiment, bias=not self.view.experiment.bias, mistake=None))

    def action_new_start(self) -> None:
        """Type the settings of a new start."""
        from backprop_tui.ui.screens.form import new_start

        self.app.push_screen(new_start(replace(self.view.experiment, mistake=None)), self.begin_with)

    def action_problems(self) -> None:
        """Choose a problem, with the settings that fit it; a new start."""
        from backprop_tui.ui.screens.choice import problems

        self.app.push_screen(problems(self.view.experiment, self.own), self._begin_with_problem)

    def _begin_with_problem(self, name: str | None) -> None:
        if name is not None:
            self.begin_with(fitting(PROBLEMS.get(name) or self.own or XOR))
