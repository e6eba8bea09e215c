"""What nobody would type, and how many of it are tried: always the same ones, so that a failure comes again."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as any_of

STRINGS = {  # those that have harmed terminal programs, by what they are
    "escape": "\x1b[31mred\x1b[0m",
    "clear screen": "\x1b[2J\x1b[H",
    "window title": "\x1b]0;title\x07",
    "link": "\x1b]8;;http://example.org\x1b\\link\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;aGVsbG8=\x07",
    "device query": "\x1b[c\x1b[6n",
    "C1 sequence": "\x9b31m\x9d0;title\x9c",
    "bell": "a\x07b",
    "backspace": "abc\x08\x08\x08xyz",
    "delete": "a\x7fb",
    "return": "abc\rxyz",
    "line feed": "a\nb",
    "line separators": "a\u2028b\u2029c\x85d\x0bx\x0c",
    "tab": "a\tb",
    "right to left": "a\u202egnp.exe",
    "isolates": "a\u2066b\u2069\u200f",
    "zero width": "a\u200bb\u200dc\ufeff\u2060",
    "combining": "Z\u0350\u0351\u0352" + "\u0301" * 30,
    "wide": "名前",
    "emoji": "👩‍👩‍👧🏽",
    "closing tag": "[/]",
    "action": "[@click=app.quit]x[/]",
    "bold": "[bold]x[/bold] [red on blue]",
    "braces": "{x} {0} {learned9x}",
    "percent": "%s %n %(x)s %",
    "spelled escape": r"\u202e \x1b[2J \N{BULLET}",
    "surrogate": "\udc80\udcff",
    "very long": "x" * 200,
}
PIECES = [  # of a file, where some of it is to be put in another place
    *(each.encode("utf-8", "surrogatepass") for each in STRINGS.values()),
    *(b'"', b",", b";", b"\t", b"\r", b"\n", b"\0", b"\xff", b"\xef\xbb\xbf", b"nan", b"1e999", b"_", b""),
]
CONTROL = {*map(chr, range(32)), *map(chr, range(127, 160))}

BAD_VALUES = [
    *(
        "",
        " ",
        "\t",
        "-1",
        "1e999",
        "-1e999",
        "nan",
        "inf",
        "-inf",
        "1" + "0" * 30,
        "9" * 5_000,
        "1_000",
        "0x10",
    ),
    *(
        "０",
        "٣",
        "²",
        "½",
        "4,",
        ",4",
        "4,,3",
        "1e",
        "--",
        "\0",
        "\ud800",
        "\x1b[31m",
        "x" * 3_000,
        "None",
        "[]",
    ),
]


def examples(count: int) -> settings:
    """So many examples, the same ones in every run; the one that fails is printed."""
    return settings(
        max_examples=count,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


def counts(few: int, many: int) -> pytest.MarkDecorator:
    """How many examples to try: a few always, many with -m slow."""
    marked = pytest.param(many, marks=[pytest.mark.slow, pytest.mark.timeout(3_600)])
    return pytest.mark.parametrize("count", [few, marked])


def texts(without: str = "") -> any_of.SearchStrategy[str]:
    """Texts of any characters, halves of surrogates too, that are none of these."""
    return any_of.text(any_of.characters(exclude_categories=(), exclude_characters=without), max_size=50)
