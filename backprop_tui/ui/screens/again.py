"""The command that repeats the run, to be read and typed; it is copied as well."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from backprop_tui.ui.screens.modal import Modal

COPIED = "Copied, if this terminal allows it; it never says whether."
NO_COMMAND = "No command begins with these targets: a script does."
THEN = "No command repeats what was changed on the way; after this one"


class Again(Modal[bool]):
    """Over the run, until a key closes it. Answers whether a script is wanted."""

    BINDINGS = [("escape,u,q,space,enter", "dismiss(False)", "close"), ("E", "dismiss(True)", "script")]

    def __init__(self, command: str, on_the_way: Sequence[str]) -> None:
        super().__init__()
        self.command, self.on_the_way = command, on_the_way

    def compose(self) -> ComposeResult:
        """The command, what has to be done after it, and that it is copied."""
        with VerticalScroll() as box:
            box.border_title = "This run again"
            box.border_subtitle = "E writes it as a script · esc closes"
            yield Static(Content(self.command or NO_COMMAND), classes="command")
            if self.command:
                yield Static(Content(f"\n{COPIED}"))
            if self.command and self.on_the_way:
                yield Static(Content("\n".join(["", THEN, *self.on_the_way])))

    def on_mount(self) -> None:
        """Copy it: ask the terminal to, by OSC 52, in which it stands in letters and digits alone."""
        if self.command:
            self.app.copy_to_clipboard(self.command)
