"""Settings of an experiment as text: what they are called on the command line, and how their values are typed.

What is allowed is the Experiment's to judge, so a text that is no number at all is handed on as it is.
"""

import re
from collections.abc import Sequence

WIDEST_WHOLE = 64  # bits
# int() and float() would also take nan, inf, 1_000 and the digits of every script.
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


def option(setting: str) -> str:
    """What a setting is called on the command line: --hidden for hidden_sizes."""
    return "--" + setting.removesuffix("_sizes").replace("_", "-")


def number(text: str) -> object:
    """The number in this text, or the text."""
    if not NUMBER.fullmatch(text.strip()):
        return text
    try:
        whole = int(text)
        return whole if whole.bit_length() < WIDEST_WHOLE else float(text)  # NumPy takes no longer ones
    except ValueError:
        return float(text)


def sizes(text: str) -> object:
    """Hidden layers as they are typed: 4,3, or 0 for none."""
    return () if text.strip() == "0" else tuple(number(size) for size in text.split(","))


def sizes_text(hidden_sizes: Sequence[int]) -> str:
    """Hidden layers as they are typed."""
    return ",".join(map(str, hidden_sizes)) or "0"
