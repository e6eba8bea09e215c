"""Below everything, for an audience: a caption, and the last key that was pressed."""

import textwrap

from backprop_tui.ui.drawing.lines import HERE, STRONG, Line
from backprop_tui.ui.panels.lines_box import LinesBox


class PresenterBar(LinesBox):
    """Two lines at the bottom of a screen."""

    def __init__(self, caption: str, pressed: str) -> None:
        super().__init__()
        self.caption, self.pressed = caption, pressed

    def tell(self, caption: str, pressed: str) -> None:
        """Another caption, another key."""
        if (caption, pressed) != (self.caption, self.pressed):
            self.caption, self.pressed = caption, pressed
            self.redraw()

    def draw(self, width: int, height: int) -> list[Line]:
        """The caption at the left, the key at the right."""
        key = f" {self.pressed} " if self.pressed else ""
        room = width - len(key) - 1
        texts = textwrap.wrap(self.caption, room, max_lines=height, placeholder=" …") or [""]
        beside: list[Line] = [[(key, HERE)], *([] for _ in texts[1:])]
        return [[(text.ljust(room + 1), STRONG), *key_pieces] for text, key_pieces in zip(texts, beside)]
