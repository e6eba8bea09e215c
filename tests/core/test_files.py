import os
import time

import pytest

from backprop_tui.core.files import BadFile, free_path, opened, shown, shown_path, written_whole


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("x1", "x1"),
        ("Größe", "Größe"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x9b2J", r"\x9b2J"),
        ("a\u202eb", r"a\u202eb"),
        ("e\u0301", r"e\u0301"),
        ("名", r"\u540d"),
        ("a\ufe0f", r"a\ufe0f"),
        ("a\u0941", r"a\u0941"),
        ("\u1100\u1161", r"\u1100\u1161"),
        ("\ud800", r"\ud800"),
        ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
        ("a" * 41, "a" * 39 + "…"),
    ],
)
def test_text_from_outside_is_shown_as_plain_characters_of_one_cell(text, safe):
    assert shown(text) == safe


def test_of_a_long_path_the_end_is_shown(tmp_path):
    path = tmp_path / ("d" * 90) / "points.csv"
    assert shown_path(path).startswith("…d") and shown_path(path).endswith("d/points.csv")
    assert len(shown_path(path)) == 80


@pytest.mark.parametrize("kind", ["missing", "folder", "fifo", "/dev/zero", "a\0b"])
def test_what_is_no_ordinary_file_is_refused_at_once(tmp_path, kind):
    path = tmp_path / kind
    if kind == "folder":
        path.mkdir()
    if kind == "fifo":
        os.mkfifo(path)
    with pytest.raises(BadFile) as refused:
        opened(path)
    assert str(refused.value).count("\n") == 0 and "\0" not in str(refused.value)


def test_a_file_is_written_whole_through_its_link_with_the_usual_mode(tmp_path):
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    with written_whole(tmp_path / "link") as file:
        file.write(b"new")
        assert (tmp_path / "real").read_bytes() == b"old"
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real").read_bytes() == b"new"
    mask = os.umask(0)
    os.umask(mask)
    assert (tmp_path / "real").stat().st_mode & 0o777 == 0o666 & ~mask
    assert sorted(each.name for each in tmp_path.iterdir()) == ["link", "real"]


def test_what_goes_wrong_on_the_way_leaves_the_old_file(tmp_path):
    (tmp_path / "run").write_bytes(b"old")
    with pytest.raises(RuntimeError), written_whole(tmp_path / "run") as file:
        file.write(b"half")
        raise RuntimeError
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("run", b"old")]


def test_what_a_killed_process_left_an_hour_ago_is_swept_up(tmp_path):
    for name, age in ((".backprop-tui-1.tmp", 4_000), (".backprop-tui-2.tmp", 10), ("mine.tmp", 9_000)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    with written_whole(tmp_path / "run"):
        pass
    assert sorted(each.name for each in tmp_path.iterdir()) == [".backprop-tui-2.tmp", "mine.tmp", "run"]


def test_two_that_write_the_same_file_do_not_take_each_others_away(tmp_path):
    with written_whole(tmp_path / "run") as first:
        with written_whole(tmp_path / "run") as second:
            second.write(b"second")
        first.write(b"first")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("run", b"first")]


def test_a_name_may_be_as_long_as_the_file_system_has_it(tmp_path):
    with written_whole(tmp_path / ("n" * 255)):
        pass
    assert len(next(tmp_path.iterdir()).name) == 255


def test_a_name_that_is_taken_gets_a_number(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("run.npz", "run-2.npz", "run-3.npz"):
        assert free_path("run", "npz").name == name
        (tmp_path / name).touch()
