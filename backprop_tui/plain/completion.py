"""`backprop-tui completion`: what lets bash, zsh and fish complete a command line, all of it from the parsers.

completion.bash, .zsh and .fish beside this file say how a shell goes about it; what can be typed is put in at
the words between @. Nothing is called to complete, and neither NumPy nor Textual is loaded to print a script.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

Names = Mapping[str, tuple[str, ...]]
Places = Mapping[str, list["Word"]]


class Word(NamedTuple):
    """An option, or without options what stands in its own place, and what can be typed for it.

    takes: how many values, as "0", "?" or "1". files: the pattern of the files it may be, if it is one.
    """

    options: tuple[str, ...]
    takes: str
    metavar: str
    values: tuple[str, ...]
    files: str
    sentence: str


def completion(shell: str, parser: argparse.ArgumentParser, names: Names) -> str:
    """The script for this shell. names: the values of options where the parser does not say them."""
    commands = {name: sentence for name, (sentence, _) in commands_of(parser).items()}
    after = {name: [*words_of(own, names)] for name, (_, own) in commands_of(parser).items()}
    places = {"": [*words_of(parser, names)], **after}
    script = Path(__file__).with_name(f"completion.{shell}").read_text(encoding="utf-8")
    for word, text in SHELLS[shell](places, commands).items():
        script = script.replace(f"@{word}@", text)
    return script


def commands_of(parser: argparse.ArgumentParser) -> dict[str, tuple[str, argparse.ArgumentParser]]:
    """The commands of a parser, each with its sentence and its own parser."""
    found = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return {
        each.dest: (each.help or "", action.choices[each.dest])
        for action in found
        for each in action._choices_actions
    }


def words_of(parser: argparse.ArgumentParser, names: Names) -> Iterator[Word]:
    """What can be typed there, in the order of the help, but for commands.

    The values are the choices, or in names; of the metavar STEPS|max what is in small letters; and FILE.csv is
    a file with that ending.
    """
    formatter = parser._get_formatter()
    for action in parser._actions:
        if action.help == argparse.SUPPRESS or isinstance(action, argparse._SubParsersAction):
            continue
        metavar = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
        values = tuple(map(str, action.choices or ())) or names.get("".join(action.option_strings), ())
        values = values or tuple(value for value in metavar.split("|") if "|" in metavar and value.islower())
        files = metavar.replace("FILE", "*") if metavar.startswith("FILE") else ""
        takes = "0" if action.nargs == 0 else "?" if action.nargs == "?" else "1"
        sentence = formatter._expand_help(action) if action.help else ""
        yield Word(tuple(action.option_strings), takes, metavar, values, files, sentence)


def _with_values(places: Places) -> list[str]:
    """The options of the app after which a word is no command."""
    return [option for word in places[""] if word.takes == "1" for option in word.options]


def _quoted(text: str, apostrophe: str = r"'\''") -> str:
    return "'" + text.replace("'", apostrophe) + "'"


def _bash(places: Places, commands: Mapping[str, str]) -> dict[str, str]:
    after_option: dict[str, list[str]] = defaultdict(list)
    in_its_place = []
    for command, words in places.items():
        options = " ".join(option for word in words for option in word.options)
        in_its_place.append(f"'{command} -'*) words='{options}' ;;")
        for word in words:
            typed = f"files='{word.files}'" if word.files else f"words='{' '.join(word.values)}'"
            starts = {"0": (), "?": ("", "[!-]*"), "1": ("*",)}[word.takes]
            after_option[typed] += [f"'{command} {name} '{start}" for name in word.options for start in starts]
            in_its_place += [] if word.options else [f"'{command} '*) {typed} ;;"]
    in_its_place.append(f"' '*) words='{' '.join(commands)}' ;;")
    cases = [f"{'|'.join(patterns)}) {typed} ;;" for typed, patterns in after_option.items() if patterns]
    return {
        "options": "|".join(f":{option}" for option in _with_values(places)),
        "commands": "|".join(f":{name}" for name in commands),
        "after option": "\n        ".join(cases),
        "in its place": "\n            ".join(in_its_place),
    }


def _zsh(places: Places, commands: Mapping[str, str]) -> dict[str, str]:
    blocks = {name: " \\\n            ".join(map(_zsh_word, words)) for name, words in places.items()}
    return {
        "options": blocks[""],
        "commands": " ".join(_quoted(f"{name}:{sentence}") for name, sentence in commands.items()),
        "after": "\n        ".join(f"{name}) _arguments {blocks[name]} ;;" for name in commands),
    }


def _zsh_word(word: Word) -> str:
    """The word as _arguments has it, each of its options once."""
    values = f"({' '.join(word.values)})" if word.values else " "
    typed = f'_files -g "{word.files}"' if word.files else values
    value = {"0": "", "?": f"::{word.metavar}:{typed}", "1": f":{word.metavar}:{typed}"}[word.takes]
    sentence = word.sentence.replace("\\", "\\\\").replace("[", r"\[").replace("]", r"\]")
    once = f"({' '.join(word.options)})" if len(word.options) > 1 else ""
    spelled = [f"{option}=" if value and option.startswith("--") else option for option in word.options]
    return " ".join(map(_quoted, [f"{once}{option}[{sentence}]{value}" for option in spelled] or [f"1{value}"]))


def _fish(places: Places, commands: Mapping[str, str]) -> dict[str, str]:
    named = [Word((), "1", "", (name,), "", sentence) for name, sentence in commands.items()]
    by_place = {**places, "": [*places[""], *named]}
    lines = [line for name, words in by_place.items() for word in words for line in _fish_lines(name, word)]
    return {
        "options": " ".join(_with_values(places)),
        "commands": " ".join(commands),
        "lines": "\n".join(lines),
    }


def _fish_lines(command: str, word: Word) -> Iterator[str]:
    start = f'complete -c backprop-tui -n \'__backprop_tui_at "{command}"'
    ending = word.files.removeprefix("*").replace(".", "[.]")
    typed = f'(__backprop_tui_files "{ending}")' if word.files else " ".join(word.values)
    value = f" -a '{typed}'" if typed else ""
    kinds = {True: "l", False: "s"}
    spelled = "".join(f" -{kinds[name.startswith('--')]} {name.lstrip('-')}" for name in word.options)
    required = " -x" if spelled and word.takes == "1" else ""
    sentence = _quoted(word.sentence.replace("\\", "\\\\"), r"\'")
    yield f"{start}'{spelled}{required}{value} -d {sentence}"
    if word.takes == "?":  # of such an option fish itself completes what is typed after = alone
        yield f"{start}; and contains -- (commandline -opc)[-1] {' '.join(word.options)}'{value}"


SHELLS: Mapping[str, Callable[[Places, Mapping[str, str]], dict[str, str]]] = {
    "bash": _bash,
    "zsh": _zsh,
    "fish": _fish,
}
