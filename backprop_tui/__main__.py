"""`python -m backprop_tui` is `backprop-tui`."""

import sys

from backprop_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
