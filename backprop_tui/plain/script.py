"""`backprop-tui script`: the run as a program of its own."""

import sys
from pathlib import Path

from backprop_tui.core.files import written_whole
from backprop_tui.core.script import script
from backprop_tui.core.training import Snapshot


def write_script(first: Snapshot, out: Path | None) -> int:
    """Print the script of this run, or write it to the file; returns the exit status.

    It is UTF-8 wherever it goes, as Python takes a program to be. Raises NoScript where there is none, OSError
    when it cannot be written.
    """
    text = script(first)
    if out is None:
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        print(text, end="", flush=True)
    else:
        with written_whole(out) as file:
            file.write(text.encode())
    return 0
