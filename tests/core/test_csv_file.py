import gzip
import io
import os
import random
import time
import tracemalloc
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from backprop_tui.core import csv_file
from backprop_tui.core.csv_file import read_problem
from backprop_tui.core.experiment import command_line, fitting
from backprop_tui.core.files import BadFile
from backprop_tui.core.training import start, train
from tests.hostile import PIECES

XOR = b"x1,x2,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n"
XOR_INPUTS, XOR_TARGETS = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
LAST = "the last column, {}, was taken as the target"


@pytest.fixture
def read(tmp_path):
    def read_bytes(content, name="points.csv"):
        (tmp_path / name).write_bytes(content)
        return read_problem(tmp_path / name)

    return read_bytes


def is_plain(text):
    """Nothing that moves a cursor, ends a line or turns the direction of writing."""
    return not any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") for letter in text)


def refusal(read_it, *arguments):
    with pytest.raises(BadFile) as refused:
        read_it(*arguments)
    text = str(refused.value)
    assert is_plain(text) and len(text) <= 200
    return text


def test_a_file_of_ones_own_becomes_a_problem(read, tmp_path):
    own, assumed = read(XOR, "my gate.csv")
    assert assumed == ""
    assert (own.name, own.title, own.about, own.source) == ("", "my gate", "", str(tmp_path / "my gate.csv"))
    assert own.input_labels == ("x1", "x2") and own.output_labels == ("ŷ",)
    for array, numbers in ((own.inputs, XOR_INPUTS), (own.targets, XOR_TARGETS)):
        assert array.dtype == np.float64 and array.tolist() == numbers
        assert array.flags.c_contiguous and not array.flags.writeable


def test_what_was_read_can_be_trained_on_and_repeated(read, tmp_path):
    own, _ = read(XOR)
    first = start(fitting(own))
    assert next(train(first)).loss < first.loss
    assert command_line(first.experiment) == f"backprop-tui --data {tmp_path / 'points.csv'} --seed 42"


@pytest.mark.parametrize(
    "content",
    [
        XOR.replace(b"\n", b"\r\n"),
        XOR.replace(b"\n", b"\r"),
        XOR.removesuffix(b"\n"),
        b"\xef\xbb\xbf" + XOR,
        XOR + b"\n \n\r\n\t\n",
        b"\n" + XOR.replace(b"\n", b"\n\n"),
        XOR.replace(b",", b" ,  ").replace(b"\n", b" \n "),
        XOR.replace(b"0", b'"0"').replace(b"x1", b'"x1"'),
        XOR.replace(b"0", b' "0"  ').replace(b"x1", b' "x1" '),
        XOR.replace(b"0", b"-.0e+7").replace(b"\n1", b"\n+1."),
    ],
    ids=["CRLF", "CR", "no end", "BOM", "blank ends", "blank rows", "spaces", "quotes", "both", "notations"],
)
def test_ways_to_write_the_same_numbers(read, content):
    own, assumed = read(content)
    assert own.inputs.tolist() == XOR_INPUTS and own.targets.tolist() == XOR_TARGETS
    assert own.input_labels == ("x1", "x2") and assumed == ""


@pytest.mark.parametrize(
    ("content", "inputs", "outputs", "assumed"),
    [
        ("x,y,X_2,Y2\n1,1,1,1", ("x", "X_2"), ("ŷ", "ŷ2"), ""),
        ("y_a,y-b,x\n1,1,1", ("x",), ("ŷ_a", "ŷ-b"), ""),
        ("x 1,y,xénon\n1,1,1", ("x 1", "xénon"), ("ŷ",), ""),
        ("id,x1,comment,y\n1,1,a b,1", ("x1",), ("ŷ",), "left out: id, comment"),
        ("x,y,xor,year\n1,1,,", ("x",), ("ŷ",), "left out: xor, year"),
        ("a,b,c,d,e,f,g,x,y\n1,1,1,1,1,1,1,1,1", ("x",), ("ŷ",), "left out: a, b, c, d, e and 2 more"),
        ("width,height,label\n1,1,1", ("width", "height"), ("ŷ",), LAST.format("label")),
        ("x1,x2,label\n1,1,1", ("x1", "x2"), ("ŷ",), LAST.format("label")),
        ("y,a,b\n1,1,1", ("a", "b"), ("ŷ",), "all columns but y were taken as inputs"),
        ("2023,2024,grown\n1,1,1", ("2023", "2024"), ("ŷ",), LAST.format("grown")),
        ("x;y\n1;1", ("x",), ("ŷ",), "columns separated by semicolons"),
        ("x\ty\tnote\n1\t1\ta,b;c", ("x",), ("ŷ",), "columns separated by tabs; left out: note"),
        ('"a;b",c\n1,1', ("a;b",), ("ŷ",), LAST.format("c")),
        (",b,label\n1,1,1", ("c1", "b"), ("ŷ",), "columns without a name called c1; " + LAST.format("label")),
        ("x,y,,\n1,1,1,", ("x",), ("ŷ",), "columns without a name called c3, c4; left out: c3, c4"),
    ],
)
def test_which_columns_are_inputs_and_targets(read, content, inputs, outputs, assumed):
    own, said = read(content.encode())
    assert (own.input_labels, own.output_labels, said) == (inputs, outputs, assumed)
    assert own.inputs.tolist() == [[1] * len(inputs)] and own.targets.tolist() == [[1] * len(outputs)]


