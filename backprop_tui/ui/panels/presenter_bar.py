"""Below everything, for an audience: a caption, and the last key that was pressed."""

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from backprop_tui.ui.drawing.lines import HERE, STRONG, Line
from backprop_tui.ui.panels.lines_box import LinesBox

HEIGHT = 2
LEAST_ROOM = 20  # cells for a caption; beside less the key is left out


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
        key = f" {self.pressed} " if self.pressed and width > cell_len(self.pressed) + LEAST_ROOM else ""
        room = width - cell_len(key) - bool(key)
        texts = [line.plain for line in Content(self.caption).wrap(room)] or [""]
        if len(texts) > height:
            texts[height - 1] = f"{set_cell_size(texts[height - 1].rstrip(), room - 2).rstrip()} …"
        beside: list[Line] = [[(key, HERE)], *([] for _ in texts[1:])]
        return [
            [(set_cell_size(text, width - cell_len(key)), STRONG), *pieces]
            for text, pieces in zip(texts[:height], beside)
        ]
