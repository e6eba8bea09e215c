"""Numbers, tables and texts as Python source, to the bit, and safe whatever they say."""

import textwrap
from collections.abc import Iterator
from typing import Any

from numpy.typing import NDArray

WIDTH = 96  # characters
LARGEST_WHOLE = 2**53  # up to which a whole number is written without its .0


def array_lines(name: str, values: NDArray[Any], are_floats: bool = True) -> list[str]:
    """The assignment of this table, or row, of numbers, on one line if it fits.

    are_floats: whether they have to be floats even where all are whole.
    """
    items = [_row(row) for row in values.tolist()]
    ending = ", dtype=float)" if are_floats and "." not in "".join(items) else ")"
    line = f"{name} = np.array([{', '.join(items)}]{ending}"
    return [line] if len(line) <= WIDTH else [f"{name} = np.array([", *_wrapped(items), f"]{ending}"]


def _row(values: float | list[float]) -> str:
    return f"[{', '.join(map(number, values))}]" if isinstance(values, list) else number(values)


def number(value: float) -> str:
    """The float that is this value, to the bit; a whole number without its .0, but for -0.0."""
    text = repr(float(value))
    is_short = text.endswith(".0") and text != "-0.0" and abs(value) < LARGEST_WHOLE
    return text.removesuffix(".0") if is_short else text


def _wrapped(items: list[str]) -> Iterator[str]:
    """The items filled into lines; one that fits on a line stays whole."""
    joined = ", ".join(item.replace(" ", "\xa0") if len(item) < WIDTH - 5 else item for item in items)
    lines = textwrap.wrap(f"{joined},", WIDTH - 4, break_long_words=False, break_on_hyphens=False)
    return (f"    {line}".replace("\xa0", " ") for line in lines)


def quoted(text: str) -> str:
    """The string that is this text, in ASCII."""
    written = ascii(text)
    return written if "\\" in written or '"' in text else f'"{written[1:-1]}"'


def commented(text: str) -> str:
    """This text in ASCII on one line, to stand in a comment; not on the first two of a file.

    There Python reads the name of a charset in it, and in some charsets a line ends in the midst of it.
    """
    return ascii(text)[1:-1]
