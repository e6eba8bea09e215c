import shutil
import subprocess
import tarfile
from zipfile import ZipFile

import pytest

from man.make import PAGE, page

CLONE = PAGE.parent.parent
SECTIONS = (
    *("NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "KEYS"),
    *("EXIT STATUS", "FILES", "ENVIRONMENT", "EXAMPLES", "SEE ALSO"),
)


def test_it_is_what_the_parsers_and_keys_make():
    assert PAGE.read_text() == page(), "to make it anew: python -m man.make"


def test_its_sections():
    headings = [line[4:] for line in PAGE.read_text().splitlines() if line.startswith(".SH ")]
    assert tuple(headings) == SECTIONS


CHECKS = {
    "groff": ["groff", "-man", "-ww", "-z", "-Tutf8"],
    "mandoc": ["mandoc", "-T", "lint", "-W", "warning"],
}


@pytest.mark.parametrize("tool", CHECKS)
def test_nothing_is_wrong_with_its_source(tool):
    if not shutil.which(tool):
        pytest.skip(f"not installed here: {tool}")
    checked = subprocess.run([*CHECKS[tool], PAGE], capture_output=True, text=True)
    complaints = (checked.stdout + checked.stderr).splitlines()
    assert [line for line in complaints if "missing date" not in line] == []  # it is the same on any day


def test_it_is_in_the_wheel_and_in_the_source_archive(tmp_path):
    pytest.importorskip("hatchling", reason="not installed here: hatchling")
    from hatchling.builders.sdist import SdistBuilder
    from hatchling.builders.wheel import WheelBuilder

    (wheel,) = WheelBuilder(str(CLONE)).build(directory=str(tmp_path), versions=["standard"])
    (archive,) = SdistBuilder(str(CLONE)).build(directory=str(tmp_path), versions=["standard"])
    with ZipFile(wheel) as packed:
        (name,) = (name for name in packed.namelist() if name.endswith("/share/man/man1/backprop-tui.1"))
        assert packed.read(name) == PAGE.read_bytes()
        for beside in ("plain/completion.fish", "recording/demo.toml", "recording/tour.toml", "web/page.html"):
            assert f"backprop_tui/{beside}" in packed.namelist()
    with tarfile.open(archive) as packed:
        assert any(name.endswith("/man/backprop-tui.1") for name in packed.getnames())
