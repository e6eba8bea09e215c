"""Terminals and locales of many kinds: what each is sent, byte by byte."""

import re
import sys

import pytest

from tests.terminal.emulator import Terminal

LEAVES = b"\x1b[?1049l"
COLOURS = re.compile(rb"\x1b\[([0-9;]+)m")
VIOLET = b"38;5;141"  # the state's, among 256 colours
LATIN_1 = [
    "de_DE.ISO-8859-1",
    "en_US.ISO-8859-1",
    "de_DE@euro",
]  # by name: none of them is installed here, maybe
AS_IT_IS = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}  # Python takes C for ASCII, and asks for no UTF-8
UTF_8 = ["C", "POSIX", "C.UTF-8", "", "xx_XX.utf8"]


def seen_and_left(terminal: Terminal) -> tuple[str, bytes]:
    """What it showed, and all that it was sent until it was left, which went well."""
    terminal.wait_for("0.248")
    terminal.send(".")
    terminal.wait_for(" 1 of 10,001")
    shown = terminal.text
    terminal.send("q")
    assert terminal.finish() == 0
    assert b"\\u" not in terminal.received
    return shown, terminal.received


def colours_of(received: bytes) -> set[bytes]:
    """The colours asked for, each as it was: 38;5;141, 97, …"""
    asked = set()
    for codes in COLOURS.findall(received):
        asked |= set(re.findall(rb"[34]8;5;\d+|[34]8;2;\d+;\d+;\d+|\d+", codes))
    return asked


@pytest.mark.parametrize("colorterm", [{}, {"COLORTERM": "truecolor"}], ids=["", "truecolor"])
@pytest.mark.parametrize(
    "term", ["xterm-256color", "screen-256color", "tmux-256color", "xterm", "screen", "linux", "vt100", "vt220"]
)
def test_a_terminal_gets_the_colours_it_has(term, colorterm):
    _, received = seen_and_left(Terminal("--paused", term=term, LC_ALL="C.UTF-8", **colorterm))
    asked = colours_of(received)
    is_true, is_indexed = (any(kind in each for each in asked) for kind in (b"8;2;", b"8;5;"))
    assert is_true == bool(colorterm)
    assert is_indexed == (not colorterm and term.endswith("-256color"))
    has_few = not is_true and not is_indexed
    assert not has_few or all(
        int(each) < 10 or 30 <= int(each) <= 49 or 90 <= int(each) <= 107 for each in asked
    )
    assert received.isascii() == (term in ("linux", "vt100", "vt220"))


@pytest.mark.parametrize("term", ["dumb", "unknown", "", None])
def test_what_is_no_terminal_gets_one_line_that_says_why(term):
    shown = f"TERM={term}" if term else "TERM is not set"
    shell = ["env", "-u", "TERM"] if term is None else ["env", f"TERM={term}"]
    terminal = Terminal(command=[*shell, sys.executable, "-m", "backprop_tui"])
    assert terminal.finish() == 2
    assert b"\x1b" not in terminal.received
    assert shown in terminal.received.decode() and terminal.received.count(b"\n") == 1


@pytest.mark.parametrize(("no_color", "has_violet"), [("1", False), ("", True)])
def test_no_color_is_a_wish_unless_it_is_empty(no_color, has_violet):
    _, received = seen_and_left(Terminal("--paused", LC_ALL="C.UTF-8", NO_COLOR=no_color))
    assert (VIOLET in received) == has_violet


@pytest.mark.parametrize(
    "interpreter", [{}, {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}], ids=["", "strict"]
)
@pytest.mark.parametrize("locale", UTF_8)
def test_without_a_charset_it_is_utf_8(locale, interpreter):
    shown, received = seen_and_left(Terminal("--paused", LC_ALL=locale, LC_CTYPE="", LANG="", **interpreter))
    assert "╭─ Step and loss" in shown and "⠁" in shown
    assert received.decode()


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_python_s_own_encoding_is_no_locale(encoding):
    shown, received = seen_and_left(Terminal("--paused", LC_ALL="C.UTF-8", PYTHONIOENCODING=encoding))
    assert "╭─ Step and loss" in shown and received.decode()


@pytest.mark.parametrize(
    ("locale", "variable"),
    [*((locale, "LC_ALL") for locale in LATIN_1), ("de_DE", "LC_CTYPE"), ("de_DE", "LANG")],
)
def test_an_eight_bit_charset_gets_ascii(locale, variable):
    environment = {"LC_ALL": "", "LC_CTYPE": "", "LANG": "", variable: locale}
    shown, received = seen_and_left(Terminal("--paused", **environment))
    assert received.isascii() and "+- Step and loss" in shown


def test_the_option_has_the_last_word():
    assert seen_and_left(Terminal("--paused", "--ascii", LC_ALL="C.UTF-8"))[1].isascii()
    shown, received = seen_and_left(
        Terminal("--paused", "--no-ascii", term="linux", LC_ALL=LATIN_1[0], **AS_IT_IS)
    )
    assert "╭─ Step and loss" in shown and received.decode()


def test_not_one_byte_beyond_ascii_in_a_whole_visit():
    terminal = Terminal("--ascii", "--speed", "max", "--steps", "3000", LC_ALL="C.UTF-8")
    terminal.wait_for("finished")
    terminal.send(")d")
    for keys, words in (("?", "How often all"), ("m", "z1 = X*W1"), ("e", "The tutorial's"), ("t", "flips")):
        terminal.send(keys)
        terminal.wait_for(words)
        terminal.send("\x1b")
        terminal.wait_for("- Step and loss -")
    terminal.send("\x1b[H\x1b[6~(\x1b[6~")
    terminal.wait_for("200 of 3,000")
    terminal.send("q")
    assert terminal.finish() == 0
    assert terminal.received.isascii()
    assert b"at step 100 rate 0.5->0.2" in terminal.received.rpartition(LEAVES)[2]


def test_the_size_is_the_terminal_s_whatever_the_environment_says():
    terminal = Terminal("--paused", size=(80, 24), COLUMNS="40", LINES="10")
    terminal.wait_for("0.248")
    terminal.wait_for("e experiments")
    assert "e experiments" in terminal.screen.display[23]
    terminal.send("q")
    assert terminal.finish() == 0


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"term": "xterm"}], ids=["no colour", "16 colours"])
def test_the_mark_in_a_list_is_no_colour_alone(environment):
    terminal = Terminal("--paused", **environment)
    terminal.wait_for("paused")
    terminal.send("p")
    terminal.wait_for("2-bit parity")
    terminal.send("\x1b[B")
    for _ in range(100):
        terminal.read(0.1)
        marked = [row for row in range(24) if is_underlined(terminal, row)]
        if marked and "2-bit parity" in terminal.screen.display[marked[0]]:
            break
    assert len(marked) == 2
    terminal.send("\x03")
    assert terminal.finish() == 0


def is_underlined(terminal: Terminal, row: int) -> bool:
    return any(cell.underscore for cell in terminal.screen.buffer[row].values())
