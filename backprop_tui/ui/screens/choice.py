"""One of several to be chosen: a mistake, or a problem."""

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from backprop_tui.core.experiment import Experiment, fitting, in_short
from backprop_tui.core.mistakes import MISTAKES
from backprop_tui.core.problems import PROBLEMS, Problem
from backprop_tui.ui.screens.modal import Modal

NONE, OWN = "none", "own"
WIDEST, BESIDE_TEXT = 78, 15  # cells of the box, and those of them that its frame, bar and indent take


class Offer(NamedTuple):
    """One of the choices: its name, its title, and what it means."""

    name: str
    title: str
    sentence: str


class Choice(Modal[str | None]):
    """Answers with the name of the offer chosen, or with None."""

    BINDINGS = [("escape,q", "dismiss(None)", "leave it")]

    def __init__(self, title: str, lead: str, offers: Sequence[Offer], present: str, hint: str = "") -> None:
        super().__init__()
        self.choice_title, self.lead, self.offers, self.present, self.hint = title, lead, offers, present, hint

    def compose(self) -> ComposeResult:
        """Every offer with what it means."""
        with Vertical() as box:
            box.border_title = self.choice_title
            box.border_subtitle = f"↑ ↓ enter choose · esc leave it{self.hint}"
            yield Static(self.lead, markup=False)
            width = max(min(self.app.size.width, WIDEST) - BESIDE_TEXT, 1)
            options = (Option(_written(offer, width), str(at)) for at, offer in enumerate(self.offers))
            yield OptionList(*options, compact=True)

    def on_mount(self) -> None:
        """Begin at the present one, which can be scrolled to only once there is a size."""
        present = (at for at, offer in enumerate(self.offers) if offer.name == self.present)
        options = self.query_one(OptionList)
        self.call_after_refresh(setattr, options, "highlighted", next(present, 0))

    def on_option_list_option_selected(self, chosen: OptionList.OptionSelected) -> None:
        """Answer with it."""
        self.dismiss(self.offers[chosen.option_index].name)


def _written(offer: Offer, width: int) -> Content:
    lines = [line for sentence in offer.sentence.splitlines() for line in textwrap.wrap(sentence, width)]
    return Content.assemble((offer.title, "bold"), *(f"\n  {line}" for line in lines))


def mistakes(experiment: Experiment) -> Choice:
    """The right lines first, then every mistake with what it leads to."""
    now = experiment.mistake.name if experiment.mistake else NONE
    offers = [Offer(NONE, "the right lines", "")]
    offers += [
        Offer(name, each.title, each.sentence)
        for name, each in MISTAKES.items()
        if experiment.hidden_sizes or not each.needs_hidden
    ]
    lead = "From this step on, a line of backpropagation is written wrong:"
    return Choice("Break it on purpose", lead, offers, now, " · r takes it back")


def problems(experiment: Experiment, own: Problem | None) -> Choice:
    """Every problem of the table, and one's own, with the settings that fit it."""
    offers = [Offer(OWN, own.title, _told(own))] if own else []
    offers += [Offer(name, _named(each), _told(each)) for name, each in PROBLEMS.items()]
    lead = "A new start with another problem and the settings that fit it:"
    return Choice("Problems", lead, offers, OWN if experiment.problem is own else experiment.problem.name)


def _named(each: Problem) -> str:
    return each.title if each.title.lower() == each.name else f"{each.title} ({each.name})"


def _told(each: Problem) -> str:
    """What it is about, and the settings that fit it where they are not the tutorial's."""
    settings = in_short(fitting(each)) if each.defaults else ""
    return "\n".join(filter(None, (each.about or f"{each.rows} rows of {each.source}", settings)))
