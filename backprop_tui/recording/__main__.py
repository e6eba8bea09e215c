"""What README shows: `python -m backprop_tui.recording DIRECTORY` writes its pictures and its animation."""

import sys
from pathlib import Path

from backprop_tui.core.demo import demo
from backprop_tui.recording.pictures import pictures
from backprop_tui.recording.record import record

if __name__ == "__main__":
    directory = Path(sys.argv[1])
    pictures(directory)
    record(
        demo(Path(__file__).with_name("demo.toml")), directory / "demo.cast", None, {}, speed=300, running=False
    )
