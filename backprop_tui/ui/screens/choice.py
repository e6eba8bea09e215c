"""One of several to be chosen: a mistake, or a problem."""

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from backprop_tui.core.experiment import Experiment, fitting, in_short
from backprop_tui.core.mistakes import MISTAKES
from backprop_tui.core.problems import PROBLEMS

NONE = "none"
WIDEST, BESIDE_TEXT = 78, 15  # cells of the box, and those of them that its frame, bar and indent take


class Offer(NamedTuple):
    """One of the choices: its name, its title, what it means, and whether it is the present one."""

    name: str
    title: str
    sentence: str
    present: bool


class Choice(ModalScreen[str | None]):
    """Answers with the name of the offer chosen, or with None."""

    BINDINGS = [("escape,q", "dismiss(None)", "leave it")]

    def __init__(self, title: str, lead: str, offers: Sequence[Offer], hint: str = "") -> None:
        super().__init__()
        self.choice_title, self.lead, self.offers, self.hint = title, lead, offers, hint

    def compose(self) -> ComposeResult:
        """Every offer with what it means, the present one marked and under the cursor."""
        with Vertical() as box:
            box.border_title = self.choice_title
            box.border_subtitle = f"↑ ↓ enter choose · esc leave it{self.hint}"
            yield Static(self.lead, markup=False)
            width = max(min(self.app.size.width, WIDEST) - BESIDE_TEXT, 1)
            options = (Option(_written(offer, width), offer.name) for offer in self.offers)
            yield OptionList(*options, compact=True)

    def on_mount(self) -> None:
        """Begin at the present one."""
        present = (at for at, offer in enumerate(self.offers) if offer.present)
        self.query_one(OptionList).highlighted = next(present, 0)

    def on_option_list_option_selected(self, chosen: OptionList.OptionSelected) -> None:
        """Answer with it."""
        self.dismiss(chosen.option_id)


def _written(offer: Offer, width: int) -> Content:
    mark = "▸ " if offer.present else "  "
    lines = [line for sentence in offer.sentence.splitlines() for line in textwrap.wrap(sentence, width)]
    return Content.assemble((mark + offer.title, "bold"), *(f"\n    {line}" for line in lines))


def mistakes(experiment: Experiment) -> Choice:
    """The right lines first, then every mistake with what it leads to."""
    now = experiment.mistake
    offers = [Offer(NONE, "the right lines", "", now is None)]
    offers += [
        Offer(name, each.title, each.sentence, each is now)
        for name, each in MISTAKES.items()
        if experiment.hidden_sizes or not each.needs_hidden
    ]
    lead = "From this step on, a line of backpropagation is written wrong:"
    return Choice("Break it on purpose", lead, offers, " · r takes it back")


def problems(experiment: Experiment) -> Choice:
    """Every problem of the table with the settings that fit it."""
    offers = [
        Offer(name, each.title, f"{each.about}\n{in_short(fitting(each))}", each is experiment.problem)
        for name, each in PROBLEMS.items()
    ]
    return Choice("Problems", "A new start with another problem and the settings that fit it:", offers)