def test_columns_may_come_in_any_order(read):
    own, _ = read(b"y2;x2;note;y1;x1\n0;2;a, b;.25;1\n.5;-4;;1;1e3\n")
    assert own.input_labels == ("x2", "x1") and own.inputs.tolist() == [[2, 1], [-4, 1000]]
    assert own.output_labels == ("ŷ2", "ŷ1") and own.targets.tolist() == [[0, 0.25], [0.5, 1]]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b2Jc1", "\\x9b2Jc1"),
        ("\x1b]0;t\x07", "\\x1b]0;t\\x07"),
        ("a\u202eb", "a\\u202eb"),
        ("x\x7f", "x\\x7f"),
        ("[/]", "[/]"),
        ("[@click=app.quit]x[/]", "[@click=app…"),
        ("[b]x[/b]", "[b]x[/b]"),
        ("temperature in °C", "temperature…"),
        ("世界", "\\u4e16\\u754c"),
        ("e\u0301", "e\\u0301"),
    ],
)
def test_names_are_shown_as_plain_text(read, name, label):
    own, assumed = read(f"first,{name}\n1,1\n".encode(), "a.csv")
    assert assumed == LAST.format(label)
    own, _ = read(f"{name},last\n1,1\n".encode(), f"{name.replace('/', '|')}.csv")
    assert own.input_labels == (label,) and is_plain(own.title) and len(own.title) <= 20
    own, assumed = read(f"x,y{name},y,{name}\n1,1,0,1\n".encode())
    assert all(is_plain(text) for text in (*own.output_labels, assumed))
    assert label in refusal(read, f"{name},last\nbad,1\n".encode())


@pytest.mark.parametrize(
    ("rows", "rate"),
    [(1, 0.5), (4, 0.5), (5, 0.2), (8, 0.2), (10, 0.2), (20, 0.1), (200, 0.01), (201, 0.005), (10_000, 2e-4)],
)
def test_the_learning_rate_falls_as_rows_add_to_the_gradient(read, rows, rate):
    own, _ = read(b"x,y\n" + b"1,0\n" * rows)
    assert own.rows == rows and dict(own.defaults) == {"bias": True, "learning_rate": rate, "momentum": 0.9}


def row_2(content):
    """A file whose second row is this one, of the columns x1, x2 and y."""
    return b"x1,x2,y\n" + content


