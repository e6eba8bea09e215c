"""A screen over the run that asks for something."""

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, ScreenResultType


class Modal(ModalScreen[ScreenResultType]):
    """Answers once: a second enter that came with the first would take the screen below away."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Answer with the result, and go."""
        return super().dismiss(result) if self.is_active else AwaitComplete.nothing()  # type: ignore[no-untyped-call]
