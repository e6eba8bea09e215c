"""What the panels share that take turns in one place, and stand beside the others where there is room."""

from backprop_tui.ui.panels.panel import Panel


class TurnPanel(Panel):
    """Drawn some times a second while it runs: these drawings send more than the others."""

    DEFAULT_CLASSES = "turn"
    REDRAWS_A_SECOND = 2

    def keys(self, other: str = "") -> str:
        """What d does here, where it does something, and another key."""
        return " · ".join(filter(None, ("d next panel" if self.has_class("-its-turn") else "", other)))