BAD = {
    "text": (row_2(b"0,0,1\n0,abc,1\n"), "row 3, column 2 (x2): 'abc' is not a number"),
    "nan": (row_2(b"0,nan,1"), "row 2, column 2 (x2): 'nan' is not a number"),
    "minus inf": (row_2(b"-inf,0,1"), "row 2, column 1 (x1): '-inf' is not a number"),
    "infinity": (row_2(b"0,Infinity,1"), "row 2, column 2 (x2): 'Infinity' is not a number"),
    "nan target": (row_2(b"0,0,NaN"), "row 2, column 3 (y): 'NaN' is not a number"),
    "hex": (row_2(b"0x1F,0,1"), "row 2, column 1 (x1): '0x1F' is not a number"),
    "underscore": (row_2(b"1_000,0,1"), "row 2, column 1 (x1): '1_000' is not a number"),
    "true": (row_2(b"True,0,1"), "row 2, column 1 (x1): 'True' is not a number"),
    "fraction": (row_2(b"1/2,0,1"), "row 2, column 1 (x1): '1/2' is not a number"),
    "formula": (row_2(b"=1+1,0,1"), "row 2, column 1 (x1): '=1+1' is not a number"),
    "two numbers": (row_2(b"1 2,0,1"), "row 2, column 1 (x1): '1 2' is not a number"),
    "point only": (row_2(b".,0,1"), "row 2, column 1 (x1): '.' is not a number"),
    "sign only": (row_2(b"-,0,1"), "row 2, column 1 (x1): '-' is not a number"),
    "exponent only": (row_2(b"e5,0,1"), "row 2, column 1 (x1): 'e5' is not a number"),
    "arabic digits": (row_2("٣,0,1".encode()), "row 2, column 1 (x1): '٣' is not a number"),
    "true minus": (row_2("−1,0,1".encode()), "row 2, column 1 (x1): '−1' is not a number"),
    "decimal comma": (
        b"x;y\n0,5;1",
        "row 2, column 1 (x): '0,5' is not a number; decimals are written with a point",
    ),
    "too large": (row_2(b"0,-1e999,1"), "row 2, column 2 (x2): '-1e999' is too large a number"),
    "empty cell": (row_2(b"0,,1"), "row 2, column 2 (x2): the cell is empty, a number is needed"),
    "blank cell": (row_2(b'0,"  ",1'), "row 2, column 2 (x2): the cell is empty, a number is needed"),
    "target above 1": (row_2(b"0,0,1.5"), "row 2, column 3 (y): the target '1.5' is not from 0 to 1"),
    "target below 0": (row_2(b"0,0,-1e-9"), "row 2, column 3 (y): the target '-1e-9' is not from 0 to 1"),
    "second target": (b"x,y1,y2\n5,1,2", "row 2, column 3 (y2): the target '2' is not from 0 to 1"),
    "after blank rows": (row_2(b"0,0,1\n\n\n0,?,1"), "row 5, column 2 (x2): '?' is not a number"),
    "after CRs": (row_2(b"0,0,1\r0,0,1\r\n0,?,1"), "row 4, column 2 (x2): '?' is not a number"),
    "escape sequence": (row_2(b"\x1b[2J,0,1"), "row 2, column 1 (x1): '\\x1b[2J' is not a number"),
    "bidi": (row_2("1\u202e2,0,1".encode()), "row 2, column 1 (x1): '1\\u202e2' is not a number"),
    "markup": (row_2(b"[/],0,1"), "row 2, column 1 (x1): '[/]' is not a number"),
    "BOM inside": (row_2("\ufeff1,0,1".encode()), "row 2, column 1 (x1): '\\ufeff1' is not a number"),
    "long text": (row_2(b"a" * 900 + b",0,1"), "row 2, column 1 (x1): 'aaaaaaaaaaaaaaaaaaa…' is not a number"),
    "long number": (
        row_2(b"0." + b"1" * 999 + b",0,1"),
        "row 2, column 1 (x1): the cell is longer than 1,000 characters",
    ),
    "short row": (row_2(b"0,0,1\n0,1"), "row 3: expected 3 columns, found 2"),
    "long row": (row_2(b"0,0,1,"), "row 2: expected 3 columns, found 4"),
    "other separator": (row_2(b"0;0;1"), "row 2: expected 3 columns, found 1"),
    "open quote": (row_2(b'0,0,1\n"0,0,1\n0,0,1\n'), "row 3: a quotation mark is not closed"),
    "cell of two lines": (b'x,y,z\n0,1,"a\nb"\n', "row 2: a quotation mark is not closed"),
    "text behind a quote": (row_2(b'"0"5,0,1'), "row 2: a quotation mark is not closed, or its cell goes on"),
    "space within quotes": (
        row_2(b'"0" "5",0,1'),
        "row 2: a quotation mark is not closed, or its cell goes on",
    ),
    "quote of tabs": (b'x\ty\n"0"5\t1', "row 2: a quotation mark is not closed"),
    "numbers only": (b"0,0,1\n0,1,0", "row 1: the first row must name the columns, as in x1,x2,y"),
    "nan header": (b"nan,1e5,,1_0\n", "row 1: the first row must name the columns, as in x1,x2,y"),
    "nameless header": (b",,\n1,1,1", "row 1: the first row must name the columns, as in x1,x2,y"),
    "same name": (b"x, y ,x,y\n", "row 1, column 3 (x): column 1 has the same name"),
    "name of a nameless": (b"c2,,y\n", "row 1, column 2 (c2): column 1 has the same name"),
    "same name left out": (b"x,y,id,id\n", "row 1, column 4 (id): column 3 has the same name"),
    "one column": (b"y\n1", "row 1: one column; inputs and a target are needed, with commas between them"),
    "spaces for commas": (b"x1 x2 y\n0 0 1", "row 1: one column; inputs and a target are needed"),
    "65 inputs": (",".join(f"x{at}" for at in range(65)).encode() + b",y", "row 1: 65 inputs, at most 64 are"),
    "65 targets": (
        ",".join(f"y{at}" for at in range(65)).encode() + b",x",
        "row 1: 65 targets, at most 64 are",
    ),
    "66 columns": (",".join(f"n{at}" for at in range(66)).encode(), "row 1: 65 inputs, at most 64 are allowed"),
    "empty": (b"", "row 1: the file is empty; the first row must name the columns, as in x1,x2,y"),
    "BOM only": (b"\xef\xbb\xbf", "row 1: the file is empty"),
    "blank only": (b"\n \r\n\n", "row 1: the file is empty"),
    "header only": (b"\nx,y", "row 3: no examples below the row of names"),
    "latin-1": (row_2(b"0,0,1\n0,0,1\n0,\xe9,1\n0,0,1"), "row 4: not text in UTF-8"),
    "latin-1 left out": (b"x,y,note\n0,1,\xe9\n", "row 2: not text in UTF-8"),
    "surrogate": (row_2(b"\xed\xb3\xa9,0,1"), "row 2: not text in UTF-8"),
    "cut short": (row_2(b"0,0,1\n0,0,\xe2\x82"), "row 3: not text in UTF-8"),
    "UTF-16": (XOR.decode().encode("utf-16"), "row 1: not text in UTF-8"),
    "UTF-16 without a mark": (XOR.decode().encode("utf-16-le"), "row 1: not text in UTF-8"),
    "NUL": (row_2(b"0,0,1\n0,\x00,1"), "row 3: not text in UTF-8"),
    "NUL left out": (b"x,y,note\n0,1,\x00\n", "row 2: not text in UTF-8"),
    "gzip": (gzip.compress(XOR, mtime=0), "row 1: not text in UTF-8"),
    "long row of numbers": (row_2(b"0,0," + b"1" * 65_533), "row 2: longer than 65,536 characters"),
    "10,001 rows": (row_2(b"0,0,1\n" * 10_001), "row 10002: more than 10,000 examples"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_said_with_its_place(read, name):
    content, expected = BAD[name]
    assert refusal(read, content).startswith(f"points.csv, {expected}")


def test_the_largest_sizes_are_allowed(read):
    names = [*(f"x{at}" for at in range(64)), *(f"y{at}" for at in range(64))]
    own, _ = read(f"{','.join(names)}\n{','.join('1' * 128)}\n".encode())
    assert own.inputs.shape == own.targets.shape == (1, 64)
    own, _ = read(b"x,y,z\n0." + b"3" * 998 + b",1," + b"z" * (65_536 - 1_003) + b"\n")
    assert own.inputs.tolist() == [[1 / 3]]
    own, _ = read(b"x,y\n1,1\n" + b"\n1,1" * 9_999 + b"\n" * 9_000)
    assert own.rows == 10_000


@pytest.mark.parametrize("size", [-1.7976931348623157e308, 5e-324, 0.1, 1 / 3, 123456789.12345679])
def test_numbers_keep_every_bit(read, size):
    own, _ = read(f"x,y\n{size!r},0\n".encode())
    assert own.inputs[0, 0] == size


def test_what_is_no_file_to_read_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "fifo.csv")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "circle.csv").symlink_to("circle.csv")
    for path, reason in (
        (tmp_path / "fifo.csv", "not an ordinary file"),
        (Path("/dev/zero"), "not an ordinary file"),
        (tmp_path / "folder.csv", "Is a directory"),
        (tmp_path / "circle.csv", "symbolic link"),
        (tmp_path / "nothing.csv", "No such file"),
        (Path("http://example.org/points.csv"), "No such file"),
        (Path("nul\0l.csv"), "null"),
        (Path("n" * 300), "too long"),
    ):
        assert reason in refusal(read_problem, path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_of_someone_elses_is_refused(tmp_path):
    path = tmp_path / "points.csv"
    path.write_bytes(XOR)
    path.chmod(0)
    assert "Permission denied" in refusal(read_problem, path)


class Endless(io.RawIOBase):
    """A file that begins with a header and then repeats itself for ever, or until it cannot be read."""

    def __init__(self, repeated, fails_at=float("inf")):
        self.ahead, self.repeated, self.fails_at, self.taken = b"x,y,note\n", repeated, fails_at, 0

    def readable(self):
        return True

    def readinto(self, buffer):
        if self.taken >= self.fails_at:
            raise OSError(5, "Input/output error")
        while len(self.ahead) < len(buffer):
            self.ahead += self.repeated * (len(buffer) // len(self.repeated) + 1)
        buffer[:], self.ahead = self.ahead[: len(buffer)], self.ahead[len(buffer) :]
        self.taken += len(buffer)
        return len(buffer)


@pytest.mark.parametrize(
    ("repeated", "most_read", "expected"),
    [
        (b"0,1,a\n", 100_000, "row 10002: more than 10,000 examples"),
        (b"\n", 50_000, "row 20001: too many long or blank rows"),
        (b"0,1," + b"a" * 60_000 + b"\n", 2**23 + 100_000, "row 141: too many long or blank rows"),
        (b"1", 100_000, "row 2: longer than 65,536 characters"),
        (b'"', 100_000, "row 2: longer than 65,536 characters"),
        (b"\0", 100_000, "row 2: longer than 65,536 characters"),
    ],
)
def test_a_file_without_end_is_refused_early(monkeypatch, repeated, most_read, expected):
    file = Endless(repeated)
    monkeypatch.setattr(csv_file, "opened", lambda path: io.BufferedReader(file))
    assert refusal(read_problem, Path("endless.csv")) == f"endless.csv, {expected}"
    assert file.taken <= most_read


def test_a_file_that_breaks_off_is_refused(monkeypatch):
    file = Endless(b"0,1,a\n", fails_at=20_000)
    monkeypatch.setattr(csv_file, "opened", lambda path: io.BufferedReader(file))
    assert refusal(read_problem, Path("torn.csv")) == "torn.csv: Input/output error"


def test_64_gigabytes_are_refused_in_no_time(tmp_path):
    path = tmp_path / "huge.csv"
    path.write_bytes(b"x,y\n0,1\n")
    os.truncate(path, 2**36)
    began = time.perf_counter()
    assert refusal(read_problem, path) == "huge.csv, row 3: longer than 65,536 characters"
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize(
    ("header", "row", "rows", "most"),
    [
        (b"x,y,note\n", b"0,1," + b"n" * 60_000 + b"\n", 130, 1_000_000),  # of 8 MB
        (b"x1,x2,x3,x4,x5,x6,x7,x8,x9,y\n", b"0,0,0,0,0,0,0,0,0,1\n", 5_000, 1_000_000),  # 0.4 MB of numbers
    ],
)
def test_no_more_than_a_row_and_the_numbers_are_held(tmp_path, header, row, rows, most):
    path = tmp_path / "points.csv"
    path.write_bytes(header + row * rows)
    tracemalloc.start()
    own, _ = read_problem(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert own.rows == rows and peak < most


def test_whatever_the_bytes_only_a_bad_file_comes_of_them(read):
    chance, accepted = random.Random(1986), 0
    for _ in range(1_500):
        content = bytearray(b'x1,x2,y,"note"\n' + b'0,0,0,"a ""b"" , c"\r\n0.5,1e1,1, d \n' * 2)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(content))
            any_byte = bytes([chance.randrange(256)])
            content[at : at + chance.randint(0, 3)] = chance.choice([*PIECES, any_byte, any_byte])
        try:
            own, assumed = read(bytes(content))
        except BadFile as bad:
            assert is_plain(str(bad)) and len(str(bad)) <= 200
        else:
            accepted += 1
            assert np.isfinite(own.inputs).all() and ((own.targets >= 0) & (own.targets <= 1)).all()
            assert all(is_plain(text) for text in (assumed, *own.input_labels, *own.output_labels))
    assert 100 < accepted < 1_400  # so both ends were tried
