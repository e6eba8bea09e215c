"""The front end that records: a demo as an asciicast, as pictures, and converted by programs of the extra."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import chdir
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from backprop_tui.core.demo import Demo
from backprop_tui.core.files import shown_path, written_whole

if TYPE_CHECKING:
    from backprop_tui.recording.stage import Recording
    from backprop_tui.ui.app import BackpropApp

EXTRA = "pip install 'backprop-tui[record]'"


class Converter(NamedTuple):
    """A program of the extra: its name, what stands before the two files, and what between them."""

    program: str
    before: tuple[str, ...] = ()
    between: tuple[str, ...] = ()


CONVERTERS = {
    "--gif": Converter("agg", ("--idle-time-limit", "600")),
    "--animated-svg": Converter("showreel", ("svg", "--quiet", "--no-cursor"), ("--out",)),
}


class MissingExtra(Exception):
    """A program of the extra is not installed; the text is the line that says so."""


def program(option: str) -> str:
    """Where the program that this option needs is: beside Python, or on the path. Raises MissingExtra."""
    name = CONVERTERS[option].program
    places = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    found = shutil.which(name, path=places)
    if found is None:
        raise MissingExtra(f"{option} needs {name}, which is not installed: {EXTRA}")
    return found


class NotConverted(Exception):
    """A program of the extra could not do it; the text is the line that says so."""


def record(
    demo: Demo,
    out: Path | None,
    pictures: Path | None,
    converted: Mapping[str, Path],
    app_of_kind: "Callable[[type[BackpropApp]], BackpropApp]",
) -> int:
    """Record the demo into these files; returns the exit status.

    converted: the file by the option that asks for it. app_of_kind: makes the app. Raises BadFile
    where the demo cannot go on, MissingExtra, NotConverted, OSError where a file cannot be written.
    """
    programs = {option: program(option) for option in converted}
    frames, named, not_played = _performed(demo, app_of_kind)
    if not_played:
        print(f"backprop-tui: the app was left there; not played: {not_played} and after", file=sys.stderr)
    from backprop_tui.recording.cast import asciicast

    cast = "".join(asciicast(demo, frames)).encode()
    seconds = len(frames) / demo.fps
    if out:
        _write(out, cast)
        print(f"{shown_path(out)}: {seconds:.1f} seconds, {len(frames):,} frames, {len(cast) / 1e6:.2f} MB")
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
        for name, svg in named.items():
            _write(pictures / f"{name}.svg", svg.encode())
            print(shown_path(pictures / f"{name}.svg"))
    for option, path in converted.items():
        _convert(programs[option], CONVERTERS[option], cast, path)
        print(f"{shown_path(path)}: {path.stat().st_size / 1e6:.2f} MB")
    return 0


def _performed(demo: Demo, app_of_kind: "Callable[[type[BackpropApp]], BackpropApp]") -> "Recording":
    """The same whatever the terminal and the user are: no colours are missing, and nothing is kept or found."""
    for name in [name for name in os.environ if name.startswith("TEXTUAL") or name == "NO_COLOR"]:
        del os.environ[name]
    from backprop_tui.recording.stage import StageApp, perform

    app = app_of_kind(StageApp)
    with TemporaryDirectory() as nothing_kept, chdir(nothing_kept):
        os.environ["XDG_STATE_HOME"] = nothing_kept
        return perform(demo, app)


def _write(path: Path, content: bytes) -> None:
    with written_whole(path) as file:
        file.write(content)


def _convert(found: str, converter: Converter, cast: bytes, path: Path) -> None:
    with NamedTemporaryFile(suffix=".cast") as recorded:
        recorded.write(cast)
        recorded.flush()
        words = [found, *converter.before, recorded.name, *converter.between, str(path.resolve())]
        ended = subprocess.run(words, capture_output=True, text=True, check=False)
    if ended.returncode:
        told = ended.stderr.strip().splitlines() or ["no reason given"]
        fault = next((line for line in told if "error" in line.lower()), told[-1])
        raise NotConverted(f"{converter.program} could not write {shown_path(path)}: {fault}")
