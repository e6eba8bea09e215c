"""README's pictures: `python -m backprop_tui.recording DIRECTORY` writes them."""

import sys
from pathlib import Path

from backprop_tui.recording.pictures import pictures

if __name__ == "__main__":
    pictures(Path(sys.argv[1]))
