"""Where both `backprop-tui` and `python -m backprop_tui` begin."""

import signal
import sys


def begin() -> int:
    """Load the command line and run it; returns the exit status."""
    # Until the command line is there to answer ctrl+c, Python would with a traceback.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from backprop_tui.cli import main

    return main()


if __name__ == "__main__":
    sys.exit(begin())
