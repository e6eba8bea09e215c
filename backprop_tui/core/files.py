"""Files from outside, opened with care, and files left behind, written whole or not at all."""

import contextlib
import itertools
import os
import stat
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import IO

LONGEST_SHOWN, LONGEST_PATH = 40, 80  # characters
TEMPORARY = "backprop-tui-"  # begins the name of a file that is being written
STALE_SECONDS = 3600  # after which what a killed process left beside a file is nobody's any more
JOINING_JAMO = frozenset(map(chr, range(0x1160, 0x1200)))  # vowels and finals of Hangul, drawn over the initial


class BadFile(ValueError):
    """A file that cannot be used; the text is one line: which, where in it, what is wrong, what is allowed."""


def shown(text: str, most: int | None = LONGEST_SHOWN) -> str:
    """Text from outside, safe to print: what is no plain character of one cell is spelled out."""
    plain = "".join(
        letter if _takes_one_cell(letter) else letter.encode("unicode_escape", "replace").decode()
        for letter in text
    )
    return plain if most is None or len(plain) <= most else plain[: most - 1] + "…"


def shown_path(path: Path) -> str:
    """A path, safe to print; of a long one the end, which has the file's name."""
    text = shown(str(path), None)
    return text if len(text) <= LONGEST_PATH else f"…{text[1 - LONGEST_PATH :]}"


def _takes_one_cell(letter: str) -> bool:
    return (
        letter.isprintable()
        and unicodedata.east_asian_width(letter) not in "WF"
        and not unicodedata.category(letter).startswith("M")
        and letter not in JOINING_JAMO
    )


def state_folder() -> Path:
    """Where the XDG Base Directory Specification has what a program keeps for its user."""
    state = Path(os.environ.get("XDG_STATE_HOME", ""))
    if not state.is_absolute():  # it is to be ignored then
        try:
            state = Path.home() / ".local" / "state"
        except RuntimeError:  # a user without a home
            state = Path(tempfile.gettempdir()) / f"state-of-{os.getuid()}"
    return state / "backprop-tui"


def opened(path: Path) -> IO[bytes]:
    """The file, to read its bytes. Raises BadFile for one that cannot be read or that is no ordinary file."""
    try:
        # Without O_NONBLOCK opening a FIFO would wait for someone to write to it.
        file = open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK))  # noqa: SIM115
    except (OSError, ValueError) as refused:
        reason = refused.strerror if isinstance(refused, OSError) and refused.strerror else str(refused)
        raise BadFile(f"{shown_path(path)}: {reason}") from None
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise BadFile(f"{shown_path(path)}: not an ordinary file")
    return file


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to; it takes its place only once it is whole, so a crash leaves the old file as it was.

    A symbolic link stays one. Raises OSError when it cannot be written.
    """
    place = Path(os.path.realpath(path))
    beside = place.with_name(f".{TEMPORARY}{os.urandom(8).hex()}.tmp")
    _remove_leftovers(place.parent)
    file = beside.open("xb")
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(place)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _remove_leftovers(folder: Path) -> None:
    """Remove what processes killed long ago left there."""
    for left in folder.glob(f".{TEMPORARY}*.tmp"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > STALE_SECONDS:
                left.unlink()


def free_path(stem: str, ending: str) -> Path:
    """A file of this name in the present folder that is not there yet: stem.ending, stem-2.ending, …"""
    numbers = itertools.chain([""], (f"-{count}" for count in itertools.count(2)))
    paths = (Path(f"{stem}{number}.{ending}") for number in numbers)
    return next(path for path in paths if not path.exists())
