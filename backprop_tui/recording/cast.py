"""A recording as an asciicast, version 2: https://docs.asciinema.org/manual/asciicast/v2/."""

import json
from collections.abc import Iterator

from backprop_tui.core.demo import Demo

BEGIN = "\x1b[?25l\x1b[2J"  # no cursor, an empty screen
TERM = "xterm-256color"
THEME = {  # of the characters in colours of the terminal's own, which are few, and of what is around them
    "fg": "#e0e0e0",
    "bg": "#121212",
    "palette": "#000000:#c01c28:#26a269:#a2734c:#12488b:#a347ba:#2aa1b3:#d0cfcc:"
    "#5e5c64:#f66151:#33da7a:#e9ad0c:#2a7bde:#c061cb:#33c7de:#ffffff",
}


def asciicast(demo: Demo, frames: list[str]) -> Iterator[str]:
    """Its lines: the header, then what was sent in each frame, at its time in seconds.

    No date is in it, so that the same demo is the same file.
    """
    columns, rows = demo.size
    header = {
        "version": 2,
        "width": columns,
        "height": rows,
        "title": demo.title,
        "env": {"TERM": TERM},
        "theme": THEME,
    }
    yield _line(header)
    before = BEGIN
    for number, sent in enumerate(frames):
        if sent or number == len(frames) - 1:  # the last one says how long it is
            yield _line([round(number / demo.fps, 6), "o", before + sent])
            before = ""


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
