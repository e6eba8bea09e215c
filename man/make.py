"""Writes backprop-tui.1 from page.roff, the parsers and the keys; from the clone: `python -m man.make`."""

from collections.abc import Iterable
from pathlib import Path

from backprop_tui import __version__
from backprop_tui.names import NAMES
from backprop_tui.options import all_parsers
from backprop_tui.plain.completion import Word, commands_of, words_of
from backprop_tui.ui.keys import GRID_KEYS, KEYS, LINE_KEYS, SWEEP_KEYS, Key

HERE = Path(__file__).parent
PAGE = HERE / "backprop-tui.1"
APP, *_ = all_parsers()
COMMANDS = commands_of(APP)
GROUPS = {
    option: group.title or ""
    for group in APP._action_groups
    for action in group._group_actions
    for option in action.option_strings
}


def page() -> str:
    """The man page, the same wherever and whenever it is made."""
    parts = {
        "version": escaped(__version__),
        "synopsis": synopsis(),
        "commands": "\n".join(map(command, COMMANDS)),
        "options": "\n".join(map(group, dict.fromkeys(GROUPS.values()))),
        "keys of the run": keys(KEYS),
        "keys of a step": keys(LINE_KEYS),
        "keys of a sweep": keys(SWEEP_KEYS),
        "keys of the grid": keys(GRID_KEYS),
    }
    text = (HERE / "page.roff").read_text(encoding="ascii")
    for name, part in parts.items():
        text = text.replace(f"@{name}@", part)
    return text


def escaped(text: str) -> str:
    """The text as roff has it: in ASCII, a hyphen one that can be typed, no line a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    text = "".join(letter if letter.isascii() else f"\\[u{ord(letter):04X}]" for letter in text)
    return f"\\&{text}" if text.startswith(".") else text


def bold(text: str) -> str:
    """The text in bold."""
    return f"\\fB{escaped(text)}\\fR"


def typed(word: Word) -> str:
    """The word as it is typed: --problem NAME."""
    if not word.options:
        word_typed = bold("|".join(word.values)) if word.values else f"\\fI{escaped(word.metavar)}\\fR"
        return f"[{word_typed}]" if word.takes == "?" else word_typed
    value = f"\\fI{escaped(word.metavar)}\\fR"
    value = {"0": "", "?": f" [{value}]", "1": f" {value}"}[word.takes]
    return ", ".join(bold(option) + value for option in word.options)


def listed(word: Word) -> str:
    """An option and its sentence, with the names that are allowed where its value has one of a table."""
    names = NAMES.get(word.options[0], ()) if word.options else ()
    allowed = f"\n.br\nOne of {escaped(', '.join(names))}." if names else ""
    return f".TP\n{typed(word)}\n{escaped(word.sentence)}{allowed}"


def synopsis() -> str:
    """A line for the app and one for each command."""
    places = {
        name: " ".join(typed(word) for word in words_of(parser, {}) if not word.options)
        for name, (_, parser) in {"": ("", APP), **COMMANDS}.items()
    }
    start = bold("backprop-tui")
    return "\n.br\n".join(
        " ".join(filter(None, (start, bold(name) if name else "", place, "[options]")))
        for name, place in places.items()
    )


def command(name: str) -> str:
    """A command, its sentence and the options that only it has."""
    sentence, parser = COMMANDS[name]
    everywhere = [(word.options, word.sentence) for word in words_of(APP, {})]
    words = [*words_of(parser, {})]
    own = [word for word in words if (word.options, word.sentence) not in everywhere]
    of_the_run = any(GROUPS.get(option) == "the run" for word in words for option in word.options)
    start = f".TP\n{bold(name)}\n{escaped(sentence)}{'; takes the options of the run' if of_the_run else ''}"
    return "\n".join([start, ".RS", *map(listed, own), ".RE"])


def group(title: str) -> str:
    """A group of the app's options under its title."""
    words = [word for word in words_of(APP, {}) if word.options and GROUPS[word.options[0]] == title]
    heading = {"options": "General"}.get(title, title.capitalize())
    return "\n".join([f".SS {heading}", *map(listed, words)])


def keys(table: Iterable[Key]) -> str:
    """A table of keys, each with its sentence."""
    lines = (f".TP\n{bold(key.shown)}\n{escaped(key.sentence)}" for key in table)
    return "\n".join((".PD 0", *lines, ".PD"))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="ascii")
