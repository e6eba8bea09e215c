"""Arrays out of an .npz that may be anything: no member is read before its size is known to be right."""

import math
import os
import re
import struct
import zipfile
import zlib
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from backprop_tui.core.files import BadFile

LARGEST_FILE = 2**24  # bytes; the largest network with the most examples takes 11 MB
LARGEST_DIRECTORY = 2**13  # bytes: the list of members, at the end of the file
LARGEST_HEADER = 2**10  # bytes in front of a member's values
LARGEST_TEXT = 2**18  # bytes, four a character
WHOLE, NUMBER, TEXT = "i8", "f8", r"U\d+"
PACKED = (
    zipfile.ZIP_STORED,
    zipfile.ZIP_DEFLATED,
)  # the other ways unpack all there is, however little is read

# NumPy's own reader evaluates a header as Python, warns of some, and raises whatever comes of it.
HEADER = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '([<>])([a-zA-Z]\d{1,5})', 'fortran_order': (True|False), "
    rb"'shape': \(([\d, ]*)\),? ?\} *\n",
    re.DOTALL,
)
# What zipfile, zlib and NumPy raise when bytes are not what they should be.
DAMAGED = (
    OSError,
    ValueError,
    EOFError,
    OverflowError,
    RuntimeError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
)


def archive_in(file: IO[bytes]) -> zipfile.ZipFile:
    """The archive in this file. Raises BadFile if it is too large, one of DAMAGED if it is none."""
    size = os.fstat(file.fileno()).st_size
    if size > LARGEST_FILE:
        raise BadFile(f"too large: {size:,} bytes, at most {LARGEST_FILE:,} are read")
    file.seek(max(size - 42, 0))
    end = file.read()
    directory = int.from_bytes(end[-10:-6], "little")
    # Listing the members takes long if they are many. What archives of gigabytes have before the usual
    # record at the end would overrule it.
    if end[-22:-18] != b"PK\5\6" or end[:4] == b"PK\6\7" or directory > LARGEST_DIRECTORY:
        raise zipfile.BadZipFile
    return zipfile.ZipFile(file)


def values(archive: zipfile.ZipFile, name: str, kind: str, shape: tuple[int | range, ...] = ()) -> NDArray[Any]:
    """The values of a member, in the machine's byte order and row by row; numbers are finite.

    kind: WHOLE, NUMBER or TEXT. shape: as it has to be. Raises BadFile, or one of DAMAGED.
    """
    most = LARGEST_TEXT if kind == TEXT else 8 * math.prod(max(_allowed(size)) for size in shape)
    content = _content(archive, name, LARGEST_HEADER + most)
    header = HEADER.fullmatch(content, 0, 10 + int.from_bytes(content[8:10], "little"))
    if not header or not re.fullmatch(kind, header[2].decode()):
        raise BadFile(f"{name} is not of the type it has to be")
    found = tuple(map(int, re.findall(rb"\d+", header[4])))
    if len(found) != len(shape) or any(has not in _allowed(size) for has, size in zip(found, shape)):
        raise BadFile(f"{name} has shape {found}, the experiment says {shape}")
    raw = np.frombuffer(content, (header[1] + header[2]).decode(), offset=header.end())
    raw = raw.reshape(found, order="F" if header[3] == b"True" else "C")
    if kind == NUMBER and not np.isfinite(raw).all():
        raise BadFile(f"{name} has a number that is not finite")
    return np.array(raw, dtype=raw.dtype.newbyteorder("="), order="C")


def _allowed(size: int | range) -> range:
    return range(size, size + 1) if isinstance(size, int) else size


def _content(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """A member's bytes; that they are all there and unchanged is checked by their sum."""
    try:
        member = archive.getinfo(f"{name}.npy")
    except KeyError:
        raise BadFile(f"{name} is missing") from None
    if member.file_size > most or member.compress_type not in PACKED:
        raise BadFile(f"{name} is larger than it can be, or packed in a way that is not read")
    with archive.open(member) as file:
        return file.read(member.file_size)  # asked for all there is, it would unpack more than it says
