"""The ten-line Textual app that the first paint is measured against."""

from textual.app import App
from textual.widgets import Static


class Hello(App):
    def compose(self):
        yield Static("Step and loss")

    def key_q(self):
        self.exit()


if __name__ == "__main__":
    Hello().run()
